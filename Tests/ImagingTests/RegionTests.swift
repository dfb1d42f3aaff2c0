import Decoding
import Kernels
import ShuffledCore
import TestSupport
import Testing

/// A region's rows begin at any address: what a network is given of it is what it is given of a picture that was cut by FFmpeg's command.
@Suite struct RegionTests {
  @Test(arguments: ["yuv420p", "yuv444p", "gray", "bgr0", "yuv420p10le"])
  func isPreparedAsACutPicture(format: String) throws {
    let folder = try Folder()
    let whole = try folder.encode(
      "whole.mkv", source: "testsrc2=r=25:d=0.04", ["-s", "191x107", "-c:v", "ffv1", "-pix_fmt", format])
    try folder.ffmpeg([
      "-i", whole, "-vf", "crop=97:53:58:32:exact=1", "-c:v", "ffv1", "-y", folder.file("cut.mkv"),
    ])
    let region = try #require(
      RegionOfInterest(x: 58.0 / 191, y: 32.0 / 107, width: 97.0 / 191, height: 53.0 / 107))
    // With odd chroma the region ends where a chroma sample does.
    let isSubsampled = format.hasPrefix("yuv420")
    if isSubsampled {
      try folder.ffmpeg([
        "-i", whole, "-vf", "crop=98:54:58:32:exact=1", "-c:v", "ffv1", "-y", folder.file("cut.mkv"),
      ])
    }
    let part = try #require(try VideoSource(path: whole, media: .video, region: region).next()).picture
    let cut = try #require(try VideoSource(path: folder.file("cut.mkv"), media: .video).next()).picture
    #expect(part.size == cut.size)
    for set in [InstructionSet.portable, .best] {
      #expect(try prepare(part, plain(), set.kernels) == prepare(cut, plain(), set.kernels))
    }
  }
}
