import Glibc
import ShuffledCore

/// A socket that takes connections, and what has to be removed when it ends.
struct ListeningSocket: ~Copyable {
  let descriptor: Int32
  /// Of a TCP socket.
  let port: UInt16?
  private let file: SocketFile?

  private static let waitingConnections: Int32 = 128

  /// Blocks no longer than the file system does. Throws a `Failure` that names the path or the address.
  static func open(_ listener: Listener) throws(Failure) -> ListeningSocket {
    switch listener {
    case .local(let path):
      let (descriptor, file) = try local(path)
      return ListeningSocket(descriptor: descriptor, port: nil, file: file)
    case .tcp(let address, let wanted):
      let (descriptor, port) = try tcp(address, wanted)
      return ListeningSocket(descriptor: descriptor, port: port, file: nil)
    }
  }

  private init(descriptor: Int32, port: UInt16?, file: SocketFile?) {
    self.descriptor = descriptor
    self.port = port
    self.file = file
  }

  deinit {
    file?.remove()
    close(descriptor)
  }

  /// Another descriptor of the same socket, for an owner of its own. Throws where the system has none left.
  func duplicate() throws(Failure) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else {
      throw Failure(.unavailable, cannot: "listen", because: systemText(errno))
    }
    return copy
  }

  // MARK: Unix-domain sockets

  private static func local(_ path: String) throws(Failure) -> (Int32, SocketFile) {
    guard let address = LocalAddress(path) else { throw LocalAddress.failureOfLength(operation, path) }
    try removeStale(path, address)
    let descriptor = socket(AF_UNIX, LocalAddress.streamSocket, 0)
    guard descriptor >= 0 else { throw failure(path, errno) }
    // The file is made with the socket's own mode less the umask, so that it is never open to more than it should
    // be; then it gets the mode as it should be. The umask itself is that of all threads and stays as it is.
    guard fchmod(descriptor, 0o660) == 0, address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
      let code = errno
      close(descriptor)
      throw failure(path, code)
    }
    guard chmod(path, 0o660) == 0, let file = SocketFile(path), listen(descriptor, waitingConnections) == 0
    else {
      let code = errno
      unlink(path)
      close(descriptor)
      throw failure(path, code)
    }
    return (descriptor, file)
  }

  /// The socket of a daemon that was killed stays where it was. One that answers, and what is no socket, stay there.
  private static func removeStale(_ path: String, _ address: LocalAddress) throws(Failure) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw Failure(
        .usage, cannot: operation, path, because: "there is something that is not a socket",
        remedy: "name another path, or remove it")
    }
    switch address.connectionError() {
    case nil:
      throw Failure(
        .unavailable, cannot: operation, path, because: "another daemon answers there",
        remedy: "stop it, or name another socket")
    case ECONNREFUSED?:
      guard unlink(path) == 0 || errno == ENOENT else { throw failure(path, errno) }
    case ENOENT?: break
    case let code?: throw failure(path, code)
    }
  }

  // MARK: TCP

  private static func tcp(_ text: String, _ port: UInt16) throws(Failure) -> (Int32, UInt16) {
    let shown = text.contains(":") ? "[\(text)]:\(port)" : "\(text):\(port)"
    guard let address = NetworkAddress(text, port: port) else {
      throw Failure(
        .usage, cannot: operation, shown, because: "'\(text)' is not an IP address",
        remedy: "give one such as 127.0.0.1, 0.0.0.0, ::1 or ::")
    }
    let descriptor = socket(address.family, LocalAddress.streamSocket, 0)
    guard descriptor >= 0 else { throw failure(shown, errno) }
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    // Connections of a daemon that ended a moment ago do not keep its port.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if address.family == AF_INET6 {
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size)
    }
    guard address.withPointer({ bind(descriptor, $0, $1) }) == 0,
      listen(descriptor, waitingConnections) == 0, let bound = NetworkAddress.port(of: descriptor)
    else {
      let code = errno
      close(descriptor)
      guard code == EADDRINUSE else { throw failure(shown, code) }
      throw Failure(
        .unavailable, cannot: operation, shown, because: "the port is taken",
        remedy: "stop the program that listens there, or name another port")
    }
    return (descriptor, bound)
  }

  private static let operation = "listen on"

  private static func failure(_ subject: String, _ code: Int32) -> Failure {
    switch code {
    case ENOENT, ENOTDIR:
      Failure(
        .noInput, cannot: operation, subject, because: "there is no such folder", remedy: "make the folder")
    case EACCES, EPERM, EROFS:
      Failure(
        .unavailable, cannot: operation, subject, because: systemText(code),
        remedy: "name another, or run as a user who may")
    case EADDRNOTAVAIL:
      Failure(
        .unavailable, cannot: operation, subject, because: "this computer has no such address",
        remedy: "see 'ip address' for those it has")
    default: Failure(.unavailable, cannot: operation, subject, because: systemText(code))
    }
  }
}

/// The file of a Unix-domain socket, known by its number, so that nobody else's is removed.
private struct SocketFile {
  private let path: String
  private let device: dev_t
  private let number: ino_t

  /// Nil, with `errno`, where there is none.
  init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.path = path
    (device, number) = (status.st_dev, status.st_ino)
  }

  func remove() {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == number else { return }
    unlink(path)
  }
}
