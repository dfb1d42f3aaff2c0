/// Where a server takes connections.
public enum Listener: Equatable, Sendable {
  /// A Unix-domain socket in a folder that is there, for its owner and group (mode 0660).
  case local(path: String)
  /// An IPv4 or IPv6 address as a literal, and a port; 0 takes any that is free. `::` is IPv6's alone.
  case tcp(address: String, port: UInt16)
}
