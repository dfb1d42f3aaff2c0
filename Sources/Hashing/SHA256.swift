import CCrypto

/// SHA-256 of bytes that come in pieces, by OpenSSL's libcrypto, which uses the processor's instructions for it.
package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  package init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has SHA-256 and memory for it")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let succeeded = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(succeeded == 1, "SHA-256 takes bytes until it is asked for the digest")
  }

  /// 64 hexadecimal digits.
  package consuming func hexDigest() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let succeeded = EVP_DigestFinal_ex(context, &digest, nil)
    precondition(succeeded == 1, "SHA-256 has a digest of any bytes")
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// 64 hexadecimal digits.
  package static func hexDigest(of bytes: UnsafeRawBufferPointer) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.hexDigest()
  }
}
