import ShuffledCore

/// A histogram as `minute_latencies.histogram` has it: of each bucket that holds anything how far it is from the one before
/// (the first from -1), and how many it holds, both as LEB128: seven bits a byte, the lowest first, the highest bit set
/// where another byte follows. Two bytes a bucket, mostly.
enum StoredHistogram {
  /// Replaces what is in `bytes`.
  static func encode(_ histogram: LatencyHistogram, to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    var last = -1
    for (bucket, count) in histogram.filledBuckets {
      append(UInt64(bucket - last), to: &bytes)
      append(count, to: &bytes)
      last = bucket
    }
  }

  /// The reverse; nil where the bytes are not what `encode` writes.
  static func decode(_ bytes: UnsafeRawBufferPointer) -> [(bucket: Int, count: UInt64)]? {
    var buckets: [(bucket: Int, count: UInt64)] = []
    buckets.reserveCapacity(bytes.count / 2)
    var (offset, last) = (0, -1)
    while offset < bytes.count {
      guard let step = number(bytes, &offset), let count = number(bytes, &offset),
        step > 0, step <= UInt64(LatencyHistogram.lastBucket - last), count < 1 << 48
      else { return nil }
      last += Int(step)
      buckets.append((last, count))
    }
    return buckets
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 56, by: 7) where offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
    }
    return nil
  }
}
