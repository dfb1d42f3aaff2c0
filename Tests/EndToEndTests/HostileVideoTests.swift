import Foundation
import Glibc
import TestSupport
import Testing

/// Playlists, manifests and the like that pose as videos: refused, and nothing else is opened or connected to.
@Suite struct HostileVideoTests {
  let folder: Folder
  let decoy: String

  init() throws {
    folder = try Folder()
    decoy = try folder.encode("decoy.ts", ["-c:v", "libx264"])
  }

  @Test(arguments: PosingPlaylist.all, ["evil.mp4", "evil.m3u8"])
  func playlists(playlist: PosingPlaylist, name: String) throws {
    try folder.write(playlist.text(naming: decoy), to: name)
    let count = try openings(of: decoy) {
      expectRefusal(
        try process([name], in: folder), 65,
        "cannot open video '\(name)': it is a playlist or manifest (\(playlist.kind)), not a video")
      expectRefusal(
        try shuffled(["classify", "-m", "custom-width", name], in: folder), 65,
        "cannot open image '\(name)': it is a playlist or manifest (\(playlist.kind)), not an image")
    }
    #expect(count == 0)
    #expect(try sqlite("SELECT count(*) FROM runs", in: folder) == "0")
  }

  /// All that the program opens in the test's folder is what it was given, and it makes no connection.
  @Test(.enabled(if: canTrace, "strace cannot be used here"), arguments: PosingPlaylist.all)
  func systemCalls(playlist: PosingPlaylist) throws {
    try folder.write(playlist.text(naming: decoy), to: "evil.mp4")
    let ending = try process(
      ["evil.mp4"], in: folder,
      shell: "exec strace -f -qq -o trace -e trace=open,openat,openat2,socket,connect,bind,execve \"$@\"")
    #expect(ending.code == 65)
    let trace = try String(contentsOfFile: folder.file("trace"), encoding: .utf8)
    var opened = Set<String>()
    for line in trace.split(separator: "\n") {
      #expect(!line.contains("socket(") && !line.contains("connect(") && !line.contains("bind("), "\(line)")
      let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
      guard quoted.count > 2, line.contains("open") else { continue }
      let path = quoted[1].hasPrefix("file:") ? quoted[1].dropFirst(5) : quoted[1]
      if path.hasPrefix(folder.path + "/") {
        opened.insert(String(path.dropFirst(folder.path.count + 1)))
      } else if !path.hasPrefix("/") {
        opened.insert(String(path))
      }
    }
    #expect(opened.contains("evil.mp4") && opened.contains("x.db"))
    #expect(opened.allSatisfy { $0 == "evil.mp4" || $0.hasPrefix("x.db") || $0 == "." }, "\(opened)")
  }

  /// The watch sees what it should.
  @Test func theDecoyItselfIsOpened() throws {
    let count = try openings(of: decoy) { _ = try process(["decoy.ts"], in: folder) }
    #expect(count > 0)
  }
}
