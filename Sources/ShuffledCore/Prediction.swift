/// One class that the network considered, and how sure it was (softmax, 0...1).
public struct Prediction: Equatable, Sendable {
  /// The class's index in the model's labels.
  public var index: Int
  public var confidence: Float

  public init(index: Int, confidence: Float) {
    self.index = index
    self.confidence = confidence
  }
}

/// What became of a frame; there is no fourth way.
public enum FrameOutcome: Equatable, Sendable {
  /// The most likely classes, most likely first; never empty.
  case classified([Prediction])
  /// It was never classified: the queue was full.
  case dropped
  /// Classification failed, and why.
  case failed(String)
}
