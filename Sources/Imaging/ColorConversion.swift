import KernelInterface
import ShuffledCore

extension ColorDescription {
  /// From 8-bit luma and chroma to red, green and blue in 0...255 (ITU-R BT.601-7, BT.709-6, BT.2020-2; SMPTE 240M).
  var conversion: ConvertColorU8.Matrix {
    // The shares of red and blue in luma say everything.
    let (kr, kb): (Double, Double) =
      switch matrix {
      case .bt601: (0.299, 0.114)
      case .bt709: (0.2126, 0.0722)
      case .bt2020: (0.2627, 0.0593)
      case .smpte240m: (0.212, 0.087)
      case .fcc: (0.30, 0.11)
      }
    let kg = 1 - kr - kb
    let (luma, chroma, black) = range == .full ? (1, 1, 0) : (255.0 / 219, 255.0 / 224, 16.0)
    let (redCr, blueCb) = (2 * (1 - kr) * chroma, 2 * (1 - kb) * chroma)
    let (greenCb, greenCr) = (-blueCb * kb / kg, -redCr * kr / kg)
    let offset = -luma * black
    return ConvertColorU8.Matrix(
      luma: Float(luma), redCr: Float(redCr), greenCb: Float(greenCb), greenCr: Float(greenCr),
      blueCb: Float(blueCb), redOffset: Float(offset - 128 * redCr),
      greenOffset: Float(offset - 128 * (greenCb + greenCr)), blueOffset: Float(offset - 128 * blueCb))
  }

  /// How far the first chroma sample's center is from the picture's edge, in luma samples, along a side on which
  /// `block` luma samples share one of chroma.
  func chromaOffset(horizontalBlock block: Int) -> Double {
    [.left, .topLeft, .bottomLeft].contains(chromaLocation) ? 0.5 : Double(block) / 2
  }

  func chromaOffset(verticalBlock block: Int) -> Double {
    switch chromaLocation {
    case .topLeft, .top: 0.5
    case .left, .center: Double(block) / 2
    case .bottomLeft, .bottom: Double(block) - 0.5
    }
  }
}
