// What the pipeline asks of its neighbours. Decoding, ShuffleNet with Imaging, and Store each meet one of these
// and do not know each other; Commands puts them together.

/// Where a stream's frames come from. Called by one thread at a time.
public protocol FrameSource: AnyObject, Sendable {
  /// The next selected frame, in decoding order, or nil at the end. Blocks while it reads and decodes.
  /// Throws `Failure` when the stream cannot go on; frames returned before stay valid.
  func next() throws -> Frame?
}

/// What a worker says of one picture.
public struct Classification: Equatable, Sendable {
  /// The most likely classes, most likely first; never empty.
  public var predictions: [Prediction]
  public var preprocess: Duration
  public var inference: Duration
  /// A number that equal pictures share and others practically never do; nil where nobody asked for it.
  public var signature: UInt64?

  public init(
    predictions: [Prediction], preprocess: Duration, inference: Duration, signature: UInt64? = nil
  ) {
    self.predictions = predictions
    self.preprocess = preprocess
    self.inference = inference
    self.signature = signature
  }
}

/// Classifies pictures; each worker has its own, with its own working memory, so it is never shared.
public protocol FrameClassifier: AnyObject {
  /// Blocks for the time it takes. Throws `Failure` when this picture cannot be classified; the next one may be.
  func classify(_ picture: Picture) throws -> Classification
}

/// Where records go, in frame order. Called by one thread at a time.
public protocol FrameSink: AnyObject, Sendable {
  /// Takes a record; blocks while the sink is full. Throws `Failure` once the sink cannot go on.
  func append(_ record: FrameRecord) throws
}
