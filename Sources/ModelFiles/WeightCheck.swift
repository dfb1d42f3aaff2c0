import ShuffleNet
import ShuffledCore

/// Holds the tensors of a file against those that a network needs.
struct WeightCheck {
  private(set) var missing: [String] = []
  private(set) var misshapen: [String] = []
  private(set) var unexpected: [String] = []

  /// What training keeps besides weights; no network needs it to answer.
  private static let bookkeeping = ".num_batches_tracked"
  /// Names that are told of each kind.
  private static let shown = 3

  /// - ignoresUnexpected: whether tensors that no layer asks for are no fault.
  /// Throws `badData` when the architecture makes no sense.
  init(_ file: any TensorFile, _ architecture: Architecture, ignoresUnexpected: Bool = false) throws {
    let needed = try architecture.tensors()
    for tensor in needed {
      guard let shape = file.shape(tensor.name) else {
        missing.append(tensor.name)
        continue
      }
      if shape != tensor.shape {
        misshapen.append("\(tensor.name) of shape \(shape), not \(tensor.shape)")
      }
    }
    if ignoresUnexpected { return }
    let names = Set(needed.map(\.name))
    unexpected = file.tensorNames.filter { !names.contains($0) && !$0.hasSuffix(Self.bookkeeping) }
  }

  /// What is wrong, in words that follow "it"; nil where nothing is.
  var fault: String? {
    let parts = [("lacks", missing), ("has", misshapen), ("has the unexpected", unexpected)]
      .filter { !$0.1.isEmpty }
    guard !parts.isEmpty else { return nil }
    return parts.map { verb, names in
      let some = names.prefix(Self.shown).map(\.shortened).joined(separator: ", ")
      let more = names.count - Self.shown
      return "\(verb) \(some)" + (more > 0 ? " and \(more) more" : "")
    }.joined(separator: "; it ")
  }
}
