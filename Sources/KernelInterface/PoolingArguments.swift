// The arguments of the poolings. All offsets are in floats.

/// The largest of 3x3 values, stride 2, padding 1 (values outside do not count), over whole slabs.
public struct MaxPoolF32 {
  public var input: UnsafePointer<Float>
  public var inputOffsets: UnsafePointer<Int32>
  public var output: UnsafeMutablePointer<Float>
  public var outputOffsets: UnsafePointer<Int32>
  public var slabs: Int
  public var inputHeight: Int
  public var inputWidth: Int

  public init(
    input: UnsafePointer<Float>, inputOffsets: UnsafePointer<Int32>, output: UnsafeMutablePointer<Float>,
    outputOffsets: UnsafePointer<Int32>, slabs: Int, inputHeight: Int, inputWidth: Int
  ) {
    self.input = input
    self.inputOffsets = inputOffsets
    self.output = output
    self.outputOffsets = outputOffsets
    self.slabs = slabs
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
  }

  public var outputHeight: Int { (inputHeight - 1) / 2 + 1 }
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
