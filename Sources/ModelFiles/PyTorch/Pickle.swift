/// What a pickle describes, as far as a state dict needs it.
///
/// Containers are numbers into one list of objects: a value may contain itself and be as deep as it likes, and
/// neither looking at it nor letting go of it recurses.
struct Pickle {
  enum Value: Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    /// One of more than 64 bits: where in the file its little-endian bytes are.
    case longInteger(Range<Int>)
    case real(Double)
    /// Where in the file it is; it has been checked to be UTF-8.
    case text(Range<Int>)
    case global(PickleGlobal)
    case object(Int)
    /// What no tensor is made of: bytes, sets, a training script's own values.
    case other
  }

  enum Object {
    case tuple([Value])
    case list([Value])
    /// Keys and values alternate.
    case dictionary([Value])
    indirect case storage(Storage)
    indirect case tensor(Tensor)
  }

  /// The values of tensors, named but not contained in the pickle.
  struct Storage {
    var type: TorchType
    /// Where in the file its name is.
    var key: Range<Int>
    /// How many values it has.
    var count: Int
    /// The part of it that is meant, counted in values; in old files.
    var view: Range<Int>?

    /// How many values can be seen.
    var visibleCount: Int { view?.count ?? count }
  }

  /// Nothing of it is checked but that it has these parts.
  struct Tensor {
    var type: TorchType
    var storage: Storage
    /// Counted in values of `type`.
    var offset: Int
    var shape: [Int]
    var strides: [Int]
    /// Whether its values are stored otherwise than they are meant: negated or conjugated.
    var isLazy: Bool
  }

  var root: Value
  var objects: [Object]

  func dictionary(_ value: Value) -> [(key: Value, value: Value)]? {
    guard case .object(let index) = value, case .dictionary(let members) = objects[index] else { return nil }
    return stride(from: 0, to: members.count, by: 2).map { (members[$0], members[$0 + 1]) }
  }

  /// What a dictionary has under a text; as in Python the last one counts.
  func member(_ key: String, of value: Value, in file: MappedFile) -> Value? {
    dictionary(value)?.last {
      if case .text(let range) = $0.key { file.holds(key, at: range) } else { false }
    }?.value
  }

  func list(_ value: Value) -> [Value]? {
    guard case .object(let index) = value, case .list(let members) = objects[index] else { return nil }
    return members
  }

  func tensor(_ value: Value) -> Tensor? {
    guard case .object(let index) = value, case .tensor(let tensor) = objects[index] else { return nil }
    return tensor
  }
}
