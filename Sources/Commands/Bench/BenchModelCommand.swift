import FoundationEssentials
import Kernels
import ShuffleNet
import ShuffledCore

let isaOption = Option(
  "isa", argument: "NAME", "instruction set: portable, avx2 or avx512 (default: the widest that runs here)")

let benchModelCommand = Command(
  name: "bench model", summary: "how fast forward passes are, and how near to the peak",
  operands: nil,
  options: BenchmarkNetwork.options + [
    isaOption,
    Option("workers", letter: "w", argument: "N", "passes at a time (default: 1)"),
    Option("seconds", letter: "s", argument: "S", "how long each network runs (default: 3)"),
    Option("turns", "measure whenever a line is read from standard input, until that ends"),
    reportFormatOption,
  ],
  details: """
    No weights file is needed: a network without one gets seeded weights. The peak is that of this core with this \
    instruction set, multiply-adds on registers and nothing else, measured in turn with the passes: because a core's \
    clock changes, the share of the peak is the median over moments of both. With --turns, something else can be measured in turn, \
    so that both meet the same moods of the machine.
    """,
  examples: [
    ("shuffled bench model", "the four published networks on one core"),
    ("shuffled bench model -a shufflenet_v2_x1_0 --isa avx2 --format json", "one of them, for a program"),
    ("shuffled bench model --channels 24,100,200,400,1024 --input 320x180", "a network of one's own"),
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let workers = try arguments.integer("workers", in: WorkerCount.allowed) ?? 1
    let seconds = try arguments.number("seconds", in: 0.01...3600) ?? 3
    let set = try InstructionSet.named(arguments.text("isa") ?? context.environment["SHUFFLED_ISA"])
    let networks = try BenchmarkNetwork.named(by: arguments, context, set)
    let inTurns = arguments.has("turns")
    repeat {
      if inTurns, readLine() == nil { break }
      for network in networks {
        let result = ModelBenchmark.run(network.plan, workers: workers, duration: .seconds(seconds))
        let report = BenchModelReport(network: network, set: set, workers: workers, result: result)
        try context.output.write(format == .json ? report.json.line + "\n" : report.text)
        try context.output.flush()
      }
    } while inTurns
    return 0
  })

/// What `bench model` says of one network.
struct BenchModelReport {
  var network: BenchmarkNetwork
  var set: InstructionSet
  var workers: Int
  var result: ModelBenchmark.Result

  private var plan: ExecutionPlan { network.plan }
  private var rate: Double { result.passesPerSecond * Double(plan.multiplyAdds) / 1e9 }
  private func milliseconds(_ share: Double) -> Double {
    result.latencies.percentile(share)?.milliseconds ?? .nan
  }

  var text: String {
    var text = """
      \(network.name), \(set.rawValue), \(counted(Int64(workers), "worker")): \(decimal(milliseconds(0.5), 3)) ms p50, \
      \(decimal(milliseconds(0.99), 3)) ms p99
        \(decimal(result.passesPerSecond, 1)) passes/s, \(decimal(rate, 1)) G multiply-adds/s, \
      \(decimal(100 * result.peakShare, 1)) % of the peak of \(decimal(result.peak, 1))
        arena \(decimal(Double(plan.arenaCount) * 4 / 1048576, 2)) MiB
      """
    if let load = network.load { text += "; loaded and planned in \(decimal(load.milliseconds, 1)) ms" }
    text += "\n"
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
      ("architecture", .text(network.name)),
      ("input", .text("\(plan.inputLayout.size)")), ("isa", .text(set.rawValue)),
      ("workers", .integer(Int64(workers))),
      ("p50_ms", .number(milliseconds(0.5))), ("p99_ms", .number(milliseconds(0.99))),
      ("passes_per_second", .number(result.passesPerSecond, places: 3)),
      ("multiply_adds", .integer(Int64(plan.multiplyAdds))),
      ("gmacs_per_second", .number(rate, places: 3)),
      ("peak_gmacs_per_second", .number(result.peak, places: 3)),
      ("peak_share", .number(result.peakShare)), ("arena_bytes", .integer(Int64(plan.arenaCount * 4))),
      ("load_ms", network.load.map { .number($0.milliseconds) } ?? .null),
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
