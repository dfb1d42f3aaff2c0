import ShuffledCore

/// A prediction as it is stored: the label's index and the confidence, 16 bits each.
enum StoredPrediction {
  /// A confidence in `frames.confidence` is a multiple of 1 / 65535.
  static let confidenceScale = 65_535.0

  @inline(__always)
  static func label(_ prediction: Prediction) -> UInt16 {
    guard let label = UInt16(exactly: prediction.index) else {
      preconditionFailure("a label's index is 0 to 65535, not \(prediction.index)")
    }
    return label
  }

  /// Rounded to the nearest; what lies outside of 0...1 by a rounding error is brought back.
  @inline(__always)
  static func confidence(_ value: Float) -> UInt16 {
    precondition(!value.isNaN, "a confidence is a number")
    return UInt16((Double(min(max(value, 0), 1)) * confidenceScale).rounded())
  }

  /// A prediction as it will be read again.
  static func asRead(_ prediction: Prediction) -> Prediction {
    Prediction(index: prediction.index, confidence: asRead(Int64(confidence(prediction.confidence))))
  }

  /// A stored confidence.
  static func asRead(_ stored: Int64) -> Float { Float(Double(stored) / confidenceScale) }

  /// Replaces what is in `bytes` by 4 bytes a prediction: label and confidence, big endian.
  static func encode(_ predictions: ArraySlice<Prediction>, to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    for prediction in predictions {
      let label = label(prediction)
      let confidence = confidence(prediction.confidence)
      bytes.append(UInt8(truncatingIfNeeded: label >> 8))
      bytes.append(UInt8(truncatingIfNeeded: label))
      bytes.append(UInt8(truncatingIfNeeded: confidence >> 8))
      bytes.append(UInt8(truncatingIfNeeded: confidence))
    }
  }

  /// The reverse of `encode`.
  static func decode(_ bytes: UnsafeRawBufferPointer) -> [(label: Int64, confidence: Double)] {
    stride(from: 0, to: bytes.count - 3, by: 4).map { offset in
      let label = Int64(bytes[offset]) << 8 | Int64(bytes[offset + 1])
      let confidence = Int64(bytes[offset + 2]) << 8 | Int64(bytes[offset + 3])
      return (label, Double(confidence) / confidenceScale)
    }
  }
}
