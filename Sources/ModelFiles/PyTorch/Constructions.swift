/// What Python would call, as descriptions.
extension Unpickler {
  /// In bytes. PyTorch's are numbers.
  private static let longestKey = 255

  /// A name and a tuple of arguments become what the name makes of them.
  mutating func construct() throws {
    guard let arguments = tuple(try pop()) else { throw malformed("arguments are no tuple") }
    guard case .global(let global) = try pop() else { throw malformed("it calls what cannot be called") }
    switch global {
    case .orderedDictionary: try push(.dictionary(try members(arguments)))
    case .tensor: try push(.tensor(try tensor(arguments, metadata: 6)))
    case .typedTensor:
      var tensor = try tensor(arguments, metadata: 7)
      guard arguments.count > 6, case .global(.type(let type)) = arguments[6] else {
        throw malformed("a tensor has no type")
      }
      tensor.type = type
      try push(.tensor(tensor))
    case .parameter:
      guard let first = arguments.first, case .object(let index) = first, case .tensor = objects[index] else {
        throw malformed("a parameter is no tensor")
      }
      push(first)
    case .size:
      guard arguments.count == 1, tuple(arguments[0]) != nil else { throw malformed("a size is no tuple") }
      push(arguments[0])
    case .other: push(.other)
    case .storage, .type: throw malformed("it calls what cannot be called")
    }
  }

  /// State that an object is given after it was made: none that a tensor needs (`_metadata` of a state dict).
  mutating func build() throws {
    _ = try pop()
    let object = try pop()
    switch object {
    case .other: break
    case .object(let index):
      guard case .dictionary = objects[index] else { throw malformed("it gives state to what has none") }
    default: throw malformed("it gives state to what has none")
    }
    push(object)
  }

  /// `("storage", class, key, device, count)`, and in old files what part of it is meant:
  /// `(key, offset, count)` or nothing.
  mutating func pushStorage() throws {
    guard let id = tuple(try pop()), id.count == 5 || id.count == 6,
      case .text(let kind) = id[0], file.holds("storage", at: kind), case .global(.storage(let type)) = id[1],
      case .text(let key) = id[2], case .integer(let count) = id[4]
    else { throw malformed("a persistent object is no storage") }
    guard count >= 0, count <= Int.max / type.size else {
      throw malformed("a storage has \(count) values")
    }
    guard key.count <= Self.longestKey else { throw malformed("a storage's name has \(key.count) bytes") }
    var storage = Pickle.Storage(type: type, key: key, count: count)
    if id.count == 6, id[5] != .none {
      guard let view = tuple(id[5]), view.count == 3, case .integer(let offset) = view[1],
        case .integer(let length) = view[2], offset >= 0, length >= 0, offset <= count,
        length <= count - offset
      else { throw malformed("a view is outside of its storage") }
      storage.view = offset..<offset + length
    }
    try push(.storage(storage))
  }

  /// `(storage, offset, shape, strides, ...)`.
  /// - Parameter metadata: the number of the argument that says what the values are not.
  private func tensor(_ arguments: [Pickle.Value], metadata: Int) throws -> Pickle.Tensor {
    guard arguments.count >= 4, case .object(let index) = arguments[0],
      case .storage(let storage) = objects[index],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw malformed("a tensor has no storage, offset, shape and strides") }
    return Pickle.Tensor(
      type: storage.type, storage: storage, offset: offset, shape: shape, strides: strides,
      isLazy: arguments.count > metadata && arguments[metadata] != .none)
  }

  /// An ordered dictionary's members: Python 2 hands them over as a list of pairs, later ones set them afterwards.
  private mutating func members(_ arguments: [Pickle.Value]) throws -> [Pickle.Value] {
    guard let first = arguments.first else { return [] }
    guard arguments.count == 1, case .object(let index) = first, case .list(let pairs) = objects[index] else {
      throw malformed("a dictionary is made of what are no pairs")
    }
    try countCopies(pairs.count)
    return try pairs.flatMap { pair in
      guard case .object(let index) = pair else {
        throw malformed("a dictionary is made of what are no pairs")
      }
      switch objects[index] {
      case .list(let members) where members.count == 2, .tuple(let members) where members.count == 2:
        return members
      default: throw malformed("a dictionary is made of what are no pairs")
      }
    }
  }

  private func tuple(_ value: Pickle.Value) -> [Pickle.Value]? {
    guard case .object(let index) = value, case .tuple(let members) = objects[index] else { return nil }
    return members
  }

  private func integers(_ value: Pickle.Value) -> [Int]? {
    guard let members = tuple(value), members.count <= TensorLayout.mostDimensions else { return nil }
    var numbers: [Int] = []
    for case .integer(let number) in members { numbers.append(number) }
    return numbers.count == members.count ? numbers : nil
  }
}
