import KernelInterface
import ShuffledCore

/// A network made ready for one instruction set: the steps in order, their packed weights, and where everything
/// lies in a worker's arena. Made once when a model is loaded, then only read, by any number of workers.
public final class ExecutionPlan: Sendable {
  /// What the kernel calls of one operation have in common: indices into the plan's constants (`weights`, `bias`) and
  /// tables (offsets from the arena's start).
  struct Operands: BitwiseCopyable, Sendable {
    var weights = 0
    var bias = 0
    /// Whether sums begin with what the output holds, not with the bias.
    var addsToOutput = false
    /// Whether what the output holds is added at the end.
    var isResidual = false
    var inputOffsets: Int
    var outputOffsets: Int
    /// Vectors of outputs where channels mix, slabs elsewhere.
    var outputs: Int
    // Of a pointwise convolution whose last output channels are computed in quads.
    var outputQuads = 0
    var inputQuads = 0
    var inputQuadOffsets = 0
  }

  /// One kernel call: some rows of an operation's output.
  struct Step: BitwiseCopyable, Sendable {
    enum Kind: BitwiseCopyable, Sendable {
      case stem(taps: Int, inputRowStep: Int, outputWidth: Int)
      case pointwise(inputChannels: Int, outputWidth: Int)
      /// - rows, zeros: indices of the table of rows, and of a row of zeros.
      case depthwise(rows: Int, zeros: Int, inputWidth: Int, stride: Int, dilation: Int)
      case convolution(inputChannels: Int, rows: Int, inputWidth: Int, stride: Int, dilation: Int)
      case maxPool(rows: Int, inputWidth: Int)
      case averagePool(rows: Int, zeros: Int, inputWidth: Int, stride: Int)
      case globalMean(pixels: Int)
    }
    var kind: Kind
    var operands: Operands
    var outputRows: Int
    /// Floats from where an activation begins to where this call's part of it does.
    var inputShift: Int
    var outputShift: Int
    var activation: Activation
    var multiplyAdds: Int
    /// Floats behind the weights to bring nearer meanwhile.
    var upcomingFloats = 0

    /// The class of operator, for benchmarks.
    var operatorName: String {
      switch kind {
      case .stem: "stem"
      case .pointwise(_, let width): width * outputRows == 1 ? "fully connected" : "pointwise"
      case .depthwise: "depthwise"
      case .convolution: "3x3 convolution"
      case .maxPool: "max pool"
      case .averagePool: "average pool"
      case .globalMean: "global mean"
      }
    }
  }

  /// Where an activation lies after a number of steps, if it is kept as a whole; for tests.
  package struct Mark: Sendable {
    package var name: String
    package var steps: Int
    package var size: PixelSize
    /// Offset of each channel's first pixel, in PyTorch's order of channels.
    package var offsets: [Int]
  }

  public let inputLayout: PlanarLayout
  /// Multiply-adds of one forward pass.
  public let multiplyAdds: Int
  /// Floats of working memory a worker needs, the input included.
  public let arenaCount: Int
  public let kernels: KernelTable
  package let marks: [Mark]
  /// How the kernels are called, every shape once.
  package let kernelCalls: [KernelCall]
  let steps: AlignedMemory<Step>
  let constants: AlignedMemory<Float>
  let tables: AlignedMemory<Int32>
  /// Offset of each class's logit.
  let logitOffsets: [Int]

  /// For each step, the class of operator it belongs to and its multiply-adds: for benchmarks.
  public var operators: [(name: String, multiplyAdds: Int)] {
    (0..<steps.count).map { (steps.pointer[$0].operatorName, steps.pointer[$0].multiplyAdds) }
  }

  /// In bytes: a hundred times what the published networks need, and offsets still fit 32 bits.
  static let largestArena = 512 << 20

  /// - Parameter input: height and width the network is to see.
  /// Throws `badData` when the architecture makes no sense, or a tensor is missing or shaped otherwise.
  public convenience init(
    _ architecture: Architecture, weights: Weights, input: PixelSize, kernels: KernelTable
  ) throws {
    try self.init(architecture, weights: weights, input: input, kernels: kernels, bands: .planned)
  }

  /// - Parameter bands: how many rows are computed at a time; the answers are the same, bit for bit.
  package convenience init(
    _ architecture: Architecture, weights: Weights, input: PixelSize, kernels: KernelTable,
    bands: RowSchedule.Bands
  ) throws {
    guard (1...2048).contains(input.width), (1...2048).contains(input.height) else {
      throw Failure(
        .badData, cannot: "build network", because: "its input is \(input); 1x1 to 2048x2048 are possible")
    }
    let graph = try NetworkBuilder.graph(architecture, weights, input: input)
    try self.init(graph, input: input, kernels: kernels, bands: bands)
  }

  /// - Parameters:
  ///   - graph: any network, not only an architecture's, whose stem reads an input of this size.
  ///   - input: at most 2048x2048.
  /// Throws `badData` when it needs too much memory.
  init(_ graph: NetworkGraph, input: PixelSize, kernels: KernelTable, bands: RowSchedule.Bands) throws {
    let layout = PlanarLayout(size: input)
    let slabStart = (layout.count + slabLanes - 1) / slabLanes * slabLanes
    let schedule = RowSchedule(graph, bands: bands)
    let plan = ChannelPlan(graph, schedule, firstOffset: slabStart)
    let bytes = 4 * (slabStart + plan.floats)
    guard bytes <= Self.largestArena else {
      throw Failure(
        .badData, cannot: "build network",
        because:
          "it needs \(bytes >> 20) MiB of working memory a worker; \(Self.largestArena >> 20) are possible")
    }
    var compiler = PlanCompiler(
      graph: graph, schedule: schedule, plan: plan, layout: layout, kernels: kernels)
    compiler.compile()
    inputLayout = layout
    multiplyAdds = graph.multiplyAdds
    arenaCount = slabStart + plan.floats
    self.kernels = kernels
    steps = AlignedMemory(compiler.steps)
    constants = AlignedMemory(compiler.constants.floats)
    tables = AlignedMemory(compiler.constants.tables)
    kernelCalls = Self.typicalCalls(graph, schedule, plan)
    marks = graph.marks.compactMap { mark in
      guard mark.channels.allSatisfy({ schedule.isWhole(graph.maker(of: $0), graph) }) else { return nil }
      let group = mark.channels.map { graph.group(of: $0) }.max() ?? 0
      return Mark(
        name: mark.name, steps: schedule.callsAtGroupEnd[group], size: mark.size,
        offsets: mark.channels.map(plan.offset))
    }
    logitOffsets = marks.last.map(\.offsets) ?? []
  }
}
