import Dispatch
import ShuffledCore
import Synchronization

/// A picture of one pixel whose value is its number, and which counts how many are alive.
func numberedPicture(_ number: UInt8, _ alive: LiveCount? = nil) -> Picture {
  let address = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
  address.pointee = number
  alive?.change(by: 1)
  let plane = Picture.Plane(address: UnsafePointer(address), stride: 1)
  return Picture(
    size: PixelSize(width: 1, height: 1), pixelFormat: PixelFormat(number: 8),
    color: ColorDescription(matrix: .bt601, range: .full), orientation: .upright, planes: [plane],
    release: { [bits = UInt(bitPattern: address)] in
      UnsafeMutablePointer<UInt8>(bitPattern: bits)?.deallocate()
      alive?.change(by: -1)
    })
}

/// How many of something there are, and the most there ever were.
final class LiveCount: Sendable {
  private let counts = Mutex((now: 0, most: 0))
  func change(by difference: Int) {
    counts.withLock {
      $0.now += difference
      $0.most = max($0.most, $0.now)
    }
  }
  var now: Int { counts.withLock(\.now) }
  var most: Int { counts.withLock(\.most) }
}

/// Gives `count` frames, then the end or a failure.
final class NumberedSource: FrameSource {
  private let given = Mutex(0)
  private let count: Int
  private let failure: Failure?
  private let alive: LiveCount?
  /// Called before each frame with its number.
  private let before: (@Sendable (Int) -> Void)?

  init(
    _ count: Int, failure: Failure? = nil, alive: LiveCount? = nil, before: (@Sendable (Int) -> Void)? = nil
  ) {
    self.count = count
    self.failure = failure
    self.alive = alive
    self.before = before
  }

  var frames: Int { given.withLock { $0 } }

  func next() throws -> Frame? {
    let number = given.withLock { $0 }
    before?(number)
    guard number < count else {
      if let failure { throw failure }
      return nil
    }
    given.withLock { $0 += 1 }
    return Frame(
      sequence: Int64(number), mediaTime: MediaTime(microseconds: Int64(number) * 40_000),
      wallTime: WallTime(microseconds: 1_000_000 + Int64(number)), decode: .microseconds(number),
      picture: numberedPicture(UInt8(truncatingIfNeeded: number), alive))
  }
}

/// Classifies by the picture's number; `on` may block or throw.
final class NumberClassifier: FrameClassifier {
  private let on: (UInt8) throws -> Void
  init(on: @escaping (UInt8) throws -> Void = { _ in }) { self.on = on }

  func classify(_ picture: Picture) throws -> Classification {
    let number = picture.withPlanes { $0[0].address.pointee }
    try on(number)
    return Classification(
      predictions: [Prediction(index: Int(number), confidence: 1)], preprocess: .microseconds(3),
      inference: .microseconds(4))
  }
}

/// Keeps every record; fails from record `failAt` on.
final class KeepingSink: FrameSink {
  private let kept = Mutex<[FrameRecord]>([])
  private let failAt: Int?
  /// Called before a record is kept.
  private let before: (@Sendable (FrameRecord) -> Void)?

  init(failAt: Int? = nil, before: (@Sendable (FrameRecord) -> Void)? = nil) {
    self.failAt = failAt
    self.before = before
  }

  var records: [FrameRecord] { kept.withLock { $0 } }

  func append(_ record: FrameRecord) throws {
    before?(record)
    try kept.withLock { records in
      if records.count == failAt {
        throw Failure(.inputOutput, cannot: "write database", "x.db", because: "the disk is full")
      }
      records.append(record)
    }
  }
}
