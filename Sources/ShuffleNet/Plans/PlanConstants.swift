import KernelInterface

/// What a plan's steps read besides activations: floats, in the order in which a pass reads them, and tables of offsets.
struct PlanConstants {
  private(set) var floats: [Float] = []
  private(set) var tables: [Int32] = []
  /// The row of zeros that all depthwise convolutions share: its index, and its pixels.
  private var zeroRow = (index: 0, pixels: 0)

  /// - Parameter parameters: of the network; packing adds a little to them.
  init(parameters: Int) { floats.reserveCapacity(parameters + parameters / 4) }

  /// Appends floats, starting at a cache line, and gives the index of the first.
  mutating func append(_ values: [Float]) -> Int {
    let padding = (slabLanes - floats.count % slabLanes) % slabLanes
    floats.append(contentsOf: repeatElement(0, count: padding))
    floats.append(contentsOf: values)
    return floats.count - values.count
  }

  /// Appends a table and gives the index of its first entry.
  mutating func append(_ offsets: [Int]) -> Int {
    tables.append(contentsOf: offsets.map(Int32.init))
    return tables.count - offsets.count
  }

  /// A row of so many pixels of zeros. The first convolution that asks has the widest rows of all, as a rule.
  mutating func zeros(pixels: Int) -> Int {
    if pixels > zeroRow.pixels {
      zeroRow = (append([Float](repeating: 0, count: pixels * slabLanes)), pixels)
    }
    return zeroRow.index
  }
}
