/// The stages of a frame's path, in order. Their times add up to the whole: from the moment the decoder
/// started on the frame to the moment its row was committed.
public enum Stage: String, Sendable, CaseIterable {
  /// Demuxing and decoding since the last selected frame: frames in between that were not selected are part of what
  /// this one cost.
  case decode
  /// Waiting in the frame queue for a worker.
  case wait
  /// Resizing, cropping, conversion and normalisation.
  case preprocess
  /// The network's forward pass and the softmax.
  case inference
  /// From the worker's result until the row is committed.
  case store
}

/// What the stages before the store cost one frame.
public struct StageLatency: Equatable, Sendable {
  public var decode: Duration
  public var wait: Duration
  public var preprocess: Duration
  public var inference: Duration

  public init(
    decode: Duration = .zero, wait: Duration = .zero, preprocess: Duration = .zero,
    inference: Duration = .zero
  ) {
    self.decode = decode
    self.wait = wait
    self.preprocess = preprocess
    self.inference = inference
  }
}
