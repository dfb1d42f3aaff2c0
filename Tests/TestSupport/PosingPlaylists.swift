import Foundation
import Glibc

/// Texts that name another file or a connection, for files whose names promise a video.
package struct PosingPlaylist: Sendable {
  /// What messages call its kind.
  package var kind: String
  private var template: String

  /// - Parameter decoy: the file that it names.
  package func text(naming decoy: String) -> String {
    template.replacingOccurrences(of: "DECOY", with: decoy)
  }

  package static let all = [
    PosingPlaylist(
      kind: "HLS",
      template: "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\nDECOY\n#EXT-X-ENDLIST\n"),
    PosingPlaylist(kind: "ffconcat", template: "ffconcat version 1.0\nfile 'DECOY'\n"),
    PosingPlaylist(
      kind: "DASH",
      template: """
        <?xml version="1.0"?>
        <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"
          mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4">
          <Representation id="1" bandwidth="1000" width="192" height="108"><BaseURL>DECOY</BaseURL>
          <SegmentBase/></Representation></AdaptationSet></Period></MPD>
        """),
    PosingPlaylist(
      kind: "SDP",
      template:
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 45678 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
    ),
  ]
}

/// Runs `body` and returns how often the file was opened meanwhile, by anyone.
package func openings(of file: String, _ body: () throws -> Void) throws -> Int {
  let watch = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
  guard watch >= 0, inotify_add_watch(watch, file, UInt32(IN_OPEN)) >= 0 else {
    throw CommandFailure(description: "inotify cannot watch \(file)")
  }
  defer { close(watch) }
  try body()
  var buffer = [UInt8](repeating: 0, count: 4096)
  // Each event of a watched file is 16 bytes: it has no name.
  return max(0, read(watch, &buffer, buffer.count)) / 16
}
