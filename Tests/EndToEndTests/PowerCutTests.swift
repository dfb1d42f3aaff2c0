import Foundation
import Glibc
import ShuffledCore
import TestSupport
import Testing

/// The power fails while results are written: a file system that from one moment on writes nothing more, not even what it
/// had taken, and is then mounted again. (ext4 can do that on demand; its own tests use it.)
@Suite struct PowerCutTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test(
    .enabled(if: PoweredDisk.isPossible, "no ext4 can be mounted and shut down here"),
    arguments: ["normal", "full"], 0..<3 as Range<UInt64>)
  func costsWhatWasPromised(durability: String, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let disk = try PoweredDisk("disk", in: folder)
    // With 128 rows, some 200 commits are a checkpoint.
    let rows = durability == "full" ? 16 : 128
    let commits =
      durability == "full"
      ? Int.random(in: 1...200, using: &random) : Int.random(in: 450...1_000, using: &random)
    let writer = try AcknowledgingWriter("disk/x.db", durability: durability, rows: rows, in: folder)
    #expect(writer.line() == "run 1")
    var last = -1
    for _ in 0..<commits { last = try #require(writer.stored()) }
    // What is acknowledged later may be so in error: ext4 lets a sync that is under way while it is shut down succeed, which
    // a disk without power does not.
    let acknowledged = last
    try disk.cutPower()
    while let stored = writer.stored() { last = stored }
    let ending = try writer.end().ending
    #expect(ending.code == 74)
    try disk.comeBack()
    let found = try AcknowledgingWriter.check(1, "running", "disk/x.db", in: folder)
    if durability == "full" {
      #expect(found >= acknowledged)
    } else {
      // All that was there at the last checkpoint, at least.
      #expect(found > 0)
    }
    print(
      "power cut, \(durability): \(acknowledged + 1) frames acknowledged, \(last + 1) afterwards, \(found + 1) there; \(ending.errors)"
    )
    let next = try AcknowledgingWriter("disk/x.db", durability: durability, rows: 16, frames: 10, in: folder)
    #expect(try next.end().ending == Ending(code: 0, output: "", errors: ""))
    #expect(try AcknowledgingWriter.check(1, "abandoned", "disk/x.db", in: folder) == found)
    #expect(try AcknowledgingWriter.check(2, "complete", "disk/x.db", in: folder) == 9)
  }
}

/// An ext4 in a file, whose power can be cut.
final class PoweredDisk {
  private let name: String
  private let folder: Folder
  private var mount: Mount?

  static let isPossible: Bool = {
    guard let folder = try? Folder(), let disk = try? PoweredDisk("d", in: folder) else { return false }
    return (try? disk.cutPower()) != nil
  }()

  init(_ name: String, in folder: Folder) throws {
    self.name = name
    self.folder = folder
    try output(of: ["truncate", "-s", "64M", folder.file(name + ".ext4")])
    try output(of: ["mkfs.ext4", "-q", "-F", folder.file(name + ".ext4")])
    try comeBack()
  }

  /// From now on nothing reaches the disk.
  func cutPower() throws {
    let descriptor = open(folder.file(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(descriptor) }
    // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH.
    var flags: UInt32 = 2
    guard ioctl(descriptor, 0x8004_587d, &flags) == 0 else {
      throw CommandFailure(description: "ext4 cannot be shut down: errno \(errno)")
    }
  }

  /// Mounts it again: what the disk has, and what ext4's own journal says.
  func comeBack() throws {
    mount = nil
    mount = try Mount(name, image: folder.file(name + ".ext4"), in: folder)
  }
}
