/// Numbers of bytes as people write them.
public enum ByteCountText {
  private static let units: [(letter: Character, bytes: Int64)] = [
    ("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000),
  ]

  /// `500M`, `20G`, `1T`, `64k` or a plain number. Nil for anything else.
  public static func bytes(_ text: String) -> Int64? {
    let unit = text.last.flatMap { last in units.first { $0.letter == last }?.bytes }
    guard let count = Int64(unit == nil ? text[...] : text.dropLast()), count >= 0,
      count <= Int64.max / (unit ?? 1)
    else { return nil }
    return count * (unit ?? 1)
  }

  /// In the largest unit that takes no fraction.
  public static func text(_ bytes: Int64) -> String {
    let unit = units.first { bytes != 0 && bytes % $0.bytes == 0 }
    return unit.map { "\(bytes / $0.bytes)\($0.letter)" } ?? "\(bytes)"
  }
}
