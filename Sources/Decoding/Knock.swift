import CFFmpeg
import Glibc
import ShuffledCore

extension LiveAddress {
  /// Whether somebody listens there: a TCP connection to its host and port succeeds, or the camera's device file exists. nil where that
  /// cannot be asked: nobody listens who sends datagrams.
  ///
  /// Any thread. Blocks for `within` at most, and for the system's lookup of a host's name.
  public func knock(within limit: Duration) -> Bool? {
    switch kind {
    case .udp, .srt: return nil
    case .v4l2: return access(url, F_OK) == 0
    case .rtsp, .http:
      guard let (host, port) = hostAndPort else { return false }
      return Self.connects(to: host, port, within: limit)
    }
  }

  /// nil where there is no host in it. An IPv6 address comes without its brackets.
  package var hostAndPort: (host: String, port: Int)? {
    var port: Int32 = -1
    let (scheme, host) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2048) { text in
      text.initialize(repeating: 0)
      guard let scheme = text.baseAddress else { return ("", "") }
      let host = scheme + 1024
      av_url_split(scheme, 1024, nil, 0, host, 1024, &port, nil, 0, url)
      return (String(cString: scheme).lowercased(), String(cString: host))
    }
    let defaults = ["rtsp": 554, "rtsps": 322, "http": 80, "https": 443]
    guard !host.isEmpty, let number = port > 0 ? Int(port) : defaults[scheme], number <= 65_535 else {
      return nil
    }
    return (host, number)
  }

  private static func connects(to host: String, _ port: Int, within limit: Duration) -> Bool {
    let hints = addrinfo(
      ai_flags: AI_NUMERICSERV, ai_family: AF_UNSPEC, ai_socktype: Int32(SOCK_STREAM.rawValue),
      ai_protocol: 0, ai_addrlen: 0, ai_addr: nil, ai_canonname: nil, ai_next: nil)
    var found: UnsafeMutablePointer<addrinfo>?
    guard withUnsafePointer(to: hints, { getaddrinfo(host, "\(port)", $0, &found) }) == 0 else {
      return false
    }
    defer { freeaddrinfo(found) }
    let deadline = Instant.now + limit
    var next = found
    while let address = next, .now < deadline {
      if connects(to: address.pointee, before: deadline) { return true }
      next = address.pointee.ai_next
    }
    return false
  }

  private static func connects(to address: addrinfo, before deadline: Instant) -> Bool {
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.ai_family, address.ai_socktype | flags, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return true }
    guard errno == EINPROGRESS else { return false }
    var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while true {
      let left = max(0, Int32(clamping: Int64((deadline - .now).milliseconds.rounded(.up))))
      let count = poll(&event, 1, left)
      if count == 0 { return false }
      if count > 0 { break }
      guard errno == EINTR else { return false }
    }
    var error: Int32 = -1
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0
  }
}
