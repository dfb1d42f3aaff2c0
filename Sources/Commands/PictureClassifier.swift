import Imaging
import ShuffleNet
import ShuffledCore

/// One worker's way from a picture to its most likely classes: preprocessing and network with memory of their own.
final class PictureClassifier: FrameClassifier {
  private let preprocessor: Preprocessor
  private let pass: ForwardPass
  private let top: Int

  init(_ model: ReadyModel, top: Int) {
    preprocessor = Preprocessor(specification: model.description.input, kernels: model.plan.kernels)
    pass = ForwardPass(model.plan)
    self.top = top
  }

  /// The logits of the picture that was classified last, a value a class.
  var logits: [Float] { pass.logits }

  func classify(_ picture: Picture) throws -> Classification {
    let began = Instant.now
    try preprocessor.prepare(picture, into: pass.input)
    let prepared = Instant.now
    pass.run()
    let predictions = try Softmax.top(top, of: pass.logits)
    return Classification(predictions: predictions, preprocess: prepared - began, inference: .now - prepared)
  }
}
