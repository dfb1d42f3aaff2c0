import CFFmpeg
import KernelInterface
import ShuffledCore

/// Resizes pictures of three planes of 8-bit samples, luma and two of chroma, with chroma subsampled or not: what
/// decoders of H.264, HEVC, VP9, AV1 and MJPEG give, as a rule. Each plane is resized to the result's size in floats,
/// then luma and chroma become red, green and blue, rounded once.
final class PlanarResize: PictureResize {
  /// The filters of planes that have the same size.
  private struct Filters {
    /// Columns of the source from which on a plane is read.
    let firstColumn: Int
    let inputWidth: Int
    let rowTaps: Int
    let columnTaps: Int
    let rowFirst: AlignedMemory<Int32>
    let rowWeights: AlignedMemory<Float>
    let columnFirst: AlignedMemory<Int32>
    let columnWeights: AlignedMemory<Float>

    init(columns: TriangleFilter, rows: TriangleFilter) {
      var columns = columns
      firstColumn = columns.source.lowerBound
      inputWidth = (columns.source.count + 15) / 16 * 16
      columns.pad(toMultiplesOf: 4)
      (rowTaps, columnTaps) = (rows.taps, columns.taps)
      let start = firstColumn
      rowFirst = AlignedMemory(rows.first.map { Int32($0) })
      rowWeights = AlignedMemory(rows.weights)
      columnFirst = AlignedMemory(columns.first.map { Int32($0 - start) })
      columnWeights = AlignedMemory(columns.weights)
    }
  }

  let columns: Range<Int>
  let rows: Range<Int>
  let stride: Int
  private let kernels: KernelTable
  private let matrix: ConvertColorU8.Matrix
  private let luma: Filters
  private let chroma: Filters
  private let scratch: AlignedMemory<Float>
  /// Luma, Cb and Cr, resized.
  private let components: AlignedMemory<Float>
  /// Red, green and blue.
  private let planes: AlignedMemory<UInt8>
  private var planeSize: Int { stride * rows.count }

  var red: UnsafePointer<UInt8> { UnsafePointer(planes.pointer) }
  var green: UnsafePointer<UInt8> { red + planeSize }
  var blue: UnsafePointer<UInt8> { red + 2 * planeSize }

  /// nil where the picture is not of such planes.
  init?(_ request: ResizeRequest, kernels: KernelTable) {
    guard let descriptor = av_pix_fmt_desc_get(AVPixelFormat(rawValue: request.format.number)),
      Self.canRead(descriptor.pointee)
    else { return nil }
    let blockWidth = 1 << Int(descriptor.pointee.log2_chroma_w)
    let blockHeight = 1 << Int(descriptor.pointee.log2_chroma_h)
    columns = request.columns
    rows = request.rows
    stride = (columns.count + 63) / 64 * 64
    self.kernels = kernels
    matrix = request.color.conversion
    /// Along an axis on which `block` luma samples share one of this plane, the first of which lies at `offset`.
    func filter(_ length: Int, _ resized: Int, block: Int, offset: Double, _ needed: Range<Int>)
      -> TriangleFilter
    {
      TriangleFilter(
        length: (length + block - 1) / block, scale: Double(length) / Double(resized * block),
        shift: 0.5 - offset / Double(block), needed: needed)
    }
    let (size, resized) = (request.size, request.resized)
    luma = Filters(
      columns: filter(size.width, resized.width, block: 1, offset: 0.5, columns),
      rows: filter(size.height, resized.height, block: 1, offset: 0.5, rows))
    chroma = Filters(
      columns: filter(
        size.width, resized.width, block: blockWidth,
        offset: request.color.chromaOffset(horizontalBlock: blockWidth), columns),
      rows: filter(
        size.height, resized.height, block: blockHeight,
        offset: request.color.chromaOffset(verticalBlock: blockHeight), rows))
    scratch = AlignedMemory(
      count: max(luma.inputWidth, chroma.inputWidth) + max(luma.columnTaps, chroma.columnTaps))
    components = AlignedMemory(count: 3 * stride * rows.count)
    planes = AlignedMemory(count: 3 * stride * rows.count)
  }

  /// Three components of 8 bits, each in a plane of its own, none of them red, green, blue or alpha.
  private static func canRead(_ descriptor: AVPixFmtDescriptor) -> Bool {
    let others =
      AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
      | AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_BAYER
    guard descriptor.nb_components == 3, Int32(truncatingIfNeeded: descriptor.flags) & others == 0 else {
      return false
    }
    let components = [descriptor.comp.0, descriptor.comp.1, descriptor.comp.2]
    return zip(0..., components).allSatisfy { index, component in
      component.plane == index && component.depth == 8 && component.step == 1 && component.shift == 0
        && component.offset == 0
    }
  }

  func run(_ picture: Picture) throws(Failure) {
    picture.withPlanes { planes in
      precondition(planes.count == 3, "the picture has three planes")
      resize(planes[0], luma, to: components.pointer)
      resize(planes[1], chroma, to: components.pointer + planeSize)
      resize(planes[2], chroma, to: components.pointer + 2 * planeSize)
    }
    kernels.convertColorU8(
      ConvertColorU8(
        luma: components.pointer, cb: components.pointer + planeSize, cr: components.pointer + 2 * planeSize,
        matrix: matrix, red: planes.pointer, green: planes.pointer + planeSize,
        blue: planes.pointer + 2 * planeSize, count: planeSize))
  }

  private func resize(_ plane: Picture.Plane, _ filters: Filters, to output: UnsafeMutablePointer<Float>) {
    kernels.resizePlaneU8(
      ResizePlaneU8(
        input: plane.address + filters.firstColumn, inputStride: plane.stride, inputWidth: filters.inputWidth,
        rowFirst: filters.rowFirst.pointer, rowWeights: filters.rowWeights.pointer, rowTaps: filters.rowTaps,
        columnFirst: filters.columnFirst.pointer, columnWeights: filters.columnWeights.pointer,
        columnTaps: filters.columnTaps, scratch: scratch.pointer, output: output, outputStride: stride,
        outputWidth: (columns.count + 3) / 4 * 4, outputHeight: rows.count))
  }
}
