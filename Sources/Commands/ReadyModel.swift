import Kernels
import ModelFiles
import ShuffleNet
import ShuffledCore

/// A model that is loaded and planned for this processor; shared by all workers.
struct ReadyModel: Sendable {
  static let defaultName = "signal-health"

  static let option = Option(
    "model", letter: "m", argument: "NAME|FILE",
    "the model: a name, or a .safetensors or .pth file (default: \(defaultName))")
  static let topOption = Option(
    "top", letter: "k", argument: "K", "keep the K most likely classes (default: 5)")

  let file: ModelFile
  let plan: ExecutionPlan
  let instructionSet: InstructionSet

  var description: ModelDescription { file.description }

  /// Loads the model that `--model` names, for `set` or what `SHUFFLED_ISA` says. Blocks while it reads the file. Throws `Failure`.
  init(_ arguments: Arguments, _ context: Context, _ set: InstructionSet? = nil) throws {
    try self.init(
      arguments.text("model") ?? Self.defaultName, context.modelLibrary,
      set ?? InstructionSet.named(context.environment["SHUFFLED_ISA"]))
  }

  /// The same for a model by its name or its file's path.
  init(_ name: String, _ library: ModelLibrary, _ set: InstructionSet) throws {
    try self.init(ModelFile(path: library.path(of: name), labels: library.labels), set)
  }

  /// Reads the weights. Blocks. Throws `Failure`.
  init(_ file: ModelFile, _ set: InstructionSet) throws {
    self.file = file
    instructionSet = set
    plan = try file.plan(kernels: set.kernels)
  }

  func label(_ index: Int) -> String { description.labels[index] }
}
