import Glibc

/// The kernel's list of locks, which can be read without taking one.
enum KernelLocks {
  /// What `/proc/locks` says; nil where it cannot be read.
  static func now() -> String? { content(of: "/proc/locks") }

  /// Whether a process has an exclusive `flock` on a file, as the list says.
  static func isLocked(_ path: String, locks: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return locks.split(separator: "\n").contains { line in
      // 1: FLOCK  ADVISORY  WRITE 812 fe:00:131 0 EOF
      let fields = line.split(separator: " ")
      return fields.count == 8 && fields[1] == "FLOCK" && fields[3] == "WRITE"
        && fields[5].split(separator: ":").last.flatMap { UInt64($0) } == UInt64(status.st_ino)
    }
  }

  /// A file of the kernel's, which says no size; nil where it cannot be read.
  static func content(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return count == 0 ? String(decoding: content, as: UTF8.self) : nil }
      content += buffer[..<count]
    }
  }
}
