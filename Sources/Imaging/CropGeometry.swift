import ShuffledCore

/// Where a network's input lies in an upright picture that was resized: torchvision's arithmetic
/// (`transforms.functional`: `_compute_resized_output_size`, `center_crop`).
package struct CropGeometry: Hashable, Sendable {
  /// The whole picture after resizing: the shorter side is the specification's.
  package var resized: PixelSize
  /// The crop's left and top edge in it; negative where the crop is larger and its edges stay black.
  package var left: Int
  package var top: Int

  /// - Parameter upright: the picture's size, once it is turned.
  package init(upright: PixelSize, specification: InputSpecification) {
    let short = min(upright.width, upright.height)
    let long = specification.resizeShorter * max(upright.width, upright.height) / short
    resized =
      upright.width <= upright.height
      ? PixelSize(width: specification.resizeShorter, height: long)
      : PixelSize(width: long, height: specification.resizeShorter)
    left = Self.offset(of: specification.size.width, in: resized.width)
    top = Self.offset(of: specification.size.height, in: resized.height)
  }

  /// `int(round((length - crop) / 2.0))`, halves to even as Python rounds; or minus the padding, rounded down.
  private static func offset(of crop: Int, in length: Int) -> Int {
    guard length >= crop else { return -((crop - length) / 2) }
    return Int((Double(length - crop) / 2).rounded(.toNearestOrEven))
  }
}

/// The part of one axis that has to be resized to get what is needed of it: resizing `source` to `target.count`
/// samples gives what resizing the whole to its full length has at `target`.
package struct AxisWindow: Hashable, Sendable {
  package var source: Range<Int>
  package var target: Range<Int>

  /// How far, in samples of the result, a window may shift the picture. The whole axis has no shift; a window that
  /// begins or ends between two samples of the source has one, and is used only below this.
  package static let tolerance = 1.0 / 128

  /// The least window with `needed` in it, with samples to spare for the filter's width.
  /// - Parameters:
  ///   - length: of the whole source axis.
  ///   - resized: what the whole is resized to.
  ///   - granularity: what a window's edges inside the picture are multiples of; nil: only the whole will do.
  package init(length: Int, resized: Int, needed: Range<Int>, granularity: Int?) {
    source = 0..<length
    target = 0..<resized
    guard let granularity, !needed.isEmpty else { return }
    // A triangle reaches one sample of the result or of the source, whichever is wider; chroma's samples are
    // `granularity` times as wide.
    let scale = Double(length) / Double(resized)
    let margin = Int((max(1, Double(granularity) / scale) + 1).rounded(.up))
    if let first = stride(from: needed.lowerBound - margin, to: 0, by: -1)
      .first(where: { Self.shift(at: $0, scale, granularity) <= Self.tolerance })
    {
      target = first..<resized
      source = Self.edge(at: first, scale, granularity)..<length
    }
    if let last = stride(from: needed.upperBound + margin, to: resized, by: 1)
      .first(where: { Self.shift(at: $0, scale, granularity) <= Self.tolerance })
    {
      target = target.lowerBound..<last
      source = source.lowerBound..<Self.edge(at: last, scale, granularity)
    }
  }

  private static func edge(at position: Int, _ scale: Double, _ granularity: Int) -> Int {
    Int((Double(position) * scale / Double(granularity)).rounded()) * granularity
  }

  private static func shift(at position: Int, _ scale: Double, _ granularity: Int) -> Double {
    abs(Double(edge(at: position, scale, granularity)) / scale - Double(position))
  }
}
