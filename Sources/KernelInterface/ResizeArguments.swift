// The arguments of preprocessing: from planes of bytes to planes of bytes, by way of floats.

/// One plane of 8-bit samples resized by a separable filter, down the columns first and then along the rows.
///
///     output[y][x] = sum over j of columnWeights[x][j] * sum over i of
///         rowWeights[y][i] * input[(rowFirst[y] + i) * inputStride + columnFirst[x] + j]
public struct ResizePlaneU8 {
  public var input: UnsafePointer<UInt8>
  /// Bytes from a row of the input to the next; may be negative.
  public var inputStride: Int
  /// Columns that are read of each row of the input: a multiple of 16, all of which must be readable.
  public var inputWidth: Int
  /// For each row of the output, the first row of the input that it is made of, and its weights.
  public var rowFirst: UnsafePointer<Int32>
  public var rowWeights: UnsafePointer<Float>
  /// Weights a row of the output.
  public var rowTaps: Int
  /// For each column of the output, the first column of the input that it is made of, and its weights.
  public var columnFirst: UnsafePointer<Int32>
  public var columnWeights: UnsafePointer<Float>
  /// Weights a column of the output: a multiple of 4.
  public var columnTaps: Int
  /// A row between the passes: `inputWidth + columnTaps` floats, of which the last `columnTaps` are finite.
  public var scratch: UnsafeMutablePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  /// Floats from a row of the output to the next.
  public var outputStride: Int
  /// A multiple of 4.
  public var outputWidth: Int
  public var outputHeight: Int

  public init(
    input: UnsafePointer<UInt8>, inputStride: Int, inputWidth: Int, rowFirst: UnsafePointer<Int32>,
    rowWeights: UnsafePointer<Float>, rowTaps: Int, columnFirst: UnsafePointer<Int32>,
    columnWeights: UnsafePointer<Float>, columnTaps: Int, scratch: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int, outputHeight: Int
  ) {
    self.input = input
    self.inputStride = inputStride
    self.inputWidth = inputWidth
    self.rowFirst = rowFirst
    self.rowWeights = rowWeights
    self.rowTaps = rowTaps
    self.columnFirst = columnFirst
    self.columnWeights = columnWeights
    self.columnTaps = columnTaps
    self.scratch = scratch
    self.output = output
    self.outputStride = outputStride
    self.outputWidth = outputWidth
    self.outputHeight = outputHeight
  }
}

/// Luma and chroma to red, green and blue, rounded to 8 bits: each channel is
///
///     luma * Y + cb * Cb + cr * Cr + offset      (red has no Cb, blue no Cr)
public struct ConvertColorU8 {
  /// What a channel takes of each component.
  public struct Matrix: BitwiseCopyable, Sendable {
    public var luma: Float
    public var redCr: Float
    public var greenCb: Float
    public var greenCr: Float
    public var blueCb: Float
    public var redOffset: Float
    public var greenOffset: Float
    public var blueOffset: Float

    public init(
      luma: Float, redCr: Float, greenCb: Float, greenCr: Float, blueCb: Float, redOffset: Float,
      greenOffset: Float, blueOffset: Float
    ) {
      self.luma = luma
      self.redCr = redCr
      self.greenCb = greenCb
      self.greenCr = greenCr
      self.blueCb = blueCb
      self.redOffset = redOffset
      self.greenOffset = greenOffset
      self.blueOffset = blueOffset
    }
  }

  public var luma: UnsafePointer<Float>
  public var cb: UnsafePointer<Float>
  public var cr: UnsafePointer<Float>
  public var matrix: Matrix
  public var red: UnsafeMutablePointer<UInt8>
  public var green: UnsafeMutablePointer<UInt8>
  public var blue: UnsafeMutablePointer<UInt8>
  /// Samples of each: a multiple of 16.
  public var count: Int

  public init(
    luma: UnsafePointer<Float>, cb: UnsafePointer<Float>, cr: UnsafePointer<Float>, matrix: Matrix,
    red: UnsafeMutablePointer<UInt8>, green: UnsafeMutablePointer<UInt8>,
    blue: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    self.luma = luma
    self.cb = cb
    self.cr = cr
    self.matrix = matrix
    self.red = red
    self.green = green
    self.blue = blue
    self.count = count
  }
}
