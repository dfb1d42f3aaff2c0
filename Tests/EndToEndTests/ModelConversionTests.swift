import Foundation
import TestSupport
import Testing

/// `shuffled model convert`, and checkpoints that are used as they are.
@Suite struct ModelConversionTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func convert(_ arguments: [String]) throws -> Ending {
    try shuffled(["model", "convert"] + arguments, in: folder)
  }

  private func report(_ model: String) throws -> [String: Any] {
    try #require(
      try objects(try shuffled(["model", "inspect", "-f", "json", model], in: folder).output).first)
  }

  @Test(arguments: Checkpoints.names, Checkpoints.forms)
  func answersArePyTorchs(name: String, form: String) throws {
    let checkpoint = Checkpoints.path(name + form)
    let usual = try Checkpoints.logits(name, "usual")
    try Checkpoints.expectLogits(of: checkpoint, in: folder, usual)
    let ending = try convert([checkpoint, "-o", "m.safetensors"])
    #expect(ending.code == 0 && ending.errors == "")
    #expect(try folder.listing == ["m.safetensors"])
    try Checkpoints.expectLogits(of: "m.safetensors", in: folder, usual)
  }

  /// What the options say of the input is what the file says then.
  @Test func everythingThatCanBeSaid() throws {
    try folder.write("cat\r\n\"dog\"\r\n👩‍👩‍👧\r\n", to: "labels.txt")
    let ending = try convert([
      Checkpoints.path("network-torchvision.pth"), "--output", "m.safetensors", "--name", "mine", "--labels",
      "labels.txt", "--resize", "256", "--crop", "96x64", "--channel-order", "bgr", "--scale", "1/128",
      "--mean",
      "1,0.75,0.5", "--std", "0.5,1,2", "--dialect", "torchvision", "--activation", "relu", "--architecture",
      #"{"family":"shufflenet_v2","dialect":"torchvision","stage_repeats":[1,2,1],"channels":[8,16,24,32,40],"#
        + #""activation":"relu","classes":3}"#, "--format", "json",
    ])
    #expect(ending.code == 0 && ending.errors == "")
    try Checkpoints.expectLogits(
      of: "m.safetensors", in: folder, try Checkpoints.logits("network-torchvision", "cropped"))
    let object = try #require(try objects(ending.output).first)
    #expect(object["name"] as? String == "mine")
    #expect(object["labels"] as? [String] == ["cat", "\"dog\"", "👩‍👩‍👧"])
    #expect(object["described"] as? Bool == true)
    let input = try #require(object["input"] as? [String: Any])
    #expect(input["size"] as? String == "96x64" && input["resize_shorter"] as? Int == 256)
    #expect(input["channel_order"] as? String == "bgr" && input["scale"] as? Double == 1.0 / 128)
    #expect(input["mean"] as? [Double] == [1, 0.75, 0.5] && input["std"] as? [Double] == [0.5, 1, 2])
  }

  @Test func oneSideIsASquare() throws {
    let checkpoint = Checkpoints.path("network-megvii.pth")
    #expect(try convert([checkpoint, "-o", "a.safetensors", "--crop", "96x64"]).code == 0)
    try Checkpoints.expectLogits(
      of: "a.safetensors", in: folder, try Checkpoints.logits("network-megvii", "cropped"))
    #expect(try convert([checkpoint, "-o", "b.safetensors", "--crop", "160", "--scale", "0.5"]).code == 0)
    let input = try #require(try report("b.safetensors")["input"] as? [String: Any])
    #expect(input["size"] as? String == "160x160" && input["scale"] as? Double == 0.5)
    #expect(input["channel_order"] as? String == "bgr" && input["resize_shorter"] as? Int == 256)
  }

  /// A described model keeps what it says, but for what is said anew.
  @Test func aModelIsChangedInItsPlace() throws {
    #expect(
      try convert([Checkpoints.path("network-megvii.pth"), "-o", "m.safetensors", "--name", "a"]).code == 0)
    let first = try folder.data("m.safetensors")
    #expect(try convert(["m.safetensors", "-o", "m.safetensors"]).code == 0)
    #expect(try folder.data("m.safetensors") == first)
    #expect(
      try convert(["m.safetensors", "-o", "m.safetensors", "--activation", "relu6", "--name", "b"]).code == 0)
    let changed = try report("m.safetensors")
    #expect(changed["name"] as? String == "b" && changed["activation"] as? String == "relu6")
    #expect(try folder.listing == ["m.safetensors"])
  }

  @Test func published() throws {
    #expect(
      try shuffled(
        [
          "model", "init", "-a", "shufflenet_v2_x0_5", "--dialect", "article", "--classes", "4", "-o",
          "a.safetensors",
        ],
        in: folder
      ).code == 0)
    #expect(try convert(["a.safetensors", "-a", "shufflenet_v2_x0_5", "-o", "b.safetensors"]).code == 0)
    #expect(try report("b.safetensors")["network"] as? String == "shufflenet_v2_x0_5 (article)")
    #expect(try report("b.safetensors")["classes"] as? Int == 4)
  }

  static let refusals: [(arguments: [String], code: Int32, line: String)] = {
    let (load, usage) = ("cannot load model 'M'", "cannot use --")
    return [
      (
        ["-o", "o", "--dialect", "megvii"], 65,
        "\(load): its tensors have the names of torchvision's dialect, not of megvii's"
      ),
      (
        ["-o", "o", "-a", "shufflenet_v1_g3_x1_0"], 65,
        "\(load): its tensors have the names of torchvision's dialect, which has no shufflenet_v1_g3_x1_0"
      ),
      (
        ["-o", "o", "-a", "shufflenet_v1_g3_x1_0", "--dialect", "torchvision"], 64,
        "\(usage)dialect 'torchvision': it has no shufflenet_v1_g3_x1_0"
      ),
      (
        ["-o", "o", "-a", "shufflenet_v2_x1.0"], 64,
        "\(usage)architecture 'shufflenet_v2_x1.0': it is not known (did you mean 'shufflenet_v2_x1_0'?)"
      ),
      (
        ["-o", "o", "-a", "{"], 64,
        "cannot understand architecture: it is not valid JSON (see docs/MODELS.md)"
      ),
      (
        ["-o", "o", "-a", "{\"family\":\"shufflenet_v2\"}"], 64,
        "cannot understand architecture: it lacks 'dialect' (see docs/MODELS.md)"
      ),
      (
        ["-o", "o", "-a", json(channels: "[8,16,24,32]")], 65,
        "\(load): 3 stages need 5 channel counts, not 4"
      ),
      (
        ["-o", "o", "-a", json(channels: "[8,16,24,32,44]")], 65,
        "\(load): as shufflenet_v2 (torchvision) it has conv5.0.weight of shape [40, 32, 1, 1], not [44, 32, 1, 1], "
          + "conv5.1.weight of shape [40], not [44], conv5.1.bias of shape [40], not [44] and 3 more"
      ),
      (
        ["-o", "o", "-a", json(channels: "[8,16,24,32,40]"), "--dialect", "article"], 64,
        "\(usage)dialect 'article': --architecture says torchvision"
      ),
      (
        ["-o", "o", "--labels", "none.txt"], 66,
        "cannot read labels 'none.txt': no such file (check the path)"
      ),
      (["-o", "o", "--labels", "two.txt"], 65, "\(load): 2 labels were given for its 3 classes"),
      (["-o", "o", "--crop", "0"], 64, "\(usage)crop '0': it takes a side, or WxH, from 1 to 2048"),
      (["-o", "o", "--crop", "3x3x3"], 64, "\(usage)crop '3x3x3': it takes a side, or WxH, from 1 to 2048"),
      (["-o", "o", "--resize", "2049"], 64, "\(usage)resize '2049': it takes a whole number from 1 to 2048"),
      (["-o", "o", "--mean", "1,2"], 64, "\(usage)mean '1,2': it takes three numbers such as 0.5,0.5,0.5"),
      (
        ["-o", "o", "--mean", "1,2,inf"], 64,
        "\(usage)mean '1,2,inf': it takes three numbers such as 0.5,0.5,0.5"
      ),
      (
        ["-o", "o", "--std", "1,0,1"], 64,
        "\(usage)std '1,0,1': it takes three numbers above 0 such as 0.5,0.5,0.5"
      ),
      (["-o", "o", "--scale", "1/0"], 64, "\(usage)scale '1/0': it has to be more than 0"),
      (["-o", "o", "--scale", "1/2/3"], 64, "\(usage)scale '1/2/3': it takes a number such as 1/255"),
      (["-o", "o", "--name", ""], 64, "\(usage)name '': a model has a name"),
      (["-o", "o", "--channel-order", "grb"], 64, "\(usage)channel-order 'grb': it takes rgb, bgr"),
      (["-o", "o", "--activation", "gelu"], 64, "\(usage)activation 'gelu': it takes relu, relu6"),
      (["-o", "o", "--format", "csv"], 64, "\(usage)format 'csv': it takes text, json"),
      (["-o", "none/o"], 74, "cannot write model 'none/o': no such file or directory"),
      (
        ["-o", "/dev/stdout"], 74,
        "cannot write model '/dev/stdout': it is not a regular file (name a .safetensors file)"
      ),
      ([], 64, "cannot convert 'M': --output does not say where to (see 'shuffled model convert --help')"),
      (
        ["-o", "o", "more"], 64,
        "cannot run model convert: it takes one file (see 'shuffled model convert --help')"
      ),
    ]
  }()

  private static func json(channels: String) -> String {
    #"{"family":"shufflenet_v2","dialect":"torchvision","stage_repeats":[1,2,1],"channels":\#(channels),"#
      + #""activation":"relu","classes":3}"#
  }

  @Test(arguments: refusals.indices) func refused(index: Int) throws {
    let (arguments, code, line) = Self.refusals[index]
    let checkpoint = Checkpoints.path("network-torchvision.pth")
    try folder.write("a\nb\n", to: "two.txt")
    // Through a pipe, so that /dev/stdout is no file.
    let ending = try shuffled(
      ["model", "convert", checkpoint] + arguments, in: folder,
      shell: #"{ "$@" || echo $? >code; } | cat; exit $(cat code)"#)
    expectRefusal(ending, code, line.replacingOccurrences(of: "'M'", with: "'\(checkpoint)'"))
    #expect(try folder.listing == ["code", "two.txt"])
  }

  /// The disk is full in the middle of a file: what was there stays, and nothing else.
  @Test func aFileThatMayNotGrow() throws {
    try folder.write("as it was", to: "m.safetensors")
    let ending = try shuffled(
      ["model", "convert", Checkpoints.path("network-torchvision.pth"), "-o", "m.safetensors"], in: folder,
      shell: #"ulimit -f 16; exec "$@""#)
    expectRefusal(ending, 74, "cannot write model 'm.safetensors': file too large")
    #expect(try folder.listing == ["m.safetensors"])
    #expect(try folder.data("m.safetensors") == Data("as it was".utf8))
  }

  @Test func whatIsNoCheckpoint() throws {
    let notes = try folder.write("notes", to: "notes.pth")
    expectRefusal(
      try convert([notes, "-o", "o"]), 65,
      "cannot load model '\(notes)': it is neither a safetensors file nor a PyTorch checkpoint "
        + "(name a file that safetensors or torch.save wrote)")
    let plain = Checkpoints.path("plain.pth")
    expectRefusal(
      try convert([plain, "-o", "o"]), 65,
      "cannot load model '\(plain)': its tensors are no ShuffleNet's: it has none of conv1.conv.weight (article), "
        + "conv1.0.weight (torchvision), first_conv.0.weight (megvii)")
    expectRefusal(
      try convert(["none.pth", "-o", "o"]), 66, "cannot load model 'none.pth': no such file (check the path)")
    #expect(try folder.listing == ["notes.pth"])
  }

  /// A whole job with a checkpoint as it is.
  @Test func processTakesACheckpoint() throws {
    try folder.encode("a.mp4", source: "testsrc2=s=96x64:r=25:d=0.2", ["-c:v", "libx264"])
    let ending = try process(["-m", Checkpoints.path("network-torchvision.pth"), "a.mp4"], in: folder)
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    #expect(try sqlite("SELECT count(*), count(label) FROM results", in: folder) == "5|5")
    #expect(
      try sqlite("SELECT DISTINCT label LIKE 'class _' FROM predictions", in: folder) == "1")
  }
}
