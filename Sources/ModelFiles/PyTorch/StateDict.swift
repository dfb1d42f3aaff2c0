/// The tensors of a checkpoint by name: the object that was saved, or the part of it that holds a network's weights.
struct StateDict {
  /// Where training scripts put it, beside the epoch, the optimizer's state and so on.
  private static let places = ["state_dict", "model", "model_state_dict"]
  /// What PyTorch puts before all names when a network is trained on several devices or was compiled, in
  /// either order.
  private static let prefixes = ["module.", "_orig_mod."]
  /// How many values a tensor may have without their being stored: more come from a stride of 0 only.
  static let mostRepeated = 1 << 20

  private(set) var tensors: [String: StoredTensor] = [:]

  /// Throws `TensorFileFault` when there are no tensors or one is not where it should be.
  init(_ container: some CheckpointContainer, _ file: MappedFile) throws {
    let pickle = container.pickle
    let candidates = Self.places.compactMap { pickle.member($0, of: pickle.root, in: file) } + [pickle.root]
    let found = candidates.lazy.map { Self.tensors($0, pickle) }.first { !$0.isEmpty }
    guard let found else {
      throw TensorFileFault(
        cause: "it holds no state dict", remedy: "save model.state_dict() with torch.save")
    }
    // One text may be the name of many: made into a string each time it would be much of little.
    var places = Set<Range<Int>>()
    var names = try found.map { place, _ in
      let name = file.text(place) ?? ""
      guard places.insert(place).inserted else { throw Self.twice(name) }
      return name
    }
    for prefix in Self.prefixes + Self.prefixes where names.allSatisfy({ $0.hasPrefix(prefix) }) {
      names = names.map { String($0.dropFirst(prefix.count)) }
    }
    for (name, (_, tensor)) in zip(names, found) {
      guard tensors[name] == nil else {
        throw Self.twice(name)
      }
      tensors[name] = try Self.locate(tensor, name, container, file)
    }
  }

  private static func twice(_ name: String) -> TensorFileFault {
    TensorFileFault(cause: "tensor '\(name.shortened)' is there twice")
  }

  private static func tensors(
    _ value: Pickle.Value, _ pickle: Pickle
  ) -> [(name: Range<Int>, tensor: Pickle.Tensor)] {
    (pickle.dictionary(value) ?? []).compactMap { key, value in
      guard case .text(let name) = key, let tensor = pickle.tensor(value) else { return nil }
      return (name, tensor)
    }
  }

  /// Checks that the tensor's values are where it says.
  private static func locate(
    _ tensor: Pickle.Tensor, _ name: String, _ container: some CheckpointContainer, _ file: MappedFile
  ) throws -> StoredTensor {
    let (name, type, storage) = (name.shortened, tensor.type, tensor.storage)
    guard let layout = TensorLayout(shape: tensor.shape, strides: tensor.strides), tensor.offset >= 0 else {
      throw TensorFileFault(
        cause: "tensor '\(name)' has the impossible shape \(tensor.shape), strides \(tensor.strides) "
          + "or offset \(tensor.offset)")
    }
    // A storage of bytes holds values of any type.
    let available = storage.visibleCount * storage.type.size / type.size
    guard layout.span <= available, layout.span == 0 || tensor.offset <= available - layout.span else {
      throw TensorFileFault(
        cause: "tensor '\(name)' of shape \(tensor.shape) ends outside of its storage of \(available) values")
    }
    guard layout.count <= max(layout.span, mostRepeated) else {
      throw TensorFileFault(
        cause: "tensor '\(name)' of shape \(tensor.shape) repeats \(layout.span) values; "
          + "at most \(mostRepeated) are made of fewer")
    }
    let bytes = try container.bytes(of: storage)
    // Without values it may begin anywhere.
    let first =
      layout.span == 0 ? 0 : (storage.view?.lowerBound ?? 0) * storage.type.size + tensor.offset * type.size
    let start = bytes.lowerBound + first
    return StoredTensor(
      type: tensor.isLazy ? nil : type.element,
      typeName: tensor.isLazy ? "lazy \(type.rawValue)" : type.rawValue,
      layout: layout, bytes: start..<start + layout.span * type.size)
  }
}
