/// The part of a picture that counts, as fractions of the upright picture's width and height.
public struct RegionOfInterest: Hashable, Sendable {
  /// Of its left edge, 0...1.
  public let x: Double
  /// Of its upper edge, 0...1.
  public let y: Double
  public let width: Double
  public let height: Double

  /// nil where it is empty, or not within the picture.
  public init?(x: Double, y: Double, width: Double, height: Double) {
    // Sums of decimal fractions are off by little: 0.7 + 0.3.
    let slack = 1e-9
    guard x >= 0, y >= 0, width > 0, height > 0, x + width <= 1 + slack, y + height <= 1 + slack else {
      return nil
    }
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }
}
