import Foundation
import Glibc
import Store
import Testing

@Suite struct KernelLocksTests {
  private let folder = TemporaryFolder()

  /// A line of the list for a file.
  private func line(_ path: String, kind: String = "FLOCK", access: String = "WRITE", minor: UInt64 = 0)
    -> String
  {
    var status = stat()
    stat(path, &status)
    let device = UInt64(status.st_dev)
    let hex = { (number: UInt64) in
      let text = String(number, radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    let first: UInt64 = (device >> 8) & 0xfff
    let second: UInt64 = (device & 0xff) | ((device >> 12) & 0xf_ff00)
    return "1: \(kind)  ADVISORY  \(access) 812 \(hex(first)):\(hex(second + minor)):\(status.st_ino) 0 EOF\n"
  }

  @Test func whatTheListSays() throws {
    let (mine, other) = (folder.file("x.lock"), folder.file("y.lock"))
    for path in [mine, other] { #expect(FileManager.default.createFile(atPath: path, contents: nil)) }
    #expect(KernelLocks.isLocked(mine, locks: line(other) + line(mine)))
    #expect(!KernelLocks.isLocked(mine, locks: line(other)))
    #expect(!KernelLocks.isLocked(mine, locks: line(mine, kind: "POSIX")))
    #expect(!KernelLocks.isLocked(mine, locks: line(mine, access: "READ")))
    #expect(!KernelLocks.isLocked(mine, locks: ""))
    #expect(!KernelLocks.isLocked(folder.file("none"), locks: line(mine)))
    // The same number on another file system is another file.
    if !line(mine).contains(" 00:") { #expect(!KernelLocks.isLocked(mine, locks: line(mine, minor: 1))) }
  }
}
