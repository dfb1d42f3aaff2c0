// The arguments of the convolutions that are matrix products. All offsets are in floats.
//
// Packed weights: the output channels are cut into vectors of `vectorLanes`, the vectors into panels of up to
// `panelVectors` (`nextPanel`). A panel holds, for each input value k in order, its vectors' weights:
// weights[panel][k][vector][lane]. Lanes past the last output channel are zero.
//
// Quads: where few output channels are left for a last vector, most of its lanes would be idle. Instead they are cut
// into fours, and such a vector takes four neighbouring input channels at a time, four lanes an output channel:
// weights[input quad][output quad][4 * output + input]. Its bias has the channel's in the first of the four lanes.

/// A 1x1 convolution; also the fully connected layer, as one pixel.
///
///     output[p][n] = activation(bias[n] + sum over k of input[inputOffsets[k] + 16 p] * weight[n][k])
public struct PointwiseF32 {
  public var input: UnsafePointer<Float>
  /// Where each input channel's first pixel lies: one entry a channel. Any channel may live anywhere, which is
  /// what makes channel split, concatenation and shuffle free.
  public var inputOffsets: UnsafePointer<Int32>
  public var inputChannels: Int
  public var weights: UnsafePointer<Float>
  /// One value a lane of every output vector.
  public var bias: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  /// Where each output vector's first pixel lies.
  public var outputOffsets: UnsafePointer<Int32>
  public var outputVectors: Int
  /// Fours of output channels after the last vector, which `outputOffsets` goes on with; 0 where `usesQuads` is false.
  public var outputQuads: Int
  /// Where four neighbouring channels lie, of which at least one is an input channel; the others, which must be finite,
  /// have weights of zero.
  public var inputQuadOffsets: UnsafePointer<Int32>
  public var inputQuads: Int
  /// Pixels, height times width.
  public var pixels: Int
  public var activation: Activation
  /// How many floats behind the weights to bring nearer while the last panel computes, if more than as many as it has
  /// itself; any number will do.
  public var upcomingFloats: Int
  /// Whether what the output holds is added before the activation, which must not be ReLU6; there are no quads then. In
  /// lanes without a channel of this call, whose weights and bias are zero, values stay as they are; with ReLU, those that
  /// are not negative.
  public var isResidual: Bool

  public init(
    input: UnsafePointer<Float>, inputOffsets: UnsafePointer<Int32>, inputChannels: Int,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    outputOffsets: UnsafePointer<Int32>, outputVectors: Int, outputQuads: Int = 0,
    inputQuadOffsets: UnsafePointer<Int32>, inputQuads: Int = 0, pixels: Int, activation: Activation,
    upcomingFloats: Int = 0, isResidual: Bool = false
  ) {
    self.input = input
    self.inputOffsets = inputOffsets
    self.inputChannels = inputChannels
    self.weights = weights
    self.bias = bias
    self.output = output
    self.outputOffsets = outputOffsets
    self.outputVectors = outputVectors
    self.outputQuads = outputQuads
    self.inputQuadOffsets = inputQuadOffsets
    self.inputQuads = inputQuads
    self.pixels = pixels
    self.activation = activation
    self.upcomingFloats = upcomingFloats
    self.isResidual = isResidual
  }
}

/// Rows of the first convolution: 3x3, stride 2, padding 1, from three planes that carry their border of zeros, to slabs.
///
///     output[y][x][n] = activation(bias[n] + sum over k of
///                                  input[inputOffsets[k] + y * inputRowStep + 2 x] * weight[n][k])
public struct StemConvolutionF32 {
  public var input: UnsafePointer<Float>
  /// Where tap k = (channel, row, column) of the first output pixel lies: one entry a tap.
  public var inputOffsets: UnsafePointer<Int32>
  /// Number of taps, 27 for three planes.
  public var taps: Int
  /// From an output row's first input value to the next output row's.
  public var inputRowStep: Int
  public var weights: UnsafePointer<Float>
  public var bias: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  public var outputOffsets: UnsafePointer<Int32>
  public var outputVectors: Int
  public var outputRows: Int
  public var outputWidth: Int
  public var activation: Activation

  public init(
    input: UnsafePointer<Float>, inputOffsets: UnsafePointer<Int32>, taps: Int, inputRowStep: Int,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    outputOffsets: UnsafePointer<Int32>, outputVectors: Int, outputRows: Int, outputWidth: Int,
    activation: Activation
  ) {
    self.input = input
    self.inputOffsets = inputOffsets
    self.taps = taps
    self.inputRowStep = inputRowStep
    self.weights = weights
    self.bias = bias
    self.output = output
    self.outputOffsets = outputOffsets
    self.outputVectors = outputVectors
    self.outputRows = outputRows
    self.outputWidth = outputWidth
    self.activation = activation
  }
}
