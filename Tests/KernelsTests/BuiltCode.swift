import Foundation
import TestSupport

/// The object files of one target, as they were built beside this test bundle.
struct BuiltCode {
  let files: [String]

  init(target: String) throws {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let folder = bundle.appendingPathComponent("\(target).build").path
    files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".o") }
      .sorted().map { "\(folder)/\($0)" }
    guard !files.isEmpty else { throw CommandFailure(description: "no object files in \(folder)") }
  }

  struct Instruction {
    /// Of the function it belongs to, mangled.
    var function: String
    var mnemonic: String
    var operands: String
  }

  /// All instructions.
  func instructions() throws -> [Instruction] {
    var function = ""
    var instructions: [Instruction] = []
    for line in try output(of: ["objdump", "-d", "--no-show-raw-insn"] + files).split(separator: "\n") {
      if line.hasSuffix(">:"), let start = line.firstIndex(of: "<") {
        function = String(line[line.index(after: start)...].dropLast(2))
        continue
      }
      let fields = line.split(separator: "\t", maxSplits: 1)
      guard fields.count == 2, fields[0].hasSuffix(":") else { continue }
      let text = fields[1].split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard let mnemonic = text.first else { continue }
      instructions.append(
        Instruction(
          function: function, mnemonic: String(mnemonic), operands: text.count > 1 ? String(text[1]) : ""))
    }
    return instructions
  }

  /// Functions of which the linker keeps one where several objects have one of the same name.
  func sharedFunctions() throws -> [String] {
    try output(of: ["nm"] + files).split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      return fields.count == 3 && fields[1] == "W" ? String(fields[2]) : nil
    }
  }

  /// Functions and variables of other modules that the code refers to.
  func undefinedSymbols() throws -> Set<String> {
    let lines = try output(of: ["nm", "--undefined-only"] + files).split(separator: "\n")
    return Set(lines.compactMap { $0.contains(" U ") ? $0.split(separator: " ").last.map(String.init) : nil })
  }
}
