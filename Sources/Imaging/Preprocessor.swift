import KernelInterface
import ShuffledCore

/// Turns pictures into a network's input: upright, resized, cropped, normalised. Each worker has its own; it is not
/// for sharing. Once it knows a stream's geometry it allocates nothing a picture.
public final class Preprocessor {
  public let specification: InputSpecification
  /// What `prepare` writes.
  public let layout: PlanarLayout

  /// Everything that is known before a picture's pixels are.
  private struct Geometry: Hashable {
    var size: PixelSize
    var format: PixelFormat
    var color: ColorDescription
    var orientation: Orientation
  }

  private struct Plan {
    let resize: any PictureResize
    /// The upright picture's rows and columns that the crop has; the rest of it is black.
    let visibleColumns: Range<Int>
    let visibleRows: Range<Int>
    /// The address of the input's first sample (row 0, column 0), in bytes from the start of a plane, and the way
    /// from there to the next in its row and its column. The first may lie outside where the crop is padded.
    let origin: Int
    let columnStep: Int
    let rowStep: Int
    var lastUse: UInt64
  }

  /// Cameras of different kinds share the workers, so a few geometries alternate.
  private static let capacity = 8
  private var plans: [Geometry: Plan] = [:]
  private var uses: UInt64 = 0
  private let normalization: Normalization
  private let kernels: KernelTable

  public init(specification: InputSpecification, kernels: KernelTable) {
    self.specification = specification
    self.kernels = kernels
    layout = PlanarLayout(size: specification.size)
    normalization = Normalization(specification)
  }

  /// Writes the network's input for `picture`: `layout.count` floats, the borders (zeros) included; blocks for the
  /// time it takes. Where the resized picture is smaller than the crop, the missing samples are black: 0, normalised.
  ///
  /// Throws `Failure` where libswscale cannot read the picture's format or cope with its shape. Whole vectors are
  /// read, so a picture's rows must be followed by 64 bytes that may be read, as FFmpeg's own are.
  public func prepare(
    _ picture: Picture, into input: UnsafeMutableBufferPointer<Float>
  ) throws(Failure) {
    precondition(input.count == layout.count, "the input has \(input.count) floats, not \(layout.count)")
    guard let target = input.baseAddress else {
      preconditionFailure("an input of \(layout.count) has an address")
    }
    let plan = try plan(for: picture)
    try plan.resize.run(picture)
    let planes =
      specification.channelOrder == .rgb
      ? (plan.resize.red, plan.resize.green, plan.resize.blue)
      : (plan.resize.blue, plan.resize.green, plan.resize.red)
    normalization.tables.withUnsafeBufferPointer { tables in
      guard let table = tables.baseAddress else { preconditionFailure("three tables have an address") }
      write(planes.0, table, plan, to: target)
      write(planes.1, table + 256, plan, to: target + layout.planeStride)
      write(planes.2, table + 512, plan, to: target + 2 * layout.planeStride)
    }
  }

  /// One plane: `source` of 8-bit samples through `table` to (height + 2) x (width + 2) floats.
  private func write(
    _ source: UnsafePointer<UInt8>, _ table: UnsafePointer<Float>, _ plan: Plan,
    to target: UnsafeMutablePointer<Float>
  ) {
    let (width, height) = (layout.size.width, layout.size.height)
    let (columns, rows) = (plan.visibleColumns, plan.visibleRows)
    target.update(repeating: 0, count: layout.rowStride)
    for y in 0..<height {
      let row = target + (y + 1) * layout.rowStride
      row[0] = 0
      row[width + 1] = 0
      let samples = row + 1
      guard rows.contains(y) else {
        samples.update(repeating: table[0], count: width)
        continue
      }
      if columns.count < width {
        samples.update(repeating: table[0], count: columns.lowerBound)
        (samples + columns.upperBound).update(repeating: table[0], count: width - columns.upperBound)
      }
      var place = plan.origin + y * plan.rowStep + columns.lowerBound * plan.columnStep
      for x in columns {
        samples[x] = table[Int(source[place])]
        place += plan.columnStep
      }
    }
    (target + (height + 1) * layout.rowStride).update(repeating: 0, count: layout.rowStride)
  }

  private func plan(for picture: Picture) throws(Failure) -> Plan {
    let geometry = Geometry(
      size: picture.size, format: picture.pixelFormat, color: picture.color, orientation: picture.orientation)
    uses += 1
    if let index = plans.index(forKey: geometry) {
      plans.values[index].lastUse = uses
      return plans.values[index]
    }
    if plans.count >= Self.capacity, let oldest = plans.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      plans.removeValue(forKey: oldest.key)
    }
    let plan = try makePlan(for: picture)
    plans[geometry] = plan
    return plan
  }

  private func makePlan(for picture: Picture) throws(Failure) -> Plan {
    let orientation = picture.orientation
    let crop = CropGeometry(upright: orientation.turned(picture.size), specification: specification)
    let visibleColumns = max(0, -crop.left)..<min(layout.size.width, crop.resized.width - crop.left)
    let visibleRows = max(0, -crop.top)..<min(layout.size.height, crop.resized.height - crop.top)
    // The crop's corners, in the resized picture as it is stored.
    let resized = orientation.turned(crop.resized)
    let walk = TurnedWalk(orientation, stored: resized)
    let first = walk.stored(x: crop.left + visibleColumns.lowerBound, y: crop.top + visibleRows.lowerBound)
    let last = walk.stored(
      x: crop.left + visibleColumns.upperBound - 1, y: crop.top + visibleRows.upperBound - 1)
    let request = ResizeRequest(
      picture, resized: resized, columns: min(first.x, last.x)..<max(first.x, last.x) + 1,
      rows: min(first.y, last.y)..<max(first.y, last.y) + 1)
    let resize = try request.resize(kernels: kernels)
    let corner = walk.stored(x: crop.left, y: crop.top)
    return Plan(
      resize: resize, visibleColumns: visibleColumns, visibleRows: visibleRows,
      origin: (corner.y - resize.rows.lowerBound) * resize.stride + corner.x - resize.columns.lowerBound,
      columnStep: walk.row.x * resize.stride + walk.column.x,
      rowStep: walk.row.y * resize.stride + walk.column.y,
      lastUse: uses)
  }
}
