import Kernels
import ShuffleNet
import ShuffledCore

let benchGuidelinesCommand = Command(
  name: "bench guidelines", summary: "the experiments behind ShuffleNet V2's four guidelines",
  operands: nil,
  options: [
    Option(
      "guideline", letter: "g", argument: "G1|G2|G3|G4",
      "only one: channel ratio, groups, fragments, element-wise operations"),
    Option("whole", "each convolution on its own: all rows, then the next one's"),
    isaOption,
    Option("workers", letter: "w", argument: "N", "passes at a time (default: 1)"),
    Option("seconds", letter: "s", argument: "S", "how long each row is measured (default: 1)"),
    reportFormatOption,
  ],
  details: """
    The experiments of the article's section 2 (arXiv 1807.11164, tables 1 to 4) with the kernels of this program: ten \
    blocks of one kind in a row on activations of 56x56, of nearly as many multiply-adds in each row. Except where a row \
    says that it has no ReLU, it is part of every convolution, or follows the sum. Blocks of G4 are pointwise, 3x3 \
    depthwise, pointwise; the article's 3x3 convolutions see all channels.

    The cost is that of a multiply-add, the experiment's first row being 1; in G4, the first of as many channels. The rows of an \
    experiment are measured in turn with each other and with the peak, that of this core with this instruction set. What \
    makes the blocks' input is not timed.

    As everywhere, the convolutions of a block take turns, a band of rows at a time, so that what lies between them stays \
    in a near cache. With --whole they do not: what that is worth, and what blocks cost where every activation goes \
    through memory.
    """,
  examples: [
    ("shuffled bench guidelines", "all four on one core"),
    ("shuffled bench guidelines -g G2 --isa avx2 --format json", "one of them, for a program"),
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let workers = try arguments.integer("workers", in: WorkerCount.allowed) ?? 1
    let seconds = try arguments.number("seconds", in: 0.001...3600) ?? 1
    let bands: RowSchedule.Bands = arguments.has("whole") ? .whole : .planned
    let guidelines =
      arguments.has("guideline")
      ? [try arguments.choice("guideline", otherwise: Guideline.channelRatio)] : Guideline.allCases
    let set = try InstructionSet.named(arguments.text("isa") ?? context.environment["SHUFFLED_ISA"])
    if format == .text {
      try context.output.write(BenchGuidelinesReport.heading(set, bands, workers: workers))
    }
    for guideline in guidelines {
      if format == .text { try context.output.write(BenchGuidelinesReport.heading(guideline)) }
      for blocks in guideline.experiments {
        let networks = blocks.map { GuidelineNetwork($0) }
        let plans = try networks.map { try ExecutionPlan($0, kernels: set.kernels, bands: bands) }
        let results = GuidelineBenchmark.run(plans, workers: workers, duration: .seconds(seconds))
        for (network, result) in zip(networks, results) {
          let report = BenchGuidelinesReport(
            guideline: guideline, network: network, bands: bands, set: set, workers: workers,
            result: result)
          try context.output.write(format == .json ? report.json.line + "\n" : report.text)
        }
        try context.output.flush()
      }
    }
    return 0
  })

/// What `bench guidelines` says of one row.
package struct BenchGuidelinesReport {
  package var guideline: Guideline
  package var network: GuidelineNetwork
  package var bands: RowSchedule.Bands
  package var set: InstructionSet
  package var workers: Int
  package var result: GuidelineBenchmark.Result

  package init(
    guideline: Guideline, network: GuidelineNetwork, bands: RowSchedule.Bands, set: InstructionSet,
    workers: Int, result: GuidelineBenchmark.Result
  ) {
    self.guideline = guideline
    self.network = network
    self.bands = bands
    self.set = set
    self.workers = workers
    self.result = result
  }

  static func heading(_ set: InstructionSet, _ bands: RowSchedule.Bands, workers: Int) -> String {
    "\(set.rawValue), \(counted(Int64(workers), "worker"))\(bands == .whole ? ", whole" : "")\n"
      + pad("blocks", 22) + right("channels", 10)
      + right("M MACs", 9) + right("ms", 9) + right("GMAC/s", 9) + right("peak", 9) + right("cost", 7) + "\n"
  }

  static func heading(_ guideline: Guideline) -> String { "\(guideline.rawValue): \(guideline.claim)\n" }

  package var text: String {
    let channels = network.block.channels.map(String.init).joined(separator: ", ")
    return pad("  " + network.block.variant, 22) + right(channels, 10)
      + right(decimal(Double(result.multiplyAdds) / 1e6, 1), 9) + right(decimal(result.milliseconds, 3), 9)
      + right(decimal(result.rate, 1), 9) + right(decimal(100 * result.peakShare, 1) + " %", 9)
      + right(decimal(result.relativeCost, 2), 7) + "\n"
  }

  package var json: JSON {
    .object([
      ("guideline", .text(guideline.rawValue)), ("blocks", .text(network.block.variant)),
      ("channels", .array(network.block.channels.map { .integer(Int64($0)) })),
      ("count", .integer(Int64(network.count))), ("size", .text("\(network.size)")),
      ("whole", .boolean(bands == .whole)), ("isa", .text(set.rawValue)),
      ("workers", .integer(Int64(workers))),
      ("multiply_adds", .integer(Int64(result.multiplyAdds))), ("p50_ms", .number(result.milliseconds)),
      ("gmacs_per_second", .number(result.rate, places: 3)), ("peak_share", .number(result.peakShare)),
      ("relative_cost", .number(result.relativeCost, places: 4)),
    ])
  }
}
