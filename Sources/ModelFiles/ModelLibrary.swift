import Glibc
import ShuffledCore

/// Where models are found by name. A name is a file name without `.safetensors` in one of the directories.
public struct ModelLibrary: Sendable {
  public static let fileExtension = ".safetensors"
  /// Of files that are named by their path.
  private static let pathExtensions = [fileExtension, ".pth", ".pt"]
  /// Searched in order.
  public let directories: [String]

  public init(directories: [String]) { self.directories = directories }

  /// The directories of this process: what `SHUFFLED_MODELS` names (separated by colons), the user's, then the models
  /// installed beside the program, those of the source tree that it was built in, and the service's own.
  public static func standard(executable: String, environment: [String: String]) -> ModelLibrary {
    var directories = (environment["SHUFFLED_MODELS"] ?? "").split(separator: ":").map(String.init)
    if let own = userDirectory(environment) { directories.append(own) }
    let binary = executable.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    // PREFIX/bin/shuffled -> PREFIX/share/shuffled/models
    directories.append((binary.dropLast() + ["share", "shuffled", "models"]).joined(separator: "/"))
    // .build/<triple>/release/shuffled -> models
    if let build = binary.lastIndex(of: ".build") {
      directories.append((binary[..<build] + ["models"]).joined(separator: "/"))
    }
    directories.append(serviceDirectory)
    return ModelLibrary(directories: directories)
  }

  private static let serviceDirectory = "/var/lib/shuffled/models"

  /// https://specifications.freedesktop.org/basedir-spec/
  private static func userDirectory(_ environment: [String: String]) -> String? {
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/shuffled/models" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/share/shuffled/models"
  }

  /// Where a model that is fetched is installed: in the first of `SHUFFLED_MODELS`, else in the service's folder for root and
  /// in their own for others.
  public func installation(_ environment: [String: String]) -> String {
    if let first = environment["SHUFFLED_MODELS"]?.split(separator: ":").first { return String(first) }
    if geteuid() == 0 { return Self.serviceDirectory }
    return Self.userDirectory(environment) ?? Self.serviceDirectory
  }

  /// The file that `name` means: a path where it has a slash or the extension, otherwise a model's name.
  /// Throws `noInput` that names the nearest model, or the known ones, when there is none of that name.
  public func path(of name: String) throws -> String {
    if name.contains("/") || Self.pathExtensions.contains(where: name.hasSuffix) { return name }
    for directory in directories {
      let path = directory + "/" + name + Self.fileExtension
      if access(path, F_OK) == 0 { return path }
    }
    let known = names()
    let remedy: String
    if let nearest = nearestName(to: name, in: known) {
      remedy = "did you mean '\(nearest)'?"
    } else if known.isEmpty {
      remedy = "no model is installed; name a .safetensors file"
    } else {
      remedy = "known are \(known.joined(separator: ", ")); or name a .safetensors file"
    }
    throw Failure(.noInput, cannot: "find model", name, because: "no model has that name", remedy: remedy)
  }

  /// Names of so many classes: ImageNet's for a thousand, from `labels/imagenet.txt` beside the models; nil where they are
  /// not known.
  public func labels(classes: Int) -> [String]? {
    guard classes == 1000 else { return nil }
    let files = directories.lazy.map { $0 + "/labels/imagenet.txt" }.filter { access($0, R_OK) == 0 }
    guard let labels = files.first.flatMap({ try? readLabels($0) }), labels.count == classes else {
      return nil
    }
    return labels
  }

  /// The names of all models, sorted.
  public func names() -> [String] {
    var names = Set<String>()
    for directory in directories {
      guard let listing = opendir(directory) else { continue }
      defer { closedir(listing) }
      while let entry = readdir(listing) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasSuffix(Self.fileExtension), !name.hasPrefix(".") {
          names.insert(String(name.dropLast(Self.fileExtension.count)))
        }
      }
    }
    return names.sorted()
  }
}
