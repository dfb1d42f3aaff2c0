/// Runs a pickle: a program for a small machine with a stack and a memo.
///
/// Python's machine imports and calls whatever the pickle names. This one knows the few instructions and names that
/// a state dict needs, refuses every other by its name, and calls nothing: a constructor becomes a description of
/// what it would have made (`Constructions.swift`). It works through bytes in one loop, so that depth costs nothing.
struct Unpickler {
  /// Limits that no network's state dict comes near, optimizer and all.
  static let mostBytes = 8 << 20
  static let mostInstructions = 1 << 21
  static let mostObjects = 1 << 18

  let file: MappedFile
  private var reader: ByteReader
  private var stack: [Pickle.Value] = []
  /// Heights of the stack; nothing below the last is taken but by the instruction that takes the mark.
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  /// The first is the empty tuple, which never changes.
  private(set) var objects: [Pickle.Object] = [.tuple([])]
  /// Where the instruction at hand begins.
  private var place = 0
  private var instructions = 0
  private var copies = 0

  /// Reads one pickle and leaves the reader after it. Throws `TensorFileFault`.
  static func run(_ file: MappedFile, _ reader: inout ByteReader) throws -> Pickle {
    var machine = Unpickler(file: file, reader: reader)
    while machine.instructions < mostInstructions {
      machine.instructions += 1
      machine.place = machine.reader.position
      let code = try machine.reader.number(UInt8.self)
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw TensorFileFault(
          cause:
            "its pickle has the instruction \(PickleOpcode.name(ofUnknown: code)), which no state dict needs",
          remedy: "get the file from a source you trust")
      }
      if opcode == .stop {
        let root = try machine.pop()
        reader = machine.reader
        return Pickle(root: root, objects: machine.objects)
      }
      try machine.execute(opcode)
    }
    throw TensorFileFault(cause: "its pickle has more than \(mostInstructions) instructions")
  }

  /// Of what a list has, each was pushed by an instruction, and no list needs to be copied twice. Who copies one all
  /// the same, over and over, makes much of little.
  mutating func countCopies(_ count: Int) throws {
    copies += count
    guard copies <= instructions else { throw malformed("it makes more of its lists than there is in them") }
  }

  private init(file: MappedFile, reader: ByteReader) {
    self.file = file
    self.reader = reader
  }

  func malformed(_ cause: String) -> TensorFileFault {
    TensorFileFault(cause: "its pickle is malformed at byte \(place): \(cause)")
  }

  // MARK: The stack

  mutating func push(_ value: Pickle.Value) { stack.append(value) }

  mutating func push(_ object: Pickle.Object) throws {
    guard objects.count < Self.mostObjects else {
      throw TensorFileFault(cause: "its pickle has more than \(Self.mostObjects) objects")
    }
    stack.append(.object(objects.count))
    objects.append(object)
  }

  mutating func pop() throws -> Pickle.Value {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw malformed("the stack is empty")
    }
    return value
  }

  private mutating func pop(_ count: Int) throws -> [Pickle.Value] {
    guard stack.count - (marks.last ?? 0) >= count else { throw malformed("the stack is empty") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw malformed("there is no mark") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private func top() throws -> Pickle.Value {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw malformed("the stack is empty") }
    return value
  }

  // MARK: Instructions

  private mutating func execute(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .proto:
      let version = try reader.number(UInt8.self)
      guard (2...5).contains(version) else {
        throw TensorFileFault(cause: "its pickle has protocol \(version); 2 to 5 are read", remedy: nil)
      }
    case .frame: try checkFrame()
    case .stop: preconditionFailure("the loop ends at it")
    case .mark: marks.append(stack.count)

    case .none: push(.none)
    case .newTrue: push(.bool(true))
    case .newFalse: push(.bool(false))
    case .binInt: push(.integer(Int(try reader.number(Int32.self))))
    case .binInt1: push(.integer(Int(try reader.number(UInt8.self))))
    case .binInt2: push(.integer(Int(try reader.number(UInt16.self))))
    case .long1: try pushLong(try take(UInt8.self))
    case .binFloat: push(.real(Double(bitPattern: try reader.number(UInt64.self).byteSwapped)))
    case .binUnicode, .binString: try pushText(try take(UInt32.self))
    case .shortBinUnicode, .shortBinString: try pushText(try take(UInt8.self))
    case .binUnicode8: try pushText(try take(UInt64.self))
    case .binBytes:
      _ = try take(UInt32.self)
      push(.other)
    case .shortBinBytes:
      _ = try take(UInt8.self)
      push(.other)

    case .emptyTuple: push(.object(0))
    case .tuple: try push(.tuple(try popToMark()))
    case .tuple1: try push(.tuple(try pop(1)))
    case .tuple2: try push(.tuple(try pop(2)))
    case .tuple3: try push(.tuple(try pop(3)))
    case .emptyList: try push(.list([]))
    case .append: try extendList(try pop(1))
    case .appends: try extendList(try popToMark())
    case .emptyDict: try push(.dictionary([]))
    case .setItem: try extendDictionary(try pop(2))
    case .setItems: try extendDictionary(try popToMark())
    case .emptySet: push(.other)
    case .addItems:
      _ = try popToMark()
      guard try top() == .other else { throw malformed("items are added to what is no set") }

    case .binGet: try recall(Int(try reader.number(UInt8.self)))
    case .longBinGet: try recall(Int(try reader.number(UInt32.self)))
    case .binPut: try memoize(Int(try reader.number(UInt8.self)))
    case .longBinPut: try memoize(Int(try reader.number(UInt32.self)))
    case .memoize: try memoize(memo.count)

    case .global: push(.global(try global(try reader.line(), try reader.line())))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw malformed("a name is no text")
      }
      push(.global(try global(module, name)))
    case .reduce: try construct()
    case .newObject:
      guard case .global(.other) = try pop(2)[0] else { throw malformed("it makes an object of no class") }
      push(.other)
    case .build: try build()
    case .binPersID: try pushStorage()
    }
  }

  private mutating func checkFrame() throws {
    let length = try reader.number(UInt64.self)
    guard length <= UInt64(reader.remaining) else {
      throw TensorFileFault(
        cause: "it is truncated: a frame of its pickle has \(length) bytes, \(reader.remaining) are left")
    }
  }

  /// Bytes after their own number.
  private mutating func take<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws -> Range<Int> {
    try reader.take(Int(clamping: try reader.number(type)))
  }

  private mutating func pushText(_ range: Range<Int>) throws {
    guard file.text(range) != nil else { throw malformed("a text is not UTF-8") }
    push(.text(range))
  }

  private mutating func pushLong(_ range: Range<Int>) throws {
    guard range.count <= 8 else { return push(.longInteger(range)) }
    let value = file.withBytes { bytes in
      bytes[range].reversed().reduce(bytes[range].last ?? 0 >= 0x80 ? -1 : 0) { $0 << 8 | Int($1) }
    }
    push(.integer(value))
  }

  private mutating func extendList(_ items: [Pickle.Value]) throws {
    guard case .object(let index) = try top(), case .list(var members) = objects[index] else {
      throw malformed("items are appended to what is no list")
    }
    // Taken out, so that the list grows in place: one by one it would be copied each time.
    objects[index] = .list([])
    members += items
    objects[index] = .list(members)
  }

  private mutating func extendDictionary(_ items: [Pickle.Value]) throws {
    guard items.count.isMultiple(of: 2) else { throw malformed("a key has no value") }
    guard case .object(let index) = try top(), case .dictionary(var members) = objects[index] else {
      throw malformed("items are set in what is no dictionary")
    }
    objects[index] = .dictionary([])
    members += items
    objects[index] = .dictionary(members)
  }

  private mutating func recall(_ number: Int) throws {
    guard let value = memo[number] else { throw malformed("nothing was memoized as \(number)") }
    push(value)
  }

  private mutating func memoize(_ number: Int) throws {
    guard number < Self.mostObjects else { throw malformed("memo number \(number) is too large") }
    memo[number] = try top()
  }

  private func global(_ module: Range<Int>, _ name: Range<Int>) throws -> PickleGlobal {
    guard let module = file.text(module), let name = file.text(name) else {
      throw malformed("a name is not UTF-8")
    }
    guard let global = PickleGlobal(module: module, name: name) else {
      let name = "\(module).\(name)"
      let isWholeModel = ["torch.nn.", "torchvision.", "timm.", "__main__."].contains { name.hasPrefix($0) }
      throw TensorFileFault(
        cause: "it asks for \(name.shortened), which no state dict needs",
        remedy: isWholeModel
          ? "save model.state_dict() instead of the model" : "get the file from a source you trust")
    }
    return global
  }
}
