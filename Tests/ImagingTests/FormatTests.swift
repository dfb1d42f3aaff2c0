import Foundation
import Imaging
import ShuffledCore
import TestSupport
import Testing

/// The same photograph in the pixel formats that decoders give, against what torchvision makes of the photograph.
/// FFmpeg's command line converts it, losslessly stored, so this also measures what the format itself loses.
@Suite struct FormatTests {
  /// A pixel format, its container and the encoder to keep it with.
  static let formats: [(format: String, ending: String, encoder: String, golden: String)] = [
    ("yuv420p", "mkv", "ffv1", "chelsea"), ("yuv422p", "mkv", "ffv1", "chelsea"),
    ("yuv444p", "mkv", "ffv1", "chelsea"), ("yuv410p", "mkv", "ffv1", "chelsea"),
    ("yuv411p", "mkv", "ffv1", "chelsea"), ("yuv440p", "mkv", "ffv1", "chelsea"),
    ("yuv420p10le", "mkv", "ffv1", "chelsea"), ("yuv422p10le", "mkv", "ffv1", "chelsea"),
    ("yuv444p10le", "mkv", "ffv1", "chelsea"), ("yuv444p12le", "mkv", "ffv1", "chelsea"),
    ("yuv444p16le", "mkv", "ffv1", "chelsea"), ("yuva420p", "mkv", "ffv1", "chelsea"),
    ("yuva444p10le", "mkv", "ffv1", "chelsea"), ("bgr0", "mkv", "ffv1", "chelsea"),
    ("gbrp10le", "mkv", "ffv1", "chelsea"), ("gbrp16le", "mkv", "ffv1", "chelsea"),
    ("gray", "mkv", "ffv1", "chelsea-gray"), ("gray10le", "mkv", "ffv1", "chelsea-gray"),
    ("gray16le", "mkv", "ffv1", "chelsea-gray"),
    ("nv12", "nut", "rawvideo", "chelsea"), ("yuyv422", "nut", "rawvideo", "chelsea"),
    ("uyvy422", "nut", "rawvideo", "chelsea"),
    ("rgb565le", "nut", "rawvideo", "chelsea"), ("argb", "nut", "rawvideo", "chelsea"),
    ("rgb24", "png", "png", "chelsea"), ("rgba", "png", "png", "chelsea"),
    ("rgb48be", "png", "png", "chelsea"),
    ("gray", "png", "png", "chelsea-gray"), ("ya8", "png", "png", "chelsea-gray"),
    ("gray16be", "png", "png", "chelsea-gray"),
    ("yuvj420p", "mkv", "mjpeg", "chelsea"), ("yuvj422p", "mkv", "mjpeg", "chelsea"),
    ("yuvj444p", "mkv", "mjpeg", "chelsea"),
  ]

  @Test(arguments: formats) func isThePhotograph(
    format: String, ending: String, encoder: String, golden: String
  )
    throws
  {
    let path = try temporaryFile("\(format)-\(encoder).\(ending)")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ffmpeg([
      "-i", fixtures.appendingPathComponent("chelsea.png").path,
      "-vf", "scale=sws_flags=accurate_rnd+full_chroma_int+full_chroma_inp,format=\(format)",
      "-c:v", encoder, "-q:v", "1", "-frames:v", "1", "-y", path,
    ])
    #expect(try compare(picture(at: path), toGolden: golden, "\(format) in \(encoder)") <= 2)
  }

  @Test func paletteOf256Colors() throws {
    let path = try temporaryFile("pal8.png")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ffmpeg([
      "-i", fixtures.appendingPathComponent("chelsea.png").path,
      "-vf", "split[a][b];[a]palettegen=reserve_transparent=0[p];[b][p]paletteuse=dither=none",
      "-pix_fmt", "pal8", "-y", path,
    ])
    // 256 colors are a coarser picture: by 2.4 on average before it is resized.
    #expect(try compare(picture(at: path), toGolden: "chelsea", "pal8") <= 2.5)
  }

  /// Black and white of both ranges are black and white.
  @Test(arguments: [
    ("tv", "yuv420p"), ("pc", "yuv420p"), ("tv", "yuv420p10le"), ("pc", "yuv420p10le"), ("tv", "gray"),
    ("pc", "gray"),
  ])
  func blackAndWhite(range: String, format: String) throws {
    for (name, level) in [("black", Float(0)), ("white", 255)] {
      let path = try temporaryFile("\(name)-\(range)-\(format).mkv")
      defer { try? FileManager.default.removeItem(atPath: path) }
      try ffmpeg([
        "-f", "lavfi", "-i", "color=\(name):s=64x48,format=rgb24", "-frames:v", "1",
        "-vf", "scale=out_range=\(range),format=\(format)", "-c:v", "ffv1", "-color_range", range, "-y", path,
      ])
      let input = try prepare(picture(at: path), plain(size: 8, resizeShorter: 8))
      let layout = PlanarLayout(size: PixelSize(width: 8, height: 8))
      for channel in 0..<3 {
        let sample = input[layout.index(channel: channel, y: 4, x: 4)]
        #expect(abs(sample - level) <= 1, "\(name), \(range), \(format), channel \(channel): \(sample)")
      }
    }
  }
}

private func temporaryFile(_ name: String) throws -> String {
  FileManager.default.temporaryDirectory.appendingPathComponent("shuffled-\(UUID().uuidString)-\(name)").path
}

/// Runs FFmpeg's command, which must succeed.
private func ffmpeg(_ arguments: [String]) throws { try run("ffmpeg", arguments) }
