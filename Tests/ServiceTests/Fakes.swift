import Dispatch
import Pipeline
import Service
import ShuffledCore
import Synchronization

/// A picture of one black pixel.
func onePixel() -> Picture {
  let address = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
  address.pointee = 0
  return Picture(
    size: PixelSize(width: 1, height: 1), pixelFormat: PixelFormat(number: 8),
    color: ColorDescription(matrix: .bt601, range: .full), orientation: .upright,
    planes: [Picture.Plane(address: UnsafePointer(address), stride: 1)],
    release: { [bits = UInt(bitPattern: address)] in
      UnsafeMutablePointer<UInt8>(bitPattern: bits)?.deallocate()
    })
}

/// What a source does when its next frame is asked for, in order.
enum SourceStep: Sendable {
  case frame
  case fail(SourceProblem)
  case end
  /// Waits until it is stopped, then fails.
  case hang
}

/// A source that follows a script.
final class ScriptedSource: SupervisedSource {
  private let steps: Mutex<[SourceStep]>
  private let sequence: Mutex<Int64>
  private let stopped = DispatchSemaphore(value: 0)
  private let given = Atomic<Int64>(0)
  let levels = Mutex<[RateLevel]>([])

  init(_ steps: [SourceStep], from sequence: Int64, stop: SourceStop) {
    self.steps = Mutex(steps)
    self.sequence = Mutex(sequence)
    stop.onStop { [stopped] in stopped.signal() }
  }

  /// Ends a `hang` as if the camera had gone.
  func stopForTest() { stopped.signal() }

  var decoded: Int64 { given.load(ordering: .relaxed) }
  var received: Int64 { decoded }

  func setLevel(_ level: RateLevel) { levels.withLock { $0.append(level) } }

  func next() throws -> Frame? {
    let step = steps.withLock { $0.isEmpty ? SourceStep.end : $0.removeFirst() }
    switch step {
    case .frame:
      let number = sequence.withLock { number in
        defer { number += 1 }
        return number
      }
      given.add(1, ordering: .relaxed)
      return Frame(sequence: number, mediaTime: nil, wallTime: .now(), decode: .zero, picture: onePixel())
    case .fail(let problem): throw problem
    case .end: return nil
    case .hang:
      stopped.wait()
      throw SourceProblem(.silent, "it was interrupted")
    }
  }
}

/// Opens what a list of scripts says, one after the other; then sources that hang.
final class ScriptedOpener: SourceOpener {
  enum Script: Sendable {
    case source([SourceStep])
    case refused(SourceProblem)
  }

  let isLive: Bool
  let lowestLevel = RateLevel.keyframes
  private let scripts: Mutex<[Script]>
  /// What was opened, newest last, with the number of its first frame.
  let opened = Mutex<[(source: ScriptedSource, from: Int64, level: RateLevel)]>([])
  let knocks = Atomic<Int>(0)
  /// What knocking says, one after the other; the last one from then on.
  private let answers: [Bool?]

  init(isLive: Bool = true, _ scripts: [Script], answers: [Bool?] = [nil]) {
    self.isLive = isLive
    self.scripts = Mutex(scripts)
    self.answers = answers
  }

  func open(from sequence: Int64, level: RateLevel, stop: SourceStop) throws -> any SupervisedSource {
    let script = scripts.withLock { $0.isEmpty ? Script.source([.hang]) : $0.removeFirst() }
    switch script {
    case .refused(let problem): throw problem
    case .source(let steps):
      let source = ScriptedSource(steps, from: sequence, stop: stop)
      opened.withLock { $0.append((source, sequence, level)) }
      return source
    }
  }

  func knock() -> Bool? {
    let number = knocks.add(1, ordering: .relaxed).oldValue
    return answers[min(number, answers.count - 1)]
  }
}

/// Keeps what it is given, as words; commits at once.
final class KeptRunLog: RunLog {
  let run: Int64? = 7
  private let kept = Mutex<[String]>([])
  private let counts: StreamCounts
  private let failAt: Int?
  /// Told of every entry.
  private let entry: (@Sendable (String) -> Void)?

  init(_ counts: StreamCounts, failAt: Int? = nil, entry: (@Sendable (String) -> Void)? = nil) {
    self.counts = counts
    self.failAt = failAt
    self.entry = entry
  }

  var entries: [String] { kept.withLock { $0 } }

  private func keep(_ text: String) {
    kept.withLock { $0.append(text) }
    entry?(text)
  }

  func append(_ record: FrameRecord) throws {
    let outcome =
      switch record.outcome {
      case .classified: "classified"
      case .dropped: "dropped"
      case .failed(let error): "failed: \(error)"
      }
    if kept.withLock({ $0.count }) == failAt {
      throw Failure(.inputOutput, cannot: "write to database", "x.db", because: "the disk failed")
    }
    counts.commit([record], at: .now)
    keep("\(record.sequence) \(outcome)")
  }

  func note(_ change: StreamChange) throws {
    keep(change.state.rawValue + (change.reason.map { " (\($0))" } ?? ""))
  }

  func finish(_ ending: RunEnd, decoded: Int64) throws { keep("finished \(ending), \(decoded) decoded") }
}

/// Says of every picture the same class; pictures are all equal.
struct SameClassifier {
  static func make() -> any FrameClassifier { Classifier() }

  private final class Classifier: FrameClassifier {
    func classify(_ picture: Picture) throws -> Classification {
      Classification(
        predictions: [Prediction(index: 3, confidence: 0.75)], preprocess: .zero, inference: .zero,
        signature: 1)
    }
  }
}
