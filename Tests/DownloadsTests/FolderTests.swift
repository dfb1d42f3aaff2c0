import Dispatch
import Downloads
import Foundation
import Glibc
import ShuffledCore
import Synchronization
import TestSupport
import Testing

/// Where a download cannot go, and several that want to go to one place.
@Suite struct FolderTests {
  let folder: Folder
  let body = content(100_000)

  init() throws { folder = try Folder() }

  @Test func aFolderThatIsNotThere() throws {
    let download = try Download(from: "http://127.0.0.1:1/", to: folder.file("no/model.pth"))
    let part = folder.file("no/.model.pth.part")
    let refused = #expect(throws: Failure.self) { try download.run() }
    #expect(
      refused?.description
        == "cannot download 'http://127.0.0.1:1/': cannot create '\(part)': no such file or directory "
        + "(make its folder one that can be written to)")
    #expect(refused?.kind == .inputOutput)
  }

  @Test func aFolderWithoutPermission() throws {
    chmod(folder.path, 0o555)
    defer { chmod(folder.path, 0o755) }
    let server = LoopbackServer(.whole(body))
    asNobody {
      folder.expect(
        server.url(), .inputOutput,
        "cannot create '\(folder.part)': permission denied (make its folder one that can be written to)")
    }
    #expect(server.requests.isEmpty)
    #expect(try folder.names() == [])
  }

  @Test func aTargetThatIsADirectory() throws {
    mkdir(folder.target, 0o755)
    folder.expect(
      "http://127.0.0.1:1/", .inputOutput, "'\(folder.target)' is a directory (name a file in it)")
    #expect(try folder.names() == ["model.pth"])
  }

  @Test func aPartThatIsAnotherKindOfFile() throws {
    try folder.write("precious", to: "precious")
    symlink(folder.file("precious"), folder.part)
    folder.expect(
      "http://127.0.0.1:1/", .inputOutput,
      "cannot create '\(folder.part)': too many levels of symbolic links "
        + "(make its folder one that can be written to)")
    unlink(folder.part)
    mkfifo(folder.part, 0o600)
    folder.expect(
      "http://127.0.0.1:1/", .inputOutput, "'\(folder.part)' is not a regular file (remove it)")
    #expect(try folder.data("precious") == Data("precious".utf8))
  }

  @Test func aFullDisk() throws {
    let part = PartFile(descriptor: open("/dev/full", O_RDWR | O_CLOEXEC), path: folder.part)
    let fault = #expect(throws: DownloadFault.self) {
      try body.withUnsafeBytes { try part.append($0) }
    }
    #expect(
      fault
        == DownloadFault(
          .inputOutput, "cannot write '\(folder.part)': no space left on device",
          "free space, then run it again"))
  }

  @Test func twoAtOnce() throws {
    let server = LoopbackServer(.whole(body))
    var isFirst = true
    let outcome = try folder.fetch(
      server.url(),
      progress: { _ in
        guard isFirst else { return }
        isFirst = false
        folder.expect(
          "http://127.0.0.1:1/", .unavailable,
          "another program downloads it to '\(folder.target)' (wait for it)")
      })
    #expect(outcome == .complete(sha256: sha256(body), size: 100_000))
    #expect(!isFirst)
    #expect(try folder.names() == ["model.pth"])
  }

  /// The part is renamed when its holder is done; whoever opened it just before then has a lock on nothing.
  @Test func manyAtOnce() throws {
    let source = "file://" + (try folder.write(body, to: "source"))
    let completed = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<50 {
        do {
          let outcome = try folder.fetch(source)
          #expect(outcome == .complete(sha256: sha256(body), size: 100_000))
          completed.add(1, ordering: .relaxed)
        } catch {
          #expect(
            "\(error)"
              == "cannot download '\(source)': another program downloads it to '\(folder.target)' (wait for it)"
          )
        }
      }
    }
    #expect(completed.load(ordering: .relaxed) > 0)
    #expect(try folder.data("model.pth") == body)
    #expect(try folder.names() == ["model.pth", "source"])
  }
}
