import Glibc

/// The kernel's list of locks, which can be read without taking one.
package enum KernelLocks {
  /// What `/proc/locks` says; nil where it cannot be read.
  package static func now() -> String? { content(of: "/proc/locks") }

  /// Whether a process has an exclusive `flock` on a file, as the list says.
  package static func isLocked(_ path: String, locks: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let number = UInt64(status.st_ino)
    let found = locks.split(separator: "\n").compactMap { device(ofExclusiveLock: $0, number) }
    let own = UInt64(status.st_dev)
    // As glibc's gnu_dev_major and gnu_dev_minor, which are macros.
    let (low, high) = (own & 0xffff_ffff, own >> 32)
    let major: UInt64 = ((low >> 8) & 0xfff) | (high & 0xffff_f000)
    let minor: UInt64 = (low & 0xff) | ((low >> 12) & 0xf_ff00)
    // Of some file systems (btrfs, overlays) the list has another device than files say: without one of their own, major 0.
    return found.contains { $0.major == major && (major == 0 || $0.minor == minor) }
  }

  /// The device that a line tells of, where it is of an exclusive `flock` on the file of this number.
  private static func device(
    ofExclusiveLock line: Substring, _ number: UInt64
  ) -> (major: UInt64, minor: UInt64)? {
    // 1: FLOCK  ADVISORY  WRITE 812 fe:00:131 0 EOF
    let fields: [Substring] = line.split(separator: " ")
    guard fields.count == 8, fields[1] == "FLOCK", fields[3] == "WRITE" else { return nil }
    let file: [Substring] = fields[5].split(separator: ":")
    guard file.count == 3, UInt64(file[2]) == number, let major = UInt64(file[0], radix: 16),
      let minor = UInt64(file[1], radix: 16)
    else { return nil }
    return (major, minor)
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
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? String(decoding: content, as: UTF8.self) : nil }
      content += buffer[..<count]
    }
  }
}
