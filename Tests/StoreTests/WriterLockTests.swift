import Dispatch
import Foundation
import ShuffledCore
import Store
import Synchronization
import Testing

@Suite struct WriterLockTests {
  let folder = TemporaryFolder()

  @Test func aSecondWriterIsToldOfTheFirst() throws {
    let path = folder.file("x.db")
    let first = try openForWriting(path)
    let refused = failure {
      try Database.openForWriting(path: path, command: "shuffled run", busyTimeout: .seconds(60))
    }
    #expect(
      refused?.description
        == "cannot open database '\(path)': process \(getpid()) (shuffled process gate.mp4) is writing to it "
        + "(wait for it, or give another --database)")
    #expect(refused?.kind == .inputOutput)
    // The first was not disturbed.
    #expect(try write(mixedRecords(3, seed: 1), to: first) == 1)
  }

  @Test func aSymbolicLinkIsTheSameDatabase() throws {
    let path = folder.file("x.db")
    let first = try openForWriting(path)
    let link = folder.file("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(
      failure { try openForWriting(link) }?.description
        == "cannot open database '\(link)': process \(getpid()) (shuffled process gate.mp4) is writing to it "
        + "(wait for it, or give another --database)")
    withExtendedLifetime(first) {}
  }

  @Test func theLockGoesWithTheDatabase() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    #expect(
      try String(contentsOfFile: path + ".lock", encoding: .utf8)
        == "\(getpid())\nshuffled process gate.mp4\n")
    database.close()
    #expect(!FileManager.default.fileExists(atPath: path + ".lock"))
    #expect(try openForWriting(path).access == .writing)
  }

  /// What a killed process leaves: the file, without a lock on it.
  @Test func aLockFileWithoutALockMeansNothing() throws {
    let path = folder.file("x.db")
    try "1\nshuffled run --config /etc/shuffled/a-rather-long-name.json5\n"
      .write(toFile: path + ".lock", atomically: false, encoding: .utf8)
    let database = try openForWriting(path)
    #expect(
      try String(contentsOfFile: path + ".lock", encoding: .utf8)
        == "\(getpid())\nshuffled process gate.mp4\n")
    withExtendedLifetime(database) {}
  }

  @Test func aHolderWithoutANameIsStillOne() throws {
    let path = folder.file("x.db")
    let first = try openForWriting(path)
    truncate(path + ".lock", 0)
    #expect(
      failure { try openForWriting(path) }?.description
        == "cannot open database '\(path)': another process is writing to it "
        + "(wait for it, or give another --database)")
    withExtendedLifetime(first) {}
  }

  /// As in a sandbox that shows nothing of the system.
  @Test func thisProcessKnowsItsOwnLocksWithoutTheKernel() throws {
    let path = folder.file("x.db")
    #expect(!WriterLock.isHeld(database: path, kernel: nil))
    let lock = try WriterLock(database: path, name: path, command: "test")
    #expect(WriterLock.isHeld(database: path, kernel: nil))
    #expect(!WriterLock.isHeld(database: folder.file("other.db"), kernel: nil))
    withExtendedLifetime(lock) {}
  }

  @Test func aLockThatWasGivenBackIsNotHeld() throws {
    let path = folder.file("x.db")
    do { _ = try WriterLock(database: path, name: path, command: "test") }
    #expect(!WriterLock.isHeld(database: path, kernel: nil))
    #expect(!WriterLock.isHeld(database: path))
  }

  /// The file is removed when its holder goes; whoever opened it just before then has a lock on nothing.
  @Test func thereIsNeverMoreThanOneWriter() throws {
    let path = folder.file("x.db")
    let writers = Atomic(0)
    let opened = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<2_000 {
        // Refused while another thread has it: that is what most rounds are for.
        guard let lock = try? WriterLock(database: path, name: path, command: "test") else { continue }
        #expect(writers.add(1, ordering: .sequentiallyConsistent).newValue == 1)
        opened.add(1, ordering: .relaxed)
        writers.subtract(1, ordering: .sequentiallyConsistent)
        withExtendedLifetime(lock) {}
      }
    }
    #expect(opened.load(ordering: .relaxed) > 0)
  }
}
