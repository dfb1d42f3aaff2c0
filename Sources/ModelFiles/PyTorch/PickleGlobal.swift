/// The names that a pickle may ask for. None of them is called: they say what a value is meant to be.
enum PickleGlobal: Equatable, Sendable {
  case orderedDictionary
  /// `_rebuild_tensor` and `_rebuild_tensor_v2`: of a typed storage.
  case tensor
  /// `_rebuild_tensor_v3`: of an untyped storage, with a type.
  case typedTensor
  /// A tensor that can be trained: a tensor to us.
  case parameter
  /// A tuple to us.
  case size
  case storage(TorchType)
  case type(TorchType)
  /// Of values that stand beside a state dict in training scripts' checkpoints, and of which nothing is read.
  case other

  /// nil for every other name.
  init?(module: String, name: String) {
    let known: [String: PickleGlobal] = [
      "collections.OrderedDict": .orderedDictionary,
      "torch._utils._rebuild_tensor": .tensor,
      "torch._utils._rebuild_tensor_v2": .tensor,
      "torch._utils._rebuild_tensor_v3": .typedTensor,
      "torch._utils._rebuild_parameter": .parameter,
      "torch._utils._rebuild_parameter_with_state": .parameter,
      "torch.Size": .size,
      "torch.device": .other,
      "collections.Counter": .other,
      "argparse.Namespace": .other,
      "__builtin__.set": .other, "builtins.set": .other,
      "_codecs.encode": .other,
      "numpy.dtype": .other,
      "numpy.core.multiarray.scalar": .other, "numpy._core.multiarray.scalar": .other,
    ]
    if let global = known["\(module).\(name)"] {
      self = global
    } else if module == "torch", let type = TorchType(rawValue: name) {
      self = .type(type)
    } else if ["torch", "torch.cuda", "torch.storage"].contains(module),
      let type = TorchType(storageClass: name)
    {
      self = .storage(type)
    } else {
      return nil
    }
  }
}
