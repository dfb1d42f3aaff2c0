import Glibc
import ShuffledCore

/// What a configuration means depends on where it lies and who reads it.
package struct ConfigSurroundings: Sendable {
  /// The file's, as messages call it.
  var path: String
  /// Whether every user of the machine may read it.
  var isReadableByAll: Bool
  /// Where systemd has put credentials.
  var credentialsFolder: String?
  /// Somebody looks whether it is right, whom systemd gives no credentials.
  var isOnlyChecked = false

  private static let largestCredential = 4096

  package init(path: String, isReadableByAll: Bool = false, credentialsFolder: String? = nil) {
    self.path = path
    self.isReadableByAll = isReadableByAll
    self.credentialsFolder = credentialsFolder
  }

  /// Of what the configuration names: relative to its own folder.
  func absolute(_ name: String) -> String {
    if name.hasPrefix("/") { return name }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let joined = folder + name
    guard !joined.hasPrefix("/"), let working = getcwd(nil, 0) else { return joined }
    defer { free(working) }
    return String(cString: working) + "/" + joined
  }

  /// A credential's text, without the end of its line: one of systemd's by its name, otherwise a file by a path with a slash. nil
  /// where it cannot be had, and need not.
  func credential(_ name: String) -> Result<String?, ConfigFault> {
    func fault(_ text: String, _ remedy: String) -> Result<String?, ConfigFault> {
      .failure(ConfigFault(place: nil, key: "", text: text, remedy: remedy))
    }
    let file: String
    if name.contains("/") {
      file = absolute(name)
    } else if let credentialsFolder {
      file = credentialsFolder + "/" + name
    } else if isOnlyChecked {
      return .success(nil)
    } else {
      return fault(
        "systemd has given no credentials, so '\(name)' cannot be had",
        "LoadCredential=\(name):/etc/shuffled/\(name).password in the unit, or name a file by a path with a slash"
      )
    }
    let remedy =
      name.contains("/")
      ? "check the path and who may read it"
      : "LoadCredential=\(name):/etc/shuffled/\(name).password in the unit"
    let content: SmallFile
    do {
      content = try SmallFile(file, largest: Self.largestCredential)
    } catch {
      switch error {
      case .system(let code): return fault("cannot read credential '\(file)': \(systemText(code))", remedy)
      case .noFile: return fault("credential '\(file)' is no file", remedy)
      case .tooLarge, .noText:
        return fault("credential '\(file)' is no short text", "it is one line: the password")
      }
    }
    guard !content.isReadableByAll else {
      return fault(
        "every user may read credential '\(file)'",
        "chmod 640 \(file), and chgrp shuffled where the service reads it")
    }
    let text = content.text
    let line = text.hasSuffix("\n") ? text.dropLast() : text[...]
    guard !line.isEmpty, !line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
      return fault(
        "credential '\(file)' is \(line.isEmpty ? "empty" : "more than one line")",
        "it is one line: the password")
    }
    return .success(String(line))
  }
}
