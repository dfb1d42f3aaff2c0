import ShuffledCore

extension Orientation {
  /// FFmpeg's display matrix (`libavutil/display.h`: 3 x 3, row-major, 16.16 fixed point), snapped to the nearest
  /// right angle; upright where it is degenerate. A stored point (p, q), q down, is shown at
  /// (m[0] p + m[3] q, m[1] p + m[4] q).
  package init(displayMatrix m: [Int32]) {
    precondition(m.count == 9, "a display matrix has 9 numbers, not \(m.count)")
    let (a, b, c, d) = (Double(m[0]), Double(m[1]), Double(m[3]), Double(m[4]))
    let determinant = a * d - b * c
    guard determinant != 0 else {
      self = .upright
      return
    }
    let mirrored = determinant < 0
    // Where the rotation sends "right", once the mirror is taken out. Both columns vote, so that a picture
    // squeezed to other pixel shapes is still turned the right way.
    let right = mirrored ? (x: d - a, y: -b - c) : (x: a + d, y: b - c)
    let quarterTurns: Int
    if abs(right.x) >= abs(right.y) {
      quarterTurns = right.x >= 0 ? 0 : 2
    } else {
      quarterTurns = right.y >= 0 ? 1 : 3
    }
    self.init(quarterTurns: quarterTurns, mirrored: mirrored)
  }
}
