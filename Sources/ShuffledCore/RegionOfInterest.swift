/// The part of a stream's pictures that is classified, in fractions of the upright picture: (0, 0) is its top left corner, (1, 1) its
/// bottom right one.
public struct RegionOfInterest: Hashable, Sendable, CustomStringConvertible {
  public let x: Double
  public let y: Double
  public let width: Double
  public let height: Double

  /// nil where it does not lie within the picture or has no area.
  public init?(x: Double, y: Double, width: Double, height: Double) {
    // Sums of decimal fractions are off by a little.
    let end = 1 + 1e-9
    guard x >= 0, y >= 0, width > 0, height > 0, x + width <= end, y + height <= end else { return nil }
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  private init() { (x, y, width, height) = (0, 0, 1, 1) }

  /// All of the picture.
  public static let whole = RegionOfInterest()

  /// `0.5,0.25 0.5x0.75`: where it begins, and its size.
  public var description: String { "\(x),\(y) \(width)x\(height)" }
}
