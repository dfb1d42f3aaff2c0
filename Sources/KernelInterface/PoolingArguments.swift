// The arguments of the poolings. All offsets are in floats.

/// Rows of the largest of 3x3 values, stride 2, padding 1 (values outside do not count), over whole slabs.
public struct MaxPoolF32 {
  public var input: UnsafePointer<Float>
  /// Where each input slab lies.
  public var inputOffsets: UnsafePointer<Int32>
  /// For each output row, where the three rows of its window lie in a slab. Instead of a row outside the picture
  /// another one of the window is given twice, which changes no maximum.
  public var rows: UnsafePointer<Int32>
  public var output: UnsafeMutablePointer<Float>
  /// Where each output slab's first row lies; the others follow it.
  public var outputOffsets: UnsafePointer<Int32>
  public var slabs: Int
  public var outputRows: Int
  public var inputWidth: Int

  public init(
    input: UnsafePointer<Float>, inputOffsets: UnsafePointer<Int32>, rows: UnsafePointer<Int32>,
    output: UnsafeMutablePointer<Float>, outputOffsets: UnsafePointer<Int32>, slabs: Int, outputRows: Int,
    inputWidth: Int
  ) {
    self.input = input
    self.inputOffsets = inputOffsets
    self.rows = rows
    self.output = output
    self.outputOffsets = outputOffsets
    self.slabs = slabs
    self.outputRows = outputRows
    self.inputWidth = inputWidth
  }

  public var outputWidth: Int { (inputWidth - 1) / 2 + 1 }
}

/// The mean over all pixels of each lane: one pixel a slab comes out.
public struct GlobalMeanF32 {
  public var input: UnsafePointer<Float>
  public var inputOffsets: UnsafePointer<Int32>
  public var output: UnsafeMutablePointer<Float>
  public var outputOffsets: UnsafePointer<Int32>
  public var slabs: Int
  public var pixels: Int

  public init(
    input: UnsafePointer<Float>, inputOffsets: UnsafePointer<Int32>, output: UnsafeMutablePointer<Float>,
    outputOffsets: UnsafePointer<Int32>, slabs: Int, pixels: Int
  ) {
    self.input = input
    self.inputOffsets = inputOffsets
    self.output = output
    self.outputOffsets = outputOffsets
    self.slabs = slabs
    self.pixels = pixels
  }
}
