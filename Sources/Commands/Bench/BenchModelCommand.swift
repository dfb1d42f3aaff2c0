import FoundationEssentials
import Kernels
import ShuffleNet
import ShuffledCore

let isaOption = Option(
  "isa", argument: "NAME", "instruction set: portable, avx2 or avx512 (default: the widest that runs here)")

let benchModelCommand = Command(
  name: "bench model", summary: "how fast forward passes are, and how near to the peak",
  operands: nil,
  options: [
    Option(
      "architecture", letter: "a", argument: "NAME", "one of the published networks (default: all four)"),
    Option("model", letter: "m", argument: "NAME|FILE", "a model instead, by name or file"),
    isaOption,
    Option("workers", letter: "w", argument: "N", "passes at a time (default: 1)"),
    Option("seconds", letter: "s", argument: "S", "how long each network runs (default: 3)"),
    reportFormatOption,
  ],
  details: """
    No weights file is needed: a published network gets seeded weights. The peak is that of this core with this \
    instruction set, measured in turn with the passes: multiply-adds on registers, nothing else.
    """,
  examples: [
    ("shuffled bench model", "the four published networks on one core"),
    ("shuffled bench model -a shufflenet_v2_x1_0 --isa avx2 --format json", "one of them, for a program"),
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let workers = try arguments.integer("workers", in: 1...256) ?? 1
    let seconds = try arguments.number("seconds", in: 0.01...3600) ?? 3
    let set = try InstructionSet.named(arguments.text("isa") ?? context.environment["SHUFFLED_ISA"])
    for (name, plan) in try benchmarkPlans(arguments, context, set) {
      let result = ModelBenchmark.run(plan, workers: workers, duration: .seconds(seconds))
      let report = BenchModelReport(name: name, set: set, workers: workers, plan: plan, result: result)
      try context.output.write(format == .json ? report.json.line + "\n" : report.text)
      try context.output.flush()
    }
    return 0
  })

/// The plans that the options name. Throws `Failure`.
private func benchmarkPlans(
  _ arguments: Arguments, _ context: Context, _ set: InstructionSet
) throws -> [(name: String, plan: ExecutionPlan)] {
  if arguments.has("model") {
    let model = try ReadyModel(arguments, context, set)
    return [(model.description.name, model.plan)]
  }
  let names = arguments.text("architecture").map { [$0] } ?? Architecture.names
  return try names.map { name in
    guard let architecture = Architecture.named(name) else {
      throw Failure(
        .usage, cannot: "use --architecture", name, because: "it is not known",
        remedy: nearestName(to: name, in: Architecture.names).map { "did you mean '\($0)'?" }
          ?? "known are \(Architecture.names.joined(separator: ", "))")
    }
    return (
      name,
      try ExecutionPlan(
        architecture, weights: SeededWeights.weights(architecture), input: PixelSize(width: 224, height: 224),
        kernels: set.kernels)
    )
  }
}

/// What `bench model` says of one network.
struct BenchModelReport {
  var name: String
  var set: InstructionSet
  var workers: Int
  var plan: ExecutionPlan
  var result: ModelBenchmark.Result

  private var rate: Double { result.passesPerSecond * Double(plan.multiplyAdds) / 1e9 }
  private func milliseconds(_ share: Double) -> Double {
    result.latencies.percentile(share)?.milliseconds ?? .nan
  }

  var text: String {
    var text = """
      \(name), \(set.rawValue), \(counted(Int64(workers), "worker")): \(decimal(milliseconds(0.5), 3)) ms p50, \
      \(decimal(milliseconds(0.99), 3)) ms p99
        \(decimal(result.passesPerSecond, 1)) passes/s, \(decimal(rate, 1)) G multiply-adds/s, \
      \(decimal(100 * result.peakShare, 1)) % of the peak of \(decimal(result.peak, 1)); \
      arena \(decimal(Double(plan.arenaCount) * 4 / 1048576, 2)) MiB

      """
    text += "  " + pad("operator", 18) + right("ms", 8) + right("share", 9) + right("GMAC/s", 9) + "\n"
    for entry in result.operators {
      text += "  " + pad(entry.name, 18) + right(decimal(entry.milliseconds, 3), 8)
      text += right(decimal(100 * entry.share, 1) + " %", 9)
      text += right(entry.rate > 0 ? decimal(entry.rate, 1) : "-", 9) + "\n"
    }
    return text + "\n"
  }

  var json: JSON {
    .object([
      ("architecture", .text(name)), ("isa", .text(set.rawValue)), ("workers", .integer(Int64(workers))),
      ("p50_ms", .number(milliseconds(0.5))), ("p99_ms", .number(milliseconds(0.99))),
      ("passes_per_second", .number(result.passesPerSecond, places: 3)),
      ("multiply_adds", .integer(Int64(plan.multiplyAdds))),
      ("gmacs_per_second", .number(rate, places: 3)),
      ("peak_gmacs_per_second", .number(result.peak, places: 3)),
      ("peak_share", .number(result.peakShare)), ("arena_bytes", .integer(Int64(plan.arenaCount * 4))),
      (
        "operators",
        .array(
          result.operators.map {
            .object([
              ("operator", .text($0.name)), ("ms", .number($0.milliseconds)), ("share", .number($0.share)),
              ("gmacs_per_second", $0.rate > 0 ? .number($0.rate, places: 3) : .null),
            ])
          })
      ),
    ])
  }
}
