import CFFmpeg
import Glibc
import ShuffledCore

/// Tells a name that cannot be resolved from other errors: FFmpeg says the same of both.
enum HostLookup {
  /// Why the host of `url` cannot be resolved, nil where it can. Blocks as the system's resolver does.
  static func failure(ofHostIn url: String) -> String? {
    let host = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { host -> String in
      host.initialize(repeating: 0)
      av_url_split(nil, 0, nil, 0, host.baseAddress, Int32(host.count), nil, nil, 0, url)
      return host.baseAddress.map { String(cString: $0) } ?? ""
    }
    guard !host.isEmpty else { return nil }
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, nil, &found)
    if let found { freeaddrinfo(found) }
    guard code != 0 else { return nil }
    return code == EAI_SYSTEM
      ? systemText(errno) : String(cString: gai_strerror(code)).lowercased()
  }
}
