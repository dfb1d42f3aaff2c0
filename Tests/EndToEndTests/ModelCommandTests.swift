import Foundation
import TestSupport
import Testing

/// `shuffled model inspect`, `list`, `init` and `verify`.
@Suite struct ModelCommandTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func model(_ arguments: [String], environment: [String: String] = [:]) throws -> Ending {
    try shuffled(["model"] + arguments, in: folder, environment: environment)
  }

  private func hash(_ path: String) throws -> String {
    String(try Call(["/usr/bin/env", "sha256sum", path], in: folder).end().output.prefix(64))
  }

  @Test func inspectACheckpoint() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Checkpoints.path("network-torchvision.pth")))
    try folder.write(data, to: "mine.pth")
    #expect(
      try model(["inspect", "mine.pth"])
        == Ending(
          code: 0,
          output: """
            mine
              file          mine.pth, 58.3 kB
              sha256        \(try hash(folder.file("mine.pth")))
              architecture  shufflenet_v2 (torchvision)
              stages        1 unit, 2 units, 1 unit
              channels      8, 16, 24, 32, 40
              parameters    5,067
              multiply-adds 3,653,952 at 224x224
              input         224x224 out of 256, rgb
              normalised    x 0.003922, - (0.485, 0.456, 0.406), / (0.229, 0.224, 0.225)
              labels        3: class 0, class 1, class 2
              recognised    by its tensors; what these do not say is as usual

            """, errors: ""))
  }

  /// Groups, strides and dilation are shown where there are any.
  @Test func inspectWhatIsUnusual() throws {
    let architecture =
      #"{"family":"shufflenet_v1","dialect":"article","groups":2,"stage_repeats":[2],"channels":[8,16],"#
      + #""strides":[[3,1]],"dilations":[[2,1]],"activation":"relu6","classes":4}"#
    try folder.write("a\nb\u{1B}[31m\nc\nd\n", to: "labels")
    let made = try model([
      "init", "-a", architecture, "--labels", "labels", "--crop", "48x24", "-o", "m.safetensors",
    ])
    #expect(made.code == 0 && made.errors == "")
    let ending = try model(["inspect", "./m.safetensors", "--layers"])
    #expect(
      ending.output.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3).joined(
        separator: "\n")
          == """
            architecture  shufflenet_v1 (article), ReLU6
            groups        2
            stages        2 units (strides 3 dilated 2, 1)
            channels      8, 16
            parameters    620
            multiply-adds 65,216 at 48x24
            input         48x24 out of 256, rgb
            normalised    x 0.003922, - (0.485, 0.456, 0.406), / (0.229, 0.224, 0.225)
            labels        4: a, b\u{FFFD}[31m, c, ...

          layer                kind                 size  channels  params  M MAC
          conv1.conv           3x3 /2              24x12       3-8     232   0.06
          maxpool              max pool /2          12x6       8-8       0   0.00
          stage2.0.conv1.conv  1x1 g2               12x6       8-4      24   0.00
          stage2.0.conv2.conv  3x3 dense g2 /3 d2    4x2       4-4      80   0.00
          stage2.0.conv3.0     1x1 g2                4x2       4-8      32   0.00
          stage2.0.shortcut    average pool /3       4x2       8-8       0   0.00
          stage2.1.conv1.conv  1x1 g2                4x2      16-4      40   0.00
          stage2.1.conv2.conv  3x3 dense g2          4x2       4-4      80   0.00
          stage2.1.conv3.0     1x1 g2                4x2      4-16      64   0.00
          mean                 mean                  1x1     16-16       0   0.00
          fc                   1x1                   1x1      16-4      68   0.00

          """)
    #expect(ending.code == 0 && ending.errors == "")
  }

  @Test func inspectAsJSON() throws {
    let ending = try model(["inspect", "custom-width", "--format", "json"])
    let path = networks + "/custom-width.safetensors"
    #expect(
      ending.output.hasPrefix(
        #"{"name":"custom-width","path":"\#(path)","bytes":\#(try Data(contentsOf: URL(fileURLWithPath: path)).count),"#
          + #""sha256":"\#(try hash(path))","described":true,"network":"shufflenet_v2 (torchvision)","#
          + #""family":"shufflenet_v2","dialect":"torchvision","groups":1,"channels":[10,20,36,74,50],"#
          + #""strides":[[2,1],[2,1,1],[2,1]],"dilations":[[1,1],[1,1,1],[1,1]],"activation":"relu","classes":7,"#
      ),
      "\(ending.output)")
    let object = try #require(try objects(ending.output).first)
    #expect(object["labels"] as? [String] == modelLabels)
    let input = try #require(object["input"] as? [String: Any])
    #expect(input["size"] as? String == "88x64")
    #expect(ending.output.contains(#""scale":0.00392156862745098,"mean":[0.485,0.456,0.406],"#))
    let layers = try #require(object["layers"] as? [[String: Any]])
    #expect(layers.first?["name"] as? String == "conv1.0" && layers.last?["name"] as? String == "fc")
    for (key, sum) in [("parameters", "parameters"), ("multiply_adds", "multiply_adds")] {
      #expect(layers.reduce(0) { $0 + ($1[key] as? Int ?? 0) } == object[sum] as? Int)
    }
  }

  @Test(arguments: ["shufflenet_v1_g3_x1_0", "shufflenet_v2_x2_0", "shufflenet_v2_x0_5"])
  func textFitsATerminal(name: String) throws {
    for dialect in ["article", "megvii"] {
      #expect(
        try model(["init", "-a", name, "--dialect", dialect, "--classes", "5", "-o", "m.safetensors"]).code
          == 0)
      for words in [["inspect", "./m.safetensors", "--layers"], ["verify", "./m.safetensors"]] {
        let ending = try model(words)
        #expect(ending.code == 0)
        for line in ending.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
      }
    }
  }

  @Test func list() throws {
    for name in ["b", "a"] {
      let ending = try model([
        "init", "-a", "shufflenet_v2_x0_5", "--classes", name == "a" ? "3" : "12", "-o",
        "\(name).safetensors",
      ])
      #expect(ending.code == 0)
    }
    try folder.write("damaged", to: "c.safetensors")
    try folder.write("not a model", to: "d.pth")
    let environment = ["SHUFFLED_MODELS": folder.path]
    let refusal =
      "shuffled: cannot load model '\(folder.file("c.safetensors"))': it is neither a safetensors file nor a "
      + "PyTorch checkpoint (name a file that safetensors or torch.save wrote)\n"
    let json = try model(["list", "--format", "json"], environment: environment)
    #expect(json.code == 0 && json.errors == refusal)
    // Besides those that lie in the source tree.
    let mine = try objects(json.output).filter { ($0["path"] as? String)?.hasPrefix(folder.path) ?? false }
    #expect(mine.map { $0["name"] as? String } == ["a", "b"])
    #expect(mine.map { $0["classes"] as? Int } == [3, 12])
    #expect(
      mine.map { $0["network"] as? String }
        == [String](repeating: "shufflenet_v2_x0_5 (torchvision)", count: 2))
    #expect(mine.first?["sha256"] as? String == (try hash(folder.file("a.safetensors"))))
    let table = try model(["list"], environment: environment).output.split(separator: "\n")
    #expect(
      table[0].hasPrefix("model")
        && table[0].hasSuffix("  network                           classes   MB  file"))
    #expect(
      table[1].hasSuffix("  shufflenet_v2_x0_5 (torchvision)        3  1.4  \(folder.file("a.safetensors"))"))
    let csv = try model(["list", "-f", "csv"], environment: environment).output
    #expect(csv.hasPrefix("name,network,classes,bytes,path\r\na,shufflenet_v2_x0_5 (torchvision),3,"))
  }

  @Test func initIsTheSameForTheSameSeed() throws {
    func make(_ file: String, _ arguments: [String]) throws -> Data {
      let words =
        ["init", "-a", "shufflenet_v2_x0_5", "--classes", "2", "--name", "n", "-o", file] + arguments
      let ending = try model(words)
      #expect(ending.code == 0 && ending.errors == "")
      return try folder.data(file)
    }
    let first = try make("a", ["--seed", "7"])
    #expect(try make("b", ["--seed", "7"]) == first)
    #expect(try make("b", ["--seed", "8"]) != first)
    #expect(try make("a", []) == make("b", ["--seed", "0"]))
    #expect(try folder.listing == ["a", "b"])
  }

  @Test func initIsRefused() throws {
    try folder.write("a\nb\n", to: "two.txt")
    let name = ["-a", "shufflenet_v2_x0_5"]
    expectRefusal(
      try model(["init"] + name), 64,
      "cannot make model: --output does not say where (see 'shuffled model init --help')")
    expectRefusal(
      try model(["init"] + name + ["-o", "m", "--classes", "3", "--labels", "two.txt"]), 64,
      "cannot make model: 2 labels were given for its 3 classes")
    expectRefusal(
      try model(["init"] + name + ["-o", "m", "--seed", "-1"]), 64,
      "cannot use --seed '-1': it takes a whole number of at least 0")
    let v1 =
      #"{"family":"shufflenet_v1","dialect":"torchvision","stage_repeats":[1],"channels":[8,16],"activation":"relu","classes":4}"#
    expectRefusal(
      try model(["init", "-a", v1, "-o", "m"]), 64, "cannot make model: torchvision has no ShuffleNet V1")
    let ending = try model(["init", "-o", "m"])
    #expect(ending.code == 64 && ending.output == "")
    #expect(
      ending.errors.hasPrefix(
        "shuffled: cannot make model: --architecture does not say which network (known are "))
    // As many classes as labels.
    #expect(
      try model(["init"] + name + ["-o", "m", "--labels", "two.txt"]).output.contains(
        "  labels        2: a, b\n"))
    #expect(try folder.listing == ["m", "two.txt"])
  }

  @Test func verify() throws {
    let path = networks + "/custom-width.safetensors"
    let sha256 = try hash(path)
    let ending = try model(["verify", "custom-width", "--sha256", String(sha256.prefix(8)).uppercased()])
    #expect(ending.code == 0 && ending.errors == "")
    let lines = ending.output.split(separator: "\n")
    #expect(lines.count == 5 && lines[0] == path && lines[1] == "  sha256   \(sha256)")
    #expect(lines[2] == "  network  shufflenet_v2 (torchvision)")
    #expect(lines[3] == "  tensors  18,404 values, as the network needs them, all finite")
    #expect(lines[4].hasPrefix("  forward  7 logits from "))
    let json = try #require(
      try objects(try model(["verify", "custom-width", "-f", "json", "--isa", "portable"]).output).first)
    #expect(json["sha256"] as? String == sha256 && json["isa"] as? String == "portable")
    #expect(json["logits"] as? Int == 7)
    expectRefusal(
      try model(["verify", "custom-width", "--sha256", "00ff"]), 65,
      "cannot verify model '\(path)': its SHA-256 is \(sha256), not 00ff (get the file again)")
    for wrong in ["", "xyz", String(repeating: "a", count: 65)] {
      expectRefusal(
        try model(["verify", "custom-width", "--sha256", wrong]), 64,
        "cannot use --sha256 '\(wrong)': it takes up to 64 hexadecimal digits")
    }
  }

  static let damages: [(@Sendable (inout ModelChange) throws -> Void, verb: String, cause: String)] = [
    (
      { try $0.setFirstValue(of: "fc.bias", to: .nan) }, "load",
      "tensor 'fc.bias' holds values that are not finite (check the model with its source)"
    ),
    ({ $0.header["conv1.1.bias"] = nil }, "load", "it lacks conv1.1.bias"),
    (
      { $0.setEntry("fc.weight", "shape", [50, 7]) }, "load",
      "it has fc.weight of shape [50, 7], not [7, 50]"
    ),
    (
      { try $0.setAllValues(of: "fc.weight", to: 3e38) }, "verify",
      "a forward pass gives values that are not finite (check the model with its source)"
    ),
    (
      { $0.replaceInArchitecture("[10, 20, 36, 74, 50]", "[10, 20, 36, 74, 9000]") }, "load",
      "a layer has 9000 channels; 1 to 8192 are possible"
    ),
  ]

  @Test(arguments: damages.indices) func verifyFindsWhatIsWrong(index: Int) throws {
    let (change, verb, cause) = Self.damages[index]
    var changed = try ModelChange()
    try change(&changed)
    try folder.write(try changed.file(), to: "m.safetensors")
    expectRefusal(
      try model(["verify", "./m.safetensors"]), 65, "cannot \(verb) model './m.safetensors': \(cause)")
  }

  @Test func namesThatNobodyKnows() throws {
    for command in ["inspect", "verify"] {
      expectRefusal(
        try model([command, "custom-widht"]), 66,
        "cannot find model 'custom-widht': no model has that name (did you mean 'custom-width'?)")
      expectRefusal(
        try model([command]), 64,
        "cannot run model \(command): no model is named (see 'shuffled model \(command) --help')")
    }
    expectRefusal(
      try model(["list", "x"]), 64,
      "cannot understand 'x': 'model list' takes no operands (see 'shuffled model list --help')")
  }
}
