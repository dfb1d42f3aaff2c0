import ShuffledCore

/// Reads the names of classes, one a line in the order of the classes. Throws `noInput` when there is no such file,
/// `badData` when it is no text or a line is empty.
public func readLabels(_ path: String) throws -> [String] {
  func refuse(_ cause: String) -> Failure {
    Failure(.badData, cannot: "read labels", path, because: cause, remedy: "it takes a class's name a line")
  }
  let file: MappedFile
  do {
    file = try MappedFile(path: path)
  } catch var failure as Failure {
    (failure.operation, failure.remedy) = ("read labels", "check the path")
    throw failure
  }
  guard file.count <= 16 << 20 else { throw refuse("it has \(file.count >> 20) MiB; at most 16 are read") }
  guard let text = file.withBytes({ String(validating: $0, as: UTF8.self) }) else {
    throw refuse("it is no UTF-8 text")
  }
  // By scalars: a carriage return and a line feed are one character. Some editors begin a text with a byte order mark.
  let scalars =
    text.unicodeScalars.first == "\u{FEFF}" ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
  var lines = scalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    String(line.last == "\r" ? line.dropLast() : line)
  }
  if lines.last == "" { lines.removeLast() }
  if let empty = lines.firstIndex(of: "") { throw refuse("line \(empty + 1) is empty") }
  return lines
}
