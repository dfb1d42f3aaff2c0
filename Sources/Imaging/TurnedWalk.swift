import ShuffledCore

/// Finds an upright picture's pixels in the picture as it is stored, which is a linear walk: the stored column of
/// upright pixel (x, y) is `column.origin + column.x * x + column.y * y`, and so for the row.
package struct TurnedWalk: Hashable, Sendable {
  package struct Step: Hashable, Sendable {
    package var origin: Int
    package var x: Int
    package var y: Int
  }
  package var column: Step
  package var row: Step

  /// - Parameter stored: the stored picture's size.
  package init(_ orientation: Orientation, stored: PixelSize) {
    let (right, bottom) = (stored.width - 1, stored.height - 1)
    // Undo the rotation: where the turned point was before it.
    switch orientation.quarterTurns {
    case 0:
      column = Step(origin: 0, x: 1, y: 0)
      row = Step(origin: 0, x: 0, y: 1)
    case 1:
      column = Step(origin: 0, x: 0, y: 1)
      row = Step(origin: bottom, x: -1, y: 0)
    case 2:
      column = Step(origin: right, x: -1, y: 0)
      row = Step(origin: bottom, x: 0, y: -1)
    default:
      column = Step(origin: right, x: 0, y: -1)
      row = Step(origin: 0, x: 1, y: 0)
    }
    // Undo the mirror, which came first.
    if orientation.mirrored {
      column = Step(origin: right - column.origin, x: -column.x, y: -column.y)
    }
  }

  package func stored(x: Int, y: Int) -> (x: Int, y: Int) {
    (column.origin + column.x * x + column.y * y, row.origin + row.x * x + row.y * y)
  }
}

extension Orientation {
  /// A size after turning, or before: it is the same exchange.
  package func turned(_ size: PixelSize) -> PixelSize {
    isTransposed ? PixelSize(width: size.height, height: size.width) : size
  }
}
