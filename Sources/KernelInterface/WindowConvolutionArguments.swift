// The arguments of 3x3 convolutions over slabs. All offsets are in floats.

/// Rows of a 3x3 convolution with one filter a channel, padding equal to the dilation, over whole slabs.
///
///     output[y][x][c] = activation(bias[c] + sum over taps (i, j) of
///         input[rows[3 y + i] + (x * stride + (j - 1) * dilation) * 16 + c] * weight[i][j][c])
public struct DepthwiseF32 {
  public var input: UnsafePointer<Float>
  /// Where each input slab lies.
  public var inputOffsets: UnsafePointer<Int32>
  /// For each output row, where the three rows of its window lie in a slab; -1 for a row outside the picture, which
  /// is zero. Any row may lie anywhere: the input may be a ring that holds few of its rows.
  public var rows: UnsafePointer<Int32>
  /// weights[slab][tap][lane], taps row by row.
  public var weights: UnsafePointer<Float>
  /// bias[slab][lane].
  public var bias: UnsafePointer<Float>
  /// A row of zeros: at least `inputWidth` pixels of 16 floats.
  public var zeros: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  /// Where each output slab's first row lies; the others follow it.
  public var outputOffsets: UnsafePointer<Int32>
  public var slabs: Int
  public var outputRows: Int
  public var inputWidth: Int
  public var stride: Int
  public var dilation: Int
  public var activation: Activation

  public init(
    input: UnsafePointer<Float>, inputOffsets: UnsafePointer<Int32>, rows: UnsafePointer<Int32>,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, zeros: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, outputOffsets: UnsafePointer<Int32>, slabs: Int, outputRows: Int,
    inputWidth: Int, stride: Int, dilation: Int, activation: Activation
  ) {
    self.input = input
    self.inputOffsets = inputOffsets
    self.rows = rows
    self.weights = weights
    self.bias = bias
    self.zeros = zeros
    self.output = output
    self.outputOffsets = outputOffsets
    self.slabs = slabs
    self.outputRows = outputRows
    self.inputWidth = inputWidth
    self.stride = stride
    self.dilation = dilation
    self.activation = activation
  }

  public var outputWidth: Int { (inputWidth - 1) / stride + 1 }
}

/// Rows of a 3x3 convolution in which every output channel sees every input channel, padding equal to the dilation:
/// one group of a grouped convolution.
///
///     output[y][x][n] = activation(bias[n] + sum over taps (i, j), channels k of
///         input[inputOffsets[k] + rows[3 y + i] + (x * stride + (j - 1) * dilation) * 16] * weight[i][j][k][n])
///
/// Packed weights are those of `PointwiseF32`, with the taps around the input channels:
/// weights[panel][tap][k][vector][lane]. All offsets are in floats.
public struct ConvolutionF32 {
  public var input: UnsafePointer<Float>
  /// Where each input channel's slab and lane lies: one entry a channel.
  public var inputOffsets: UnsafePointer<Int32>
  public var inputChannels: Int
  /// For each output row, where the three rows of its window lie in a slab; -1 for a row outside the picture.
  public var rows: UnsafePointer<Int32>
  public var weights: UnsafePointer<Float>
  /// One value a lane of every output vector.
  public var bias: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  /// Where each output vector's first row lies; the others follow it.
  public var outputOffsets: UnsafePointer<Int32>
  public var outputVectors: Int
  public var outputRows: Int
  public var inputWidth: Int
  /// 1, 2 or 3.
  public var stride: Int
  public var dilation: Int
  public var activation: Activation

  public init(
    input: UnsafePointer<Float>, inputOffsets: UnsafePointer<Int32>, inputChannels: Int,
    rows: UnsafePointer<Int32>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, outputOffsets: UnsafePointer<Int32>, outputVectors: Int,
    outputRows: Int, inputWidth: Int, stride: Int, dilation: Int, activation: Activation
  ) {
    self.input = input
    self.inputOffsets = inputOffsets
    self.inputChannels = inputChannels
    self.rows = rows
    self.weights = weights
    self.bias = bias
    self.output = output
    self.outputOffsets = outputOffsets
    self.outputVectors = outputVectors
    self.outputRows = outputRows
    self.inputWidth = inputWidth
    self.stride = stride
    self.dilation = dilation
    self.activation = activation
  }

  public var outputWidth: Int { (inputWidth - 1) / stride + 1 }
}
