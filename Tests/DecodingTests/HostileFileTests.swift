import Decoding
import Foundation
import ShuffledCore
import Testing

/// Files that name other files, under names that promise a video.
@Suite(.serialized) struct HostileFileTests {
  let folder: Folder
  let decoy: String

  init() throws {
    folder = try Folder()
    decoy = try folder.encode("decoy.ts", ["-c:v", "libx264"])
  }

  static let playlists: [(name: String, kind: String, text: String)] = [
    (
      "HLS", "HLS",
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\nDECOY\n#EXT-X-ENDLIST\n"
    ),
    ("ffconcat", "ffconcat", "ffconcat version 1.0\nfile 'DECOY'\n"),
    (
      "DASH", "DASH",
      """
      <?xml version="1.0"?>
      <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"
        mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4">
        <Representation id="1" bandwidth="1000" width="192" height="108"><BaseURL>DECOY</BaseURL>
        <SegmentBase/></Representation></AdaptationSet></Period></MPD>
      """
    ),
    (
      "SDP", "SDP",
      "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 45678 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
    ),
  ]

  /// Runs `body` and returns how often the decoy was opened meanwhile, by anyone.
  func openings(_ body: () throws -> Void) throws -> Int {
    let watch = inotify_init1(Int32(IN_NONBLOCK))
    try #require(watch >= 0)
    defer { close(watch) }
    try #require(inotify_add_watch(watch, decoy, UInt32(IN_OPEN)) >= 0)
    try body()
    var buffer = [UInt8](repeating: 0, count: 4096)
    // Each event of a watched file is 16 bytes: it has no name.
    return max(0, read(watch, &buffer, buffer.count)) / 16
  }

  @Test(arguments: playlists, ["posing.mp4", "posing.mkv", "posing.m3u8", "posing"])
  func playlistsAreRefusedAndOpenNothing(playlist: (name: String, kind: String, text: String), name: String)
    throws
  {
    let text = playlist.text.replacingOccurrences(of: "DECOY", with: decoy)
    let path = try folder.write(text, to: name)
    let count = try openings {
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
    for playlist in Self.playlists where playlist.name != "SDP" {
      let path = try folder.write(
        playlist.text.replacingOccurrences(
          of: "DECOY", with: playlist.name == "ffconcat" ? "decoy.ts" : decoy),
        to: "control.mp4")
      let count = try openings { _ = try? run("ffprobe", [path]) }
      #expect(count > 0, "\(playlist.name)")
    }
  }

  /// Lists without the tags that FFmpeg knows, and pictures that name others.
  @Test func otherListsAreNoVideos() throws {
    let count = try openings {
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
    let count = try openings { _ = failure(path) }
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
