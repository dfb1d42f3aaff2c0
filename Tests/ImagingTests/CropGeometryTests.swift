import Imaging
import ShuffledCore
import Testing

@Suite struct CropGeometryTests {
  /// Picture, resizeShorter, crop; then what torchvision 0.29 gives: resized, left, top.
  static let torchvision: [(PixelSize, Int, Int, PixelSize, Int, Int)] = [
    (.init(width: 1920, height: 1080), 256, 224, .init(width: 455, height: 256), 116, 16),
    (.init(width: 1080, height: 1920), 256, 224, .init(width: 256, height: 455), 16, 116),
    (.init(width: 451, height: 300), 256, 224, .init(width: 384, height: 256), 80, 16),
    (.init(width: 35, height: 23), 256, 224, .init(width: 389, height: 256), 82, 16),
    (.init(width: 640, height: 480), 255, 224, .init(width: 340, height: 255), 58, 16),
    (.init(width: 300, height: 451), 192, 224, .init(width: 192, height: 288), -16, 32),
    (.init(width: 451, height: 300), 192, 225, .init(width: 288, height: 192), 32, -16),
    (.init(width: 1, height: 1), 256, 224, .init(width: 256, height: 256), 16, 16),
    (.init(width: 333, height: 100), 224, 224, .init(width: 745, height: 224), 260, 0),
    (.init(width: 640, height: 427), 257, 224, .init(width: 385, height: 257), 80, 16),
    (.init(width: 1280, height: 720), 232, 224, .init(width: 412, height: 232), 94, 4),
    (.init(width: 500, height: 375), 229, 224, .init(width: 305, height: 229), 40, 2),
    (.init(width: 4, height: 3), 9, 14, .init(width: 12, height: 9), -1, -2),
  ]

  @Test func isTorchvisions() {
    for (picture, resizeShorter, crop, resized, left, top) in Self.torchvision {
      let geometry = CropGeometry(
        upright: picture, specification: plain(size: crop, resizeShorter: resizeShorter))
      #expect(geometry.resized == resized, "\(picture) to \(resizeShorter)")
      #expect(geometry.left == left, "\(picture) to \(resizeShorter), crop \(crop)")
      #expect(geometry.top == top, "\(picture) to \(resizeShorter), crop \(crop)")
    }
  }

  @Test func theWindowOfFullHighDefinition() {
    // Column 100 of 455 begins at 421.98 of 1920, 355 at 1498.02: a fiftieth of a column of the source away.
    let window = AxisWindow(length: 1920, resized: 455, needed: 116..<340, granularity: 2)
    #expect(window.target == 100..<355)
    #expect(window.source == 422..<1498)
    let whole = AxisWindow(length: 1920, resized: 455, needed: 116..<340, granularity: nil)
    #expect(whole.target == 0..<455)
    #expect(whole.source == 0..<1920)
  }

  @Test func windowsHoldWhatIsNeededAndDoNotShiftIt() {
    for length in [1, 2, 23, 300, 301, 720, 1080, 1919, 1920, 3840, 8192] {
      for resized in [16, 224, 255, 256, 389, 455, 1024] {
        for granularity in [1, 2, 4] {
          let needed = resized / 4..<max(resized * 3 / 4, resized / 4 + 1)
          let window = AxisWindow(length: length, resized: resized, needed: needed, granularity: granularity)
          let label: Comment = "\(length) to \(resized), blocks of \(granularity): \(window)"
          #expect(window.target.lowerBound <= needed.lowerBound, label)
          #expect(window.target.upperBound >= needed.upperBound, label)
          #expect(window.source.lowerBound >= 0 && window.source.upperBound <= length, label)
          #expect(!window.source.isEmpty, label)
          #expect(window.source.lowerBound % granularity == 0, label)
          #expect(window.source.upperBound % granularity == 0 || window.source.upperBound == length, label)
          let scale = Double(length) / Double(resized)
          for (source, target) in [
            (window.source.lowerBound, window.target.lowerBound),
            (window.source.upperBound, window.target.upperBound),
          ] {
            #expect(abs(Double(source) / scale - Double(target)) <= AxisWindow.tolerance + 1e-9, label)
          }
        }
      }
    }
  }
}
