import Imaging
import ShuffleNet
import ShuffledCore

/// One worker's way from a picture to its most likely classes: preprocessing and network with memory of their own.
final class PictureClassifier: FrameClassifier {
  private let preprocessor: Preprocessor
  private let pass: ForwardPass
  private let choice: ClassChoice
  private let signs: Bool

  /// - Parameter signs: whether it says which pictures are equal.
  init(_ model: ReadyModel, _ choice: ClassChoice, signs: Bool = false) {
    preprocessor = Preprocessor(specification: model.description.input, kernels: model.plan.kernels)
    pass = ForwardPass(model.plan)
    self.choice = choice
    self.signs = signs
  }

  /// The logits of the picture that was classified last, a value a class.
  var logits: [Float] { pass.logits }

  func classify(_ picture: Picture) throws -> Classification {
    let began = Instant.now
    try preprocessor.prepare(picture, into: pass.input)
    // Before the network, which may use the input's memory for something else.
    let signature = signs ? preprocessor.signature(of: pass.input) : nil
    let prepared = Instant.now
    pass.run()
    let predictions = try Softmax.top(choice.count, of: pass.logits, among: choice.classes)
    return Classification(
      predictions: predictions, preprocess: prepared - began, inference: .now - prepared, signature: signature
    )
  }
}

/// Which classes are kept of a picture.
struct ClassChoice: Hashable, Sendable {
  /// The most likely.
  var count: Int
  /// Of these, in ascending order; nil: of all.
  var classes: [Int]?
}
