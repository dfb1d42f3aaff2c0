import KernelInterface
import ShuffledCore

/// A network made ready for one instruction set: the steps in order, their packed weights, and where everything
/// lies in a worker's arena. Made once when a model is loaded, then only read, by any number of workers.
public final class ExecutionPlan: Sendable {
  /// One kernel call. All numbers are counts, or indices into the plan's constants (`weights`, `bias`: floats)
  /// and tables (offsets: Int32); inputs and outputs are given by tables of offsets from the arena's start.
  enum Step: Sendable {
    struct Pointwise: Sendable {
      var weights, bias, inputOffsets, inputChannels, outputOffsets, outputVectors, pixels: Int
      var activation: Activation
    }
    struct Stem: Sendable {
      var weights, bias, inputOffsets, taps, inputRowStep, outputOffsets, outputVectors: Int
      var output: PixelSize
      var activation: Activation
    }
    struct Depthwise: Sendable {
      var weights, bias, zeros, inputOffsets, outputOffsets, slabs, stride, dilation: Int
      var input: PixelSize
      var activation: Activation
    }
    struct Pooling: Sendable {
      var inputOffsets, outputOffsets, slabs: Int
      var input: PixelSize
    }
    case pointwise(Pointwise)
    case stem(Stem)
    case depthwise(Depthwise)
    case maxPool(Pooling)
    case globalMean(Pooling)
  }

  /// Where an activation lies after a number of steps; for tests.
  package struct Mark: Sendable {
    package var name: String
    package var steps: Int
    package var size: PixelSize
    /// Offset of each channel's first pixel, in PyTorch's order of channels.
    package var offsets: [Int]
  }

  public let architecture: Architecture
  public let inputLayout: PlanarLayout
  /// Multiply-adds of one forward pass.
  public let multiplyAdds: Int
  /// Floats of working memory a worker needs, the input included.
  public let arenaCount: Int
  public let kernels: KernelTable
  package let marks: [Mark]
  let steps: [Step]
  private let stepMultiplyAdds: [Int]
  let constants: AlignedMemory<Float>
  let tables: AlignedMemory<Int32>
  /// Offset of each class's logit.
  let logitOffsets: [Int]

  /// For each step, the class of operator it belongs to and its multiply-adds: for benchmarks.
  public var operators: [(name: String, multiplyAdds: Int)] {
    zip(steps, stepMultiplyAdds).map { step, multiplyAdds in
      switch step {
      case .stem: ("stem", multiplyAdds)
      case .pointwise(let s): (s.pixels == 1 ? "fully connected" : "pointwise", multiplyAdds)
      case .depthwise: ("depthwise", multiplyAdds)
      case .maxPool: ("max pool", multiplyAdds)
      case .globalMean: ("global mean", multiplyAdds)
      }
    }
  }

  /// In bytes: a hundred times what the published networks need, and offsets still fit 32 bits.
  static let largestArena = 512 << 20

  /// - Parameter input: height and width the network is to see.
  /// Throws `badData` when the architecture makes no sense, or a tensor is missing or shaped otherwise.
  public init(
    _ architecture: Architecture, weights: Weights, input: PixelSize, kernels: KernelTable
  ) throws {
    try architecture.validate()
    guard (1...2048).contains(input.width), (1...2048).contains(input.height) else {
      throw Failure(
        .badData, cannot: "build network", because: "its input is \(input); 1x1 to 2048x2048 are possible")
    }
    let graph = try ShuffleNetV2.graph(architecture, weights, input: input)
    let layout = PlanarLayout(size: input)
    let slabStart = (layout.count + slabLanes - 1) / slabLanes * slabLanes
    let plan = ChannelPlan(graph, firstOffset: slabStart)
    let bytes = 4 * (slabStart + plan.floats)
    guard bytes <= Self.largestArena else {
      throw Failure(
        .badData, cannot: "build network",
        because:
          "it needs \(bytes >> 20) MiB of working memory a worker; \(Self.largestArena >> 20) are possible")
    }
    var compiler = PlanCompiler(graph: graph, plan: plan, layout: layout, kernels: kernels)
    compiler.compile()
    self.architecture = architecture
    inputLayout = layout
    multiplyAdds = graph.multiplyAdds
    arenaCount = slabStart + plan.floats
    self.kernels = kernels
    steps = compiler.steps
    stepMultiplyAdds = graph.operations.map(\.multiplyAdds)
    constants = AlignedMemory(compiler.constants)
    tables = AlignedMemory(compiler.tables)
    marks = graph.marks.map { mark in
      Mark(
        name: mark.name, steps: mark.operations, size: mark.size, offsets: mark.channels.map(plan.offset))
    }
    logitOffsets = marks.last.map(\.offsets) ?? []
  }
}
