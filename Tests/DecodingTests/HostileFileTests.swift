import Decoding
import Foundation
import ShuffledCore
import TestSupport
import Testing

/// Files that name other files, under names that promise a video.
@Suite(.serialized) struct HostileFileTests {
  let folder: Folder
  let decoy: String

  init() throws {
    folder = try Folder()
    decoy = try folder.encode("decoy.ts", ["-c:v", "libx264"])
  }

  @Test(arguments: PosingPlaylist.all, ["posing.mp4", "posing.mkv", "posing.m3u8", "posing"])
  func playlistsAreRefusedAndOpenNothing(playlist: PosingPlaylist, name: String) throws {
    let path = try folder.write(playlist.text(naming: decoy), to: name)
    let count = try openings(of: decoy) {
      let video = failure(path)
      #expect(
        video?.text
          == "cannot open video '\(path)': it is a playlist or manifest (\(playlist.kind)), not a video")
      #expect(video?.kind == .badData)
      let image = failure(path, .image)
      #expect(
        image?.text
          == "cannot open image '\(path)': it is a playlist or manifest (\(playlist.kind)), not an image")
      #expect(image?.kind == .badData)
    }
    #expect(count == 0)
  }

  /// The watch sees what it should: FFmpeg's own command follows the same playlists.
  @Test func theDecoyWouldBeOpened() throws {
    for playlist in PosingPlaylist.all where playlist.kind != "SDP" {
      let path = try folder.write(
        playlist.text(naming: playlist.kind == "ffconcat" ? "decoy.ts" : decoy), to: "control.mp4")
      let count = try openings(of: decoy) { _ = try? run("ffprobe", [path]) }
      #expect(count > 0, "\(playlist.kind)")
    }
  }

  /// Lists without the tags that FFmpeg knows, and pictures that name others.
  @Test func otherListsAreNoVideos() throws {
    let count = try openings(of: decoy) {
      for text in [
        "#EXTM3U\n\(decoy)\n", decoy, "[playlist]\nFile1=\(decoy)\n", "RTSPtext\nrtsp://127.0.0.1/\n",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"\(decoy)\"/></svg>",
      ] {
        let path = try folder.write(text, to: "list.mp4")
        #expect(
          failure(path)?.text == "cannot open video '\(path)': not a video that FFmpeg can read", "\(text)")
      }
    }
    #expect(count == 0)
  }

  /// A QuickTime movie whose samples lie in another file ("dref").
  @Test func otherPeoplesSamplesAreNotRead() throws {
    _ = try folder.encode("self.mov", ["-c:v", "mjpeg", "-q:v", "5"])
    var data = try folder.data("self.mov")
    // The data reference "url " with flag 1 (in this file) becomes one elsewhere: flag 0.
    let place = try #require(data.range(of: Data("url \u{0}\u{0}\u{0}\u{1}".utf8)))
    data[place.upperBound - 1] = 0
    let path = try folder.write(data, to: "elsewhere.mov")
    let count = try openings(of: decoy) { _ = failure(path) }
    #expect(count == 0)
  }

  /// Names that FFmpeg would take for protocols are files like others.
  @Test func namesAreNames() throws {
    let names = [
      "concat:a|b", "subfile,,start,0,end,9,,:x.ts", "-", "a:b.mp4", "file:c.mp4", "http:d.mp4", "pipe:0",
      "%03d.ts",
      "e?f#g.ts", " h.ts", "ü.ts", "crypto:i", "data:j", "cache:k",
    ]
    let data = try folder.data("decoy.ts")
    for name in names { _ = try folder.write(data, to: name) }
    // Relative paths are the dangerous ones. Other tests name their files by absolute paths.
    let before = FileManager.default.currentDirectoryPath
    #expect(FileManager.default.changeCurrentDirectoryPath(folder.path))
    defer { _ = FileManager.default.changeCurrentDirectoryPath(before) }
    for name in names {
      #expect(try frames(open(name)).count == 50, "\(name)")
    }
    for name in ["concat:none|none", "http://127.0.0.1:9/x", "subfile,,start,0,end,9,,:none", "pipe:9"] {
      #expect(
        failure(name)?.text == "cannot open video '\(name)': no such file (check the path)", "\(name)")
    }
  }
}
