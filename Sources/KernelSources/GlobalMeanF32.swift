import KernelInterface

/// The mean over all pixels of each lane.
@inline(never)
public func globalMeanF32(_ a: borrowing GlobalMeanF32) {
  let scale = Vector(repeating: 1 / Float(a.pixels))
  for slab in 0..<a.slabs {
    for lane in stride(from: 0, to: slabLanes, by: lanes) {
      let input = a.input + Int(a.inputOffsets[slab]) + lane
      var sum = Vector(repeating: 0)
      for p in 0..<a.pixels { sum += load(input + p * slabLanes) }
      write(sum * scale, a.output + Int(a.outputOffsets[slab]) + lane)
    }
  }
}
