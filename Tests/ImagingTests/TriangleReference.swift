import ShuffledCore

/// Antialiased bilinear resizing as Pillow defines it, in the plainest way: in double precision, rounded once.
/// - Parameter samples: height x width x 3.
func triangleResize(_ samples: [UInt8], _ size: PixelSize, to target: PixelSize) -> [UInt8] {
  func weights(_ length: Int, _ resized: Int) -> [[(index: Int, weight: Double)]] {
    let scale = Double(length) / Double(resized)
    let support = max(scale, 1)
    return (0..<resized).map { position in
      let center = (Double(position) + 0.5) * scale
      let taps = (0..<length).compactMap { index -> (index: Int, weight: Double)? in
        let weight = 1 - abs(Double(index) + 0.5 - center) / support
        return weight > 0 ? (index, weight) : nil
      }
      let sum = taps.reduce(0) { $0 + $1.weight }
      return taps.map { ($0.index, $0.weight / sum) }
    }
  }
  let columns = weights(size.width, target.width)
  let rows = weights(size.height, target.height)
  var narrow = [Double](repeating: 0, count: size.height * target.width * 3)
  for y in 0..<size.height {
    for x in 0..<target.width {
      for (index, weight) in columns[x] {
        for c in 0..<3 {
          narrow[(y * target.width + x) * 3 + c] += weight * Double(samples[(y * size.width + index) * 3 + c])
        }
      }
    }
  }
  var result = [UInt8](repeating: 0, count: target.width * target.height * 3)
  for y in 0..<target.height {
    for x in 0..<target.width * 3 {
      let sum = rows[y].reduce(0) { $0 + $1.weight * narrow[$1.index * target.width * 3 + x] }
      result[y * target.width * 3 + x] = UInt8(min(max(sum.rounded(), 0), 255))
    }
  }
  return result
}

/// torchvision's centre crop, black where there is nothing.
func centerCrop(_ samples: [UInt8], _ size: PixelSize, left: Int, top: Int, to crop: Int) -> [UInt8] {
  (0..<crop).flatMap { y in
    (0..<crop).flatMap { x in
      (0..<3).map { c in
        let (sx, sy) = (x + left, y + top)
        guard (0..<size.width).contains(sx), (0..<size.height).contains(sy) else { return UInt8(0) }
        return samples[(sy * size.width + sx) * 3 + c]
      }
    }
  }
}
