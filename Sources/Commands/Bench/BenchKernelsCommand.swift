import Kernels
import ShuffleNet
import ShuffledCore

let benchKernelsCommand = Command(
  name: "bench kernels", summary: "how fast each kernel is, shape by shape",
  operands: nil,
  options: BenchmarkNetwork.options + [
    Option(
      "kernel", letter: "k", argument: "NAME",
      "only one of "
        + KernelCall.Kernel.allCases.map(\.rawValue).joined(separator: ", ")),
    isaOption,
    Option("workers", letter: "w", argument: "N", "calls at a time (default: 1)"),
    Option("seconds", letter: "s", argument: "S", "how long each shape is measured (default: 0.1)"),
    reportFormatOption,
  ],
  details: """
    Every shape in which the networks call a kernel, as a rule a band of some rows, once. Each is compared with the \
    same in double precision before it is measured. The calls take turns on several copies of their memory, together \
    larger than a core's caches: what a kernel does on memory that is not near, unlike in a forward pass.

    The shape is that of the output, width x height, and the channels; of global-mean, of the input. The peak is that \
    of this core with this instruction set, measured in turn. The networks are told by their width.
    """,
  examples: [
    ("shuffled bench kernels", "all kernels of the four published networks"),
    ("shuffled bench kernels -k pointwise -a shufflenet_v2_x1_0 --isa avx2", "some of them"),
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let workers = try arguments.integer("workers", in: WorkerCount.allowed) ?? 1
    let seconds = try arguments.number("seconds", in: 0.001...3600) ?? 0.1
    let kernels: [KernelCall.Kernel] =
      arguments.has("kernel")
      ? [try arguments.choice("kernel", otherwise: .stem)] : KernelCall.Kernel.allCases
    let set = try InstructionSet.named(arguments.text("isa") ?? context.environment["SHUFFLED_ISA"])
    let networks = try BenchmarkNetwork.named(by: arguments, context, set)
    var calls: [KernelCall] = []
    var users: [KernelCall: [String]] = [:]
    for network in networks {
      for call in network.plan.kernelCalls {
        if users[call] == nil { calls.append(call) }
        users[call, default: []].append(network.name)
      }
    }
    if format == .text {
      try context.output.write(BenchKernelsReport.heading(set, workers: workers))
    }
    // Kernel by kernel, each in the order of the networks.
    for kernel in kernels {
      for call in calls where call.kernel == kernel {
        let result = try KernelBenchmark.run(
          call, set.kernels, workers: workers, duration: .seconds(seconds))
        let report = BenchKernelsReport(
          call: call, networks: users[call] ?? [], set: set, workers: workers, result: result)
        try context.output.write(format == .json ? report.json.line + "\n" : report.text)
        try context.output.flush()
      }
    }
    return 0
  })

/// What `bench kernels` says of one shape.
struct BenchKernelsReport {
  var call: KernelCall
  /// Those that call it.
  var networks: [String]
  var set: InstructionSet
  var workers: Int
  var result: KernelBenchmark.Result

  private var rate: Double { result.callsPerSecond * Double(result.multiplyAdds) / 1e9 }
  private var microseconds: Double { (result.latencies.percentile(0.5)?.milliseconds ?? .nan) * 1000 }

  static func heading(_ set: InstructionSet, workers: Int) -> String {
    "\(set.rawValue), \(counted(Int64(workers), "worker"))\n" + pad("kernel", 13) + pad("shape", 28)
      + right("p50 us", 9) + right("GMAC/s", 8) + right("peak", 8) + "  networks\n"
  }

  var text: String {
    let counts = result.multiplyAdds > 0
    // What the published networks' names have in common says nothing.
    let short = networks.map { name in
      name.hasPrefix("shufflenet_v2_x")
        ? String(name.dropFirst(15)).split(separator: "_").joined(separator: ".") : "-"
    }
    return pad(call.kernel.rawValue, 13) + pad(call.shape, 28) + right(decimal(microseconds, 1), 9)
      + right(counts ? decimal(rate, 1) : "-", 8)
      + right(counts ? decimal(100 * result.peakShare, 1) + " %" : "-", 8) + "  "
      + short.joined(separator: ",") + "\n"
  }

  var json: JSON {
    .object([
      ("kernel", .text(call.kernel.rawValue)), ("size", .text("\(call.size)")),
      ("inputs", .integer(Int64(call.inputs))), ("outputs", .integer(Int64(call.outputs))),
      ("stride", .integer(Int64(call.stride))), ("dilation", .integer(Int64(call.dilation))),
      ("activation", .text("\(call.activation)")), ("isa", .text(set.rawValue)),
      ("workers", .integer(Int64(workers))), ("networks", .array(networks.map { .text($0) })),
      ("p50_us", .number(microseconds, places: 3)),
      ("calls_per_second", .number(result.callsPerSecond, places: 1)),
      ("multiply_adds", .integer(Int64(result.multiplyAdds))),
      ("gmacs_per_second", result.multiplyAdds > 0 ? .number(rate, places: 3) : .null),
      ("peak_share", result.multiplyAdds > 0 ? .number(result.peakShare) : .null),
      ("bytes", .integer(Int64(result.bytes))), ("copies", .integer(Int64(result.copies))),
    ])
  }
}
