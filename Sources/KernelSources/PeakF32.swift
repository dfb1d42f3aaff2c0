/// Multiply-adds on registers alone: what no kernel can surpass. Twelve independent chains hide the latency of two
/// units of four cycles; the values stay finite.
@inline(never)
public func peakF32(_ multiplyAdds: Int) -> Int {
  let w = Vector(repeating: 0.5)
  var (a, b, c, d) = (w, w, w, w)
  var (e, f, g, h) = (w, w, w, w)
  var (i, j, k, l) = (w, w, w, w)
  let perRound = 12 * lanes
  let rounds = multiplyAdds / perRound + 1
  // Not a constant to the compiler, so that the loop cannot be folded.
  let x = Vector(repeating: rounds > 0 ? 0.25 : 0.5)
  for _ in 0..<rounds {
    multiplyInto(&a, x, w)
    multiplyInto(&b, x, w)
    multiplyInto(&c, x, w)
    multiplyInto(&d, x, w)
    multiplyInto(&e, x, w)
    multiplyInto(&f, x, w)
    multiplyInto(&g, x, w)
    multiplyInto(&h, x, w)
    multiplyInto(&i, x, w)
    multiplyInto(&j, x, w)
    multiplyInto(&k, x, w)
    multiplyInto(&l, x, w)
  }
  let sum = a + b + c + d + e + f + g + h + i + j + k + l
  // The comparison needs the sum, and so every chain.
  return sum[0] < -1 ? 0 : rounds * perRound
}

/// accumulator = accumulator * x + w: a chain that converges instead of growing without bound.
@inline(__always)
private func multiplyInto(_ accumulator: inout Vector, _ x: Vector, _ w: Vector) {
  var next = w
  multiplyAdd(&next, accumulator, x)
  accumulator = next
}
