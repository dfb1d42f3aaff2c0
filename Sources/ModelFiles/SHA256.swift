import CFFmpeg

/// SHA-256, by libavutil.
enum SHA256 {
  /// 64 hexadecimal digits.
  static func hexDigest(of file: MappedFile) -> String {
    guard let context = av_sha_alloc() else { preconditionFailure("no memory for a SHA-256 context") }
    defer { av_free(UnsafeMutableRawPointer(context)) }
    av_sha_init(context, 256)
    file.withBytes { bytes in
      av_sha_update(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
    var digest = [UInt8](repeating: 0, count: 32)
    av_sha_final(context, &digest)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
