/// PyTorch's types of values, by their names.
enum TorchType: String, CaseIterable, Sendable {
  case float64, float32, float16, bfloat16
  case int64, int32, int16, int8, uint8, bool
  case uint16, uint32, uint64
  case complex128, complex64, complex32
  case float8E5M2 = "float8_e5m2"
  case float8E4M3 = "float8_e4m3fn"
  case float8E5M2Unsigned = "float8_e5m2fnuz"
  case float8E4M3Unsigned = "float8_e4m3fnuz"
  case float8E8M0 = "float8_e8m0fnu"

  /// In bytes.
  var size: Int {
    switch self {
    case .complex128: 16
    case .float64, .int64, .uint64, .complex64: 8
    case .float32, .int32, .uint32, .complex32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    case .float8E5M2, .float8E4M3, .float8E5M2Unsigned, .float8E4M3Unsigned, .float8E8M0: 1
    }
  }

  /// nil for those that do not become floats.
  var element: ElementType? {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    default: nil
    }
  }

  /// The type of a storage class's values: `FloatStorage`. An untyped storage counts bytes.
  init?(storageClass: String) {
    let types: [String: TorchType] = [
      "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16,
      "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16,
      "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool, "ComplexDoubleStorage": .complex128,
      "ComplexFloatStorage": .complex64, "UntypedStorage": .uint8,
    ]
    guard let type = types[storageClass] else { return nil }
    self = type
  }
}
