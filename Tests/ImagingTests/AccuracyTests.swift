import Foundation
import Imaging
import ShuffledCore
import Testing

/// Against torchvision's own Resize and CenterCrop of the same decoded picture (see `generate.py`).
@Suite struct AccuracyTests {
  /// A file, its golden, and the most that the mean difference may be, in steps of 1/255: what was measured and a
  /// little, well below the 2 that is asked for.
  static let files: [(file: String, golden: String, limit: Double)] = [
    ("chelsea.png", "chelsea", 0.25),
    ("tiny-up.png", "tiny-up", 0.25),
    ("astronaut-420.jpg", "astronaut-420", 0.95),
    ("coffee-444.jpg", "coffee-444", 0.35),
    ("rocket-422.jpg", "rocket-422", 0.5),
    ("coffee-bt601-limited.mp4", "coffee-bt601-limited", 0.4),
    ("coffee-bt709-limited.mp4", "coffee-bt709-limited", 0.4),
    ("astronaut-bt601-full.mp4", "astronaut-bt601-full", 0.55),
    ("astronaut-bt709-full.mp4", "astronaut-bt709-full", 0.55),
    ("astronaut-untagged.mp4", "astronaut-untagged", 0.55),
    ("wide-1080p.mp4", "wide-1080p", 0.25),
    ("tall-1080p.mp4", "tall-1080p", 0.25),
  ]

  @Test(arguments: files) func matchesTorchvision(file: String, golden: String, limit: Double) throws {
    #expect(try compare(fixture(file), toGolden: golden, file) <= limit)
  }

  @Test func portraitByOrientation() throws {
    let turned = turning(try fixture("chelsea.png"), Orientation(quarterTurns: 1))
    #expect(try compare(turned, toGolden: "chelsea-portrait", "chelsea.png turned by 90 degrees") <= 0.25)
  }

  @Test func cropLargerThanPicture() throws {
    let mean = try compare(
      fixture("chelsea.png"), toGolden: "chelsea-padded", "chelsea.png padded", plain(resizeShorter: 192))
    #expect(mean <= 0.25)
  }

  /// The measure itself: a wrong matrix, range or place is seen.
  @Test func aWrongPictureIsSeen() throws {
    let right = try fixture("astronaut-bt709-full.mp4")
    func reinterpreted(_ color: ColorDescription) -> Picture {
      Picture(
        size: right.size, pixelFormat: right.pixelFormat, color: color, orientation: .upright,
        planes: right.withPlanes { $0 }, release: { withExtendedLifetime(right) {} })
    }
    #expect(right.color == ColorDescription(matrix: .bt709, range: .full, chromaLocation: .left))
    let asLimited = reinterpreted(ColorDescription(matrix: .bt709, range: .limited))
    #expect(try compare(asLimited, toGolden: "astronaut-bt709-full", "limited range taken for full") > 2)
    let as601 = reinterpreted(ColorDescription(matrix: .bt601, range: .full))
    #expect(try compare(as601, toGolden: "astronaut-bt709-full", "BT.709 taken for BT.601") > 2)
  }
}
