import Glibc

/// Whether a request that came over the network was meant for this server. A page of somebody else's, whose name is made to mean this
/// machine's address (DNS rebinding), would otherwise read the answers; a browser tells by the name that it asks for.
public enum HostCheck {
  /// - Parameters:
  ///   - host: the request's `Host`, with its port if it has one; nil where there is none, as old programs have it.
  ///   - hosts: other names that it is known by, such as a proxy's.
  /// - Returns: true for addresses, `localhost`, this machine's own name and `hosts`.
  public static func allows(_ host: String?, hosts: [String] = []) -> Bool {
    guard let host else { return true }
    let name = withoutPort(host).lowercased()
    return name == "localhost" || NetworkAddress(name, port: 0) != nil || name == ownName
      || hosts.contains { $0.lowercased() == name }
  }

  private static func withoutPort(_ host: String) -> String {
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
      return String(host[host.index(after: host.startIndex)..<end])
    }
    return String(host.prefix { $0 != ":" })
  }

  private static var ownName: String? {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      .lowercased()
  }
}
