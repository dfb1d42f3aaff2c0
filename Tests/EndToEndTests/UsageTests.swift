import Foundation
import TestSupport
import Testing

/// What a person types wrongly: one line that says what to do, exit code 64.
@Suite struct UsageTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  static let help = "(see 'shuffled process --help')"

  static let mistakes: [(words: [String], line: String)] = [
    (
      ["frobnicate"],
      "cannot run command 'frobnicate': there is no such command (known are bench, classify, completion, db, manual, model, process, query, run, status)"
    ),
    (["proces", "a.mp4"], "cannot run command 'proces': there is no such command (did you mean 'process'?)"),
    (
      [""],
      "cannot run command '': there is no such command (known are bench, classify, completion, db, manual, model, process, query, run, status)"
    ),
    (
      ["help", "nothing"],
      "cannot run command 'nothing': there is no such command (known are bench, classify, completion, db, manual, model, process, query, run, status)"
    ),
    (
      ["--verison"],
      "cannot understand option '--verison': it stands before a command (did you mean '--version'?)"
    ),
    (["--model"], "cannot understand option '--model': it stands before a command (see 'shuffled --help')"),
    (["-x"], "cannot understand option '-x': it stands before a command (see 'shuffled --help')"),
    (
      ["query"],
      "cannot run command 'query': it needs one of frames, segments, summary, timeline, latency, coverage, runs, streams, models, export (see 'shuffled query --help')"
    ),
    (
      ["model"],
      "cannot run command 'model': it needs one of fetch, convert, list, inspect, init, verify (see 'shuffled model --help')"
    ),
    (
      ["query", "frame"],
      "cannot run command 'query frame': there is no such command (did you mean 'query frames'?)"
    ),
    (["process"], "cannot process: no video is named \(help)"),
    (["classify"], "cannot classify: no image is named (see 'shuffled classify --help')"),
    (
      ["process", "--formt", "json", "a.mp4"],
      "cannot understand option '--formt': 'process' has no such option (did you mean '--format'?)"
    ),
    (
      ["process", "--logits", "a.mp4"],
      "cannot understand option '--logits': 'process' has no such option \(help)"
    ),
    (["process", "-z", "a.mp4"], "cannot understand option '-z': 'process' has no such option \(help)"),
    (["process", "--f", "1", "a.mp4"], "cannot understand option '--f': it may mean --fps or --format"),
    (
      ["query", "frames", "--s", "x"],
      "cannot understand option '--s': it may mean --stream or --since or --sql"
    ),
    (["process", "a.mp4", "--every"], "cannot use --every: its argument N is missing \(help)"),
    (["process", "a.mp4", "-m"], "cannot use --model: its argument NAME|FILE is missing \(help)"),
    (["process", "--help=3", "a.mp4"], "cannot use --help: it takes no argument \(help)"),
    (
      ["process", "--every", "0", "a.mp4"],
      "cannot use --every '0': it takes a whole number from 1 to 1000000"
    ),
    (["process", "--ev=4x", "a.mp4"], "cannot use --every '4x': it takes a whole number from 1 to 1000000"),
    (["process", "--fps", "abc", "a.mp4"], "cannot use --fps 'abc': it takes a number from 0.001 to 1000"),
    (["process", "--fps", "nan", "a.mp4"], "cannot use --fps 'nan': it takes a number from 0.001 to 1000"),
    (["process", "--fps", "0", "a.mp4"], "cannot use --fps '0': it takes a number from 0.001 to 1000"),
    (
      ["process", "--every", "2", "--fps", "2", "a.mp4"],
      "cannot use --every with --fps: both choose frames (give one)"
    ),
    (
      ["process", "--keyframes", "--fps", "2", "a.mp4"],
      "cannot use --keyframes with --fps: both choose frames (give one)"
    ),
    (
      ["process", "--keyframes", "--every", "2", "a.mp4"],
      "cannot use --keyframes with --every: both choose frames (give one)"
    ),
    (["process", "--top", "0", "a.mp4"], "cannot use --top '0': it takes a whole number from 1 to 1000"),
    (["process", "-k0", "a.mp4"], "cannot use --top '0': it takes a whole number from 1 to 1000"),
    (
      ["process", "--workers", "0", "a.mp4"],
      "cannot use --workers '0': it takes a whole number from 1 to 200"
    ),
    (["process", "--format", "xml", "a.mp4"], "cannot use --format 'xml': it takes text, json"),
    (
      ["process", "--durability", "high", "a.mp4"], "cannot use --durability 'high': it takes normal, full"
    ),
    (["classify", "--format", "csv", "a.png"], "cannot use --format 'csv': it takes text, json"),
    (["query", "summary", "--format", "text"], "cannot use --format 'text': it takes table, json, csv"),
    (
      ["query", "frames", "extra"],
      "cannot understand 'extra': 'query frames' takes no operands (see 'shuffled query frames --help')"
    ),
    (
      ["query", "frames", "--run", "0"],
      "cannot use --run '0': it takes a whole number of at least 1"
    ),
    (
      ["query", "frames", "--limit", "-1"],
      "cannot use --limit '-1': it takes a whole number of at least 1"
    ),
    (["query", "frames", "-c", "2"], "cannot use --min-confidence '2': it takes a number from 0 to 1"),
    (
      ["query", "frames", "--since", "tomorrow"],
      "cannot use --since 'tomorrow': it takes a time such as 2026-01-31T12:00:00Z, 2026-01-31, today, yesterday, or 90s, 15m, 2h, 3d ago"
    ),
    (
      ["query", "latency", "--until", "2026-02-30"],
      "cannot use --until '2026-02-30': it takes a time such as 2026-01-31T12:00:00Z, 2026-01-31, today, yesterday, or 90s, 15m, 2h, 3d ago"
    ),
    (
      ["query", "latency", "--lmit", "3"],
      "cannot understand option '--lmit': 'query latency' has no such option (did you mean '--limit'?)"
    ),
    (
      ["bench"],
      "cannot run command 'bench': it needs one of model, kernels, preprocess, guidelines, store (see 'shuffled bench --help')"
    ),
    (
      ["bench", "model", "-a", "shufflenet_v2_x1_5", "--channels", "24,48,96,192,1024"],
      "cannot use --architecture with --channels: both say what the network is (leave one of them out)"
    ),
    (
      ["bench", "model", "-m", "custom-width", "--input", "32x32"],
      "cannot use --model with --input: both say what the network is (leave one of them out)"
    ),
    (
      ["bench", "model", "-a", "shufflenet_v2_x1.0"],
      "cannot use --architecture 'shufflenet_v2_x1.0': it is not known (did you mean 'shufflenet_v2_x1_0'?)"
    ),
    (
      ["bench", "model", "-a", "resnet"],
      "cannot use --architecture 'resnet': it is not known (known are shufflenet_v2_x0_5, shufflenet_v2_x1_0, shufflenet_v2_x1_5, shufflenet_v2_x2_0, and shufflenet_v1_gG_xW with G groups (1, 2, 3, 4, 8) and width W (0_25, 0_5, 1_0, 1_5, 2_0))"
    ),
    (
      ["bench", "model", "--channels", "24,48,96,192"],
      "cannot use --channels '24,48,96,192': it takes five numbers such as 24,116,232,464,1024"
    ),
    (
      ["bench", "model", "--channels", "24,49,96,192,1024"],
      "cannot use --channels '24,49,96,192,1024': stage2.0 makes 49 channels, which are not two halves"
    ),
    (
      ["bench", "model", "--input", "224"],
      "cannot use --input '224': it takes a width and a height from 1 to 2048, such as 224x224"
    ),
    (
      ["bench", "model", "--input", "0x224"],
      "cannot use --input '0x224': it takes a width and a height from 1 to 2048, such as 224x224"
    ),
    (
      ["bench", "model", "--isa", "sse9"],
      "cannot use instruction set 'sse9': it is not known (known are portable, avx2, avx512)"
    ),
    (
      ["bench", "kernels", "--kernel", "conv"],
      "cannot use --kernel 'conv': it takes stem, pointwise, depthwise, convolution, max-pool, average-pool, global-mean"
    ),
    (["bench", "kernels", "-w", "0"], "cannot use --workers '0': it takes a whole number from 1 to 200"),
    (["bench", "guidelines", "-g", "G5"], "cannot use --guideline 'G5': it takes G1, G2, G3, G4"),
    (
      ["db"],
      "cannot run command 'db': it needs one of check, stats, backup, prune, compact (see 'shuffled db --help')"
    ),
    (["db", "backup"], "cannot write backup: no file is named (see 'shuffled db backup --help')"),
    (
      ["db", "prune"],
      "cannot run command 'db prune': it needs --frames, --minutes or --size (see 'shuffled db prune --help')"
    ),
    (
      ["db", "prune", "--frames", "7w"],
      "cannot use --frames '7w': it takes an age such as 90s, 15m, 12h or 7d"
    ),
    (["db", "prune", "--size", "-1G"], "cannot use --size '-1G': it takes a size such as 500M, 20G or 1T"),
    (["query", "summary", "--by", "week"], "cannot use --by 'week': it takes minute, hour, day"),
    (
      ["query", "timeline", "--width", "0"],
      "cannot use --width '0': it takes a whole number from 1 to 10000"
    ),
    (
      ["db", "backup", "a", "b"],
      "cannot write backup: several files are named (see 'shuffled db backup --help')"
    ),
    (["bench", "store", "-n", "0"], "cannot use --frames '0': it takes a whole number from 1 to 1000000000"),
    (
      ["bench", "store", "-b", "70000"], "cannot use --batch '70000': it takes a whole number from 1 to 65536"
    ),
    (["bench", "preprocess"], "cannot measure: no video is named (see 'shuffled bench preprocess --help')"),
  ]

  @Test(arguments: mistakes) func mistake(words: [String], line: String) throws {
    expectRefusal(try shuffled(words, in: folder), 64, line)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { $0.hasPrefix(".call") })
  }

  @Test func anUnknownInstructionSet() throws {
    let ending = try shuffled(
      ["classify", "-m", "custom-width", "a.png"], in: folder, environment: ["SHUFFLED_ISA": "sse9"])
    expectRefusal(
      ending, 64, "cannot use instruction set 'sse9': it is not known (known are portable, avx2, avx512)")
  }

  static let overview = """
    shuffled 0.1.0: classifies video with ShuffleNet and keeps what it saw in SQLite

    Usage: shuffled COMMAND [OPTION...] [OPERAND...]

    Commands:
      run               watch the streams of a configuration, as a service
      process           classify every frame of video files and store the results
      classify          classify images and print the answer
      status            what the running daemon does: a row a stream
      query frames      one row a frame: what it showed, how sure, how fast
      query segments    what was it, from when to when
      query summary     which labels were seen, how often, how sure, and when
      query timeline    what was seen when, a strip of letters a stream
      query latency     how long each stage took: count, mean, percentiles, maximum
      query coverage    how much of a time each stream was watched
      query runs        one row a run, the newest first: how it ended, its frames
      query streams     one row a stream: its runs, its frames, since when
      query models      one row a model: its file's hash, its labels, its runs
      query export      write what the database holds as CSV and JSON Lines files
      db check          read a whole database and say what contradicts itself
      db stats          what a database takes on disk, and for what
      db backup         copy a database, also while it is being written
      db prune          delete results that are older, or more, than is to be kept
      db compact        write a database anew, without the pages that hold nothing
      model fetch       download torchvision's weights and install them as a model
      model convert     make a model file of published or trained weights
      model list        the models that are installed
      model inspect     what a model is: network, input, labels, layers
      model init        make a model with initial weights, to begin training with
      model verify      check a model: hash, shapes, values, a forward pass
      bench model       how fast forward passes are, and how near to the peak
      bench kernels     how fast each kernel is, shape by shape
      bench preprocess  how long a decoded picture takes to become a network's input
      bench guidelines  the experiments behind ShuffleNet V2's four guidelines
      bench store       how many frames a second can be stored, in how many bytes
      manual            write the manual page shuffled(1)
      completion        write a shell's completions of commands and options

    Options:
      -h, --help     show this help; after a command, that command's
          --version  show the version

    'shuffled COMMAND --help' explains a command, with examples.

    """

  @Test func noCommandShowsWhatThereIs() throws {
    #expect(try shuffled([], in: folder) == Ending(code: 64, output: "", errors: Self.overview))
    for words in [["--help"], ["-h"], ["help"]] {
      #expect(try shuffled(words, in: folder) == Ending(code: 0, output: Self.overview, errors: ""))
    }
  }

  @Test func theVersion() throws {
    #expect(
      try shuffled(["--version"], in: folder) == Ending(code: 0, output: "shuffled 0.1.0\n", errors: ""))
  }

  static let commands = [
    ["run"], ["manual"], ["completion"], ["process"], ["classify"], ["status"], ["query", "frames"],
    ["query", "segments"],
    ["query", "summary"],
    ["query", "timeline"], ["query", "latency"], ["query", "coverage"],
    ["query", "runs"], ["query", "streams"], ["query", "models"],
    ["query", "export"],
    ["db", "check"], ["db", "stats"], ["db", "backup"], ["db", "prune"], ["db", "compact"],
    ["model", "fetch"],
    ["model", "convert"], ["model", "list"], ["model", "inspect"], ["model", "init"],
    ["model", "verify"],
  ]

  /// Asked for in four ways, also beside a mistake; no line is wider than a terminal.
  @Test(arguments: commands) func helpOfACommand(command: [String]) throws {
    let ending = try shuffled(command + ["--help"], in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    #expect(ending.output.hasPrefix("Usage: shuffled \(command.joined(separator: " ")) [OPTION...]"))
    for heading in [
      "\nOptions:\n", "\nExit codes: ", "\nExamples:\n  shuffled \(command.joined(separator: " "))",
    ] {
      #expect(ending.output.contains(heading), "\(heading)")
    }
    for line in ending.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    for words in [command + ["-h"], ["help"] + command, command + ["--nonsense", "--help"]] {
      #expect(try shuffled(words, in: folder) == ending)
    }
  }

  @Test func helpOfAGroup() throws {
    for words in [["query", "--help"], ["help", "query"]] {
      let ending = try shuffled(words, in: folder)
      #expect(ending.code == 0 && ending.errors == "")
      #expect(
        ending.output.hasPrefix("Usage: shuffled query COMMAND [OPTION...]\n\nCommands:\n  query frames "))
      for line in ending.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }
}
