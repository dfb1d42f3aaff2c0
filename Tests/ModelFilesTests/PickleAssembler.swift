/// Parts of pickles, byte for byte as the instructions say, valid or not.
enum PickleAssembler {
  typealias Bytes = [UInt8]

  /// A whole pickle.
  static func pickle(_ body: Bytes, protocol version: UInt8 = 2) -> Bytes {
    [0x80, version] + body + op(".")
  }

  /// Instructions by their letters.
  static func op(_ letters: String) -> Bytes { Array(letters.utf8) }

  static func repeated(_ bytes: Bytes, _ count: Int) -> Bytes {
    Array([Bytes](repeating: bytes, count: count).joined())
  }

  /// BINPUT and BINGET.
  static func put(_ number: UInt8) -> Bytes { op("q") + [number] }

  static func get(_ number: UInt8) -> Bytes { op("h") + [number] }

  static func little<T: FixedWidthInteger>(_ value: T) -> Bytes {
    (0..<MemoryLayout<T>.size).map { UInt8(truncatingIfNeeded: value >> (8 * T($0))) }
  }

  static func text(_ text: String) -> Bytes {
    op("X") + little(UInt32(text.utf8.count)) + Array(text.utf8)
  }

  /// LONG1 of eight bytes, for any number.
  static func integer(_ value: Int) -> Bytes {
    (0..<256).contains(value) ? op("K") + [UInt8(value)] : [0x8a, 8] + little(Int64(value))
  }

  static func global(_ name: String) -> Bytes {
    let dot = name.lastIndex(of: ".") ?? name.startIndex
    return op("c") + Array("\(name[..<dot])\n\(name[name.index(after: dot)...])\n".utf8)
  }

  static func tuple(_ items: Bytes...) -> Bytes { op("(") + items.joined() + op("t") }

  static func list(_ items: Bytes...) -> Bytes { op("](") + items.joined() + op("e") }

  static func integers(_ values: [Int]) -> Bytes { op("(") + values.flatMap(integer) + op("t") }

  static func dictionary(_ members: (key: String, value: Bytes)...) -> Bytes {
    op("}(") + members.flatMap { text($0.key) + $0.value } + op("u")
  }

  /// Old files have a view, or None, as the last part.
  static func storage(
    _ type: String = "torch.FloatStorage", key: String = "0", count: Int, view: Bytes = []
  ) -> Bytes {
    tuple(text("storage"), global(type), text(key), text("cpu"), integer(count), view) + op("Q")
  }

  static func tensor(
    _ storage: Bytes, offset: Int = 0, shape: [Int], strides: [Int], function: String = "_rebuild_tensor_v2",
    more: Bytes = []
  ) -> Bytes {
    let hooks = global("collections.OrderedDict") + op(")R")
    return global("torch._utils.\(function)")
      + tuple(storage, integer(offset), integers(shape), integers(strides), [0x89], hooks, more) + op("R")
  }

  /// A tensor of two values in a storage of two.
  static let weight = tensor(storage(count: 2), shape: [2], strides: [1])
}
