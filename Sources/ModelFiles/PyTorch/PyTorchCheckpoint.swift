import ShuffleNet

/// The tensors of a file that `torch.save` wrote from a state dict, or from a dictionary that holds one.
///
/// Such a file is a program (see `Unpickler`); it is read without running anything, and without Python. Nothing in
/// it is trusted: what it says is checked when it is opened, before anything is read or allocated by it.
package struct PyTorchCheckpoint: TensorFile {
  private let tensors: [String: StoredTensor]
  private let file: MappedFile

  /// Throws `badData` with the reason when the file is no checkpoint, asks for more than a state dict needs, or is
  /// not what it says it is.
  package init(_ file: MappedFile) throws {
    do {
      if ArchivedCheckpoint.recognizes(file) {
        tensors = try StateDict(ArchivedCheckpoint(file), file).tensors
      } else if LegacyCheckpoint.recognizes(file) {
        tensors = try StateDict(LegacyCheckpoint(file), file).tensors
      } else {
        throw TensorFileFault(
          cause: "it is not a PyTorch checkpoint", remedy: "name a file that torch.save wrote")
      }
      self.file = file
    } catch let fault as TensorFileFault {
      throw fault.failure(file.path)
    }
  }

  /// Whether the file begins as one of its kinds does.
  static func recognizes(_ file: MappedFile) -> Bool {
    ArchivedCheckpoint.recognizes(file) || LegacyCheckpoint.recognizes(file)
  }

  /// None: a checkpoint holds weights only.
  package var metadata: [String: String] { [:] }

  package var tensorNames: [String] { tensors.keys.sorted() }

  package func shape(_ name: String) -> [Int]? { tensors[name]?.layout.shape }

  package func tensor(_ name: String) throws -> Tensor? {
    try tensors[name]?.read(name, from: file, readable: "float32, float16, bfloat16 and float64")
  }
}
