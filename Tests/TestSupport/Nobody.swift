import Glibc

/// Runs `body` with the rights of a user who owns nothing here, also where the tests run as root. Rights of that kind
/// belong to a thread, so `body` must stay on it.
package func asNobody<R>(_ body: () throws -> R) rethrows -> R {
  guard geteuid() == 0 else { return try body() }
  typealias SetID = @convention(c) (UInt32) -> Int32
  guard let symbol = dlsym(nil, "setfsuid") else { preconditionFailure("glibc has no setfsuid") }
  let setFileSystemUser = unsafeBitCast(symbol, to: SetID.self)
  _ = setFileSystemUser(65_534)
  defer { _ = setFileSystemUser(0) }
  return try body()
}
