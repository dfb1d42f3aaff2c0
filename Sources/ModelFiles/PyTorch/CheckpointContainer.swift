/// What a checkpoint is saved in: a pickle, and the values that it speaks of.
protocol CheckpointContainer {
  var pickle: Pickle { get }
  /// Where in the file a storage's values are, all of them; as long as it says. Throws `TensorFileFault`.
  func bytes(of storage: Pickle.Storage) throws -> Range<Int>
}
