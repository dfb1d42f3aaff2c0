/// What can follow on a command line, as shells complete it.
enum CompletedValue: Equatable {
  case words([String])
  case files
  /// Numbers, names and the like.
  case nothing

  /// - Parameter placeholder: what the help says: `text|json`, `FILE`, `N`.
  init(_ placeholder: String) {
    let parts = placeholder.split { $0 == "|" || $0 == "," }.map(String.init)
    // What stands for something else is in capitals.
    let areWords = parts.count > 1 && parts.allSatisfy { $0.contains { $0.isLowercase || $0.isNumber } }
    let files = ["DIR", "FILE", "IMAGE", "PATH", "TO", "VIDEO"]
    if areWords {
      self = .words(parts)
    } else {
      self = parts.contains { part in files.contains(where: part.hasPrefix) } ? .files : .nothing
    }
  }
}

extension Command {
  /// `query` of `query frames`; nil where it has one word.
  var group: String? {
    let words = name.split(separator: " ")
    return words.count > 1 ? String(words[0]) : nil
  }

  /// `frames` of `query frames`.
  var lastWord: String { name.split(separator: " ").last.map(String.init) ?? name }

  var operandValue: CompletedValue { operands.map(CompletedValue.init) ?? .nothing }
}

extension [Command] {
  /// The first words of command lines with what they do, in order.
  var firstWords: [(word: String, summary: String)] {
    var words: [(word: String, summary: String)] = []
    for command in self {
      guard let group = command.group else {
        words.append((command.name, command.summary))
        continue
      }
      if !words.contains(where: { $0.word == group }) {
        let members = filter { $0.group == group }.map(\.lastWord).joined(separator: ", ")
        words.append((group, members))
      }
    }
    return words
  }

  var groups: [(name: String, commands: [Command])] {
    firstWords.map(\.word).compactMap { word in
      let members = filter { $0.group == word }
      return members.isEmpty ? nil : (word, members)
    }
  }
}
