import ShuffledCore

/// Tells a stream that shows nothing new from one where nothing happens: a sensor's noise makes every picture a little different,
/// so pictures that are equal to the last bit, one after the other or in a loop, were made only once. Pure; one thread at a time.
///
/// It knows the signatures of the last `memory` different pictures. Nothing new is what is among them: a picture that stands
/// still, or a loop of up to so many pictures.
public struct FrozenDetector: Sendable {
  /// Loops of up to so many classified frames are found.
  public static let memory = 128

  private let timeout: Duration
  /// The last different signatures, newest last.
  private var known: [UInt64] = []
  /// When a new picture came last.
  private var newest: Moment?
  private var isFrozen = false

  /// - Parameter timeout: how long nothing new must have come.
  public init(timeout: Duration) { self.timeout = timeout }

  /// What a frame changed; nil: nothing.
  public enum Finding: Equatable, Sendable {
    /// Nothing new has come since then.
    case frozen(since: WallTime)
    case thawed
  }

  /// Takes the next classified frame's signature.
  public mutating func add(_ signature: UInt64, at moment: Moment) -> Finding? {
    let isNew: Bool
    // What is repeated moves to the end: a loop stays known as a whole.
    if let index = known.lastIndex(of: signature) {
      known.remove(at: index)
      isNew = false
    } else {
      isNew = true
      if known.count == Self.memory { known.removeFirst() }
    }
    known.append(signature)
    guard let newest, !isNew else {
      newest = moment
      defer { isFrozen = false }
      return isFrozen ? .thawed : nil
    }
    guard !isFrozen, moment.instant - newest.instant >= timeout else { return nil }
    isFrozen = true
    return .frozen(since: newest.wall)
  }

  /// The source was opened anew: what it showed before says nothing.
  public mutating func reset() {
    known = []
    newest = nil
  }
}
