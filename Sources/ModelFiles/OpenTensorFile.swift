import ShuffledCore

/// Opens a file of tensors of either kind; its first bytes say which, not its name. Throws `noInput` when there is no
/// such file, `badData` with the reason when it is of neither kind or not what it says it is.
package func openTensorFile(path: String) throws -> any TensorFile {
  try openTensorFile(MappedFile(path: path))
}

/// - Parameter file: whose tensors are wanted.
package func openTensorFile(_ file: MappedFile) throws -> any TensorFile {
  // In this order: the length that a safetensors file begins with may look like a pickle's first instruction.
  if SafeTensors.recognizes(file) { return try SafeTensors(file) }
  if PyTorchCheckpoint.recognizes(file) { return try PyTorchCheckpoint(file) }
  throw TensorFileFault(
    cause: "it is neither a safetensors file nor a PyTorch checkpoint",
    remedy: "name a file that safetensors or torch.save wrote"
  ).failure(file.path)
}
