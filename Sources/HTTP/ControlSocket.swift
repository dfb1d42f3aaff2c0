import Glibc
import ShuffledCore

/// Where a daemon listens for those who ask it, and where they look for it.
public enum ControlSocket {
  /// The variables of the environment that are read.
  public static let environmentNames = ["RUNTIME_DIRECTORY", "SHUFFLED_SOCKET", "XDG_RUNTIME_DIR"]

  private static let name = "control.sock"
  private static let systemFolder = "/run/shuffled"
  private static let remedy = "name a socket with SHUFFLED_SOCKET"

  /// Where a daemon may be, the likeliest first; at least one. `$SHUFFLED_SOCKET` stands alone: who names a daemon wants no
  /// other's answer. Never blocks; makes nothing.
  public static func candidates(environment: [String: String]) -> [String] {
    if let named = named(environment) { return [named] }
    // In /tmp everybody can make a folder of this name and answer there.
    let temporary = isOurs(temporaryFolder) ? [temporaryFolder] : []
    return (folders(environment) + temporary).map { "\($0)/\(name)" }
  }

  /// Where a daemon listens if nothing else is said: the first place whose folder is there and may be written, or can be
  /// made. Makes the folder. Throws when there is none.
  public static func defaultPath(environment: [String: String]) throws(Failure) -> String {
    if let named = named(environment) { return named }
    for folder in folders(environment) {
      // Users may look into the system's folder; the socket's own mode says who may connect.
      mkdir(folder, folder == systemFolder ? 0o755 : 0o700)
      if isFolder(folder), access(folder, W_OK | X_OK) == 0 { return "\(folder)/\(name)" }
    }
    mkdir(temporaryFolder, 0o700)
    guard isOurs(temporaryFolder) else {
      throw Failure(
        .unavailable, cannot: "make a control socket", "\(temporaryFolder)/\(name)",
        because: "its folder is not this user's alone", remedy: remedy)
    }
    return "\(temporaryFolder)/\(name)"
  }

  private static func named(_ environment: [String: String]) -> String? {
    environment["SHUFFLED_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func folders(_ environment: [String: String]) -> [String] {
    func folder(_ name: String) -> String? {
      // systemd may name several, with colons between.
      environment[name]?.split(separator: ":").first.map(String.init)
    }
    let folders = [
      folder("RUNTIME_DIRECTORY"), systemFolder, folder("XDG_RUNTIME_DIR").map { $0 + "/shuffled" },
    ].compactMap { $0 }
    return folders.indices.filter { folders.firstIndex(of: folders[$0]) == $0 }.map { folders[$0] }
  }

  private static var temporaryFolder: String { "/tmp/shuffled-\(geteuid())" }

  private static func isFolder(_ path: String) -> Bool {
    var found = stat()
    return stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
  }

  /// A folder, not a link to one, of this user, that nobody else can enter.
  private static func isOurs(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
      && status.st_mode & 0o7777 == 0o700
  }
}
