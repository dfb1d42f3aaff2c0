import CCrypto

/// SHA-256, by OpenSSL's libcrypto, which uses the processor's instructions for it.
enum SHA256 {
  /// 64 hexadecimal digits.
  static func hexDigest(of file: MappedFile) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let succeeded = file.withBytes { bytes in
      EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_sha256(), nil)
    }
    precondition(succeeded == 1, "libcrypto has SHA-256 and memory for it")
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
