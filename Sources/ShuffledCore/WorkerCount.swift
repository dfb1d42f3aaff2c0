/// How many frames may be classified at a time.
public enum WorkerCount {
  /// Each worker occupies a Dispatch queue for good, and Dispatch runs no more than 255 of them at once: some are left for all else.
  public static let allowed = 1...200

  /// As many as there are processors, as far as that is allowed.
  public static func usual(processors: Int) -> Int {
    min(max(processors, allowed.lowerBound), allowed.upperBound)
  }
}
