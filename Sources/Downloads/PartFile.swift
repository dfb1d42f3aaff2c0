import Glibc
import Hashing
import ShuffledCore

/// What has come of a download so far: `.NAME.part` beside the file that it will be, locked while it is open, and
/// `.NAME.part.version`, which says of what it is a part. Not Sendable: whoever opened it uses it.
package final class PartFile {
  /// A part that can be gone on with.
  struct Resumption: Equatable {
    /// Bytes that are there.
    let size: Int64
    /// What the server called the version that they are of.
    let version: String
  }

  let target: String
  private let path: String
  private let versionPath: String
  private let folder: String
  private let descriptor: Int32
  private(set) var size: Int64
  private var hasVersion = false
  private var isGone = false

  /// Opens or makes the part. Never blocks. Throws `DownloadFault` when another program has it, or the folder
  /// cannot be written to.
  init(target: String) throws(DownloadFault) {
    let slash = target.lastIndex(of: "/")
    let name = slash.map { target[target.index(after: $0)...] } ?? target[...]
    folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    path = "\(folder)/.\(name).part"
    versionPath = path + ".version"
    self.target = target
    var status = stat()
    guard !name.isEmpty, stat(target, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else {
      throw DownloadFault(.inputOutput, "'\(target)' is a directory", "name a file in it")
    }
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
      guard descriptor >= 0 else {
        let cause = "cannot create '\(path)': \(systemText(errno))"
        throw DownloadFault(.inputOutput, cause, "make its folder one that can be written to")
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(descriptor)
        guard code == EWOULDBLOCK else {
          throw DownloadFault(.inputOutput, "cannot lock '\(path)': \(systemText(code))")
        }
        throw DownloadFault(.unavailable, "another program downloads it to '\(target)'", "wait for it")
      }
      // Whoever had the lock renames or removes the file before letting go: what was locked here may no longer be the
      // file that the next program will find.
      guard let opened = FileIdentity(of: descriptor), opened == FileIdentity(at: path) else {
        close(descriptor)
        continue
      }
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw DownloadFault(.inputOutput, "'\(path)' is not a regular file", "remove it")
      }
      self.descriptor = descriptor
      size = Int64(status.st_size)
      return
    }
  }

  /// A part that lies at `path` and is open already; for tests of what a device answers.
  package init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    target = path
    versionPath = path + ".version"
    folder = "."
    size = 0
  }

  /// What is there stays for the next time; nothing is not worth a file.
  deinit {
    if !isGone, size == 0 { discard() }
    // Closing is not enough: a child that is being started has the descriptor until it runs its program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// What can be gone on with: a part of the same source, whose version is known.
  func resumption(from source: Address) -> Resumption? {
    guard size > 0 else { return nil }
    let file = open(versionPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 2_048)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 3, lines[0] == PartFile.mark(of: source), !lines[1].isEmpty else { return nil }
    hasVersion = true
    return Resumption(size: size, version: String(lines[1]))
  }

  /// Whether the next time can go on with it.
  var canBeResumed: Bool { hasVersion && size > 0 }

  /// Begins anew, with nothing.
  /// - Parameter version: what the server calls the version that will come; nil when there is no telling.
  func begin(from source: Address, version: String?) throws(DownloadFault) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw cannotWrite(errno) }
    size = 0
    hasVersion = false
    unlink(versionPath)
    guard let version, version.utf8.count <= 1_024 else { return }
    let file = open(versionPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { throw cannotWrite(errno) }
    defer { close(file) }
    let text = Array("\(PartFile.mark(of: source))\n\(version)\n".utf8)
    guard write(file, text, text.count) == text.count else { throw cannotWrite(errno) }
    hasVersion = true
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(DownloadFault) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let written = pwrite(descriptor, piece.baseAddress, piece.count, Int(size))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw cannotWrite(errno) }
      size += Int64(written)
      rest = rest.dropFirst(written)
    }
  }

  /// SHA-256 of what is there, 64 hexadecimal digits; nil when `isCancelled` said so.
  func hexDigest(isCancelled: () -> Bool) throws(DownloadFault) -> String? {
    var hash = SHA256()
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { bytes.deallocate() }
    var offset: Int64 = 0
    while offset < size {
      if isCancelled() { return nil }
      let count = pread(descriptor, bytes.baseAddress, bytes.count, Int(offset))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let cause = count < 0 ? systemText(errno) : "it became shorter"
        throw DownloadFault(.inputOutput, "cannot read '\(path)': \(cause)", "run it again")
      }
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      offset += Int64(count)
    }
    return hash.hexDigest()
  }

  /// Makes the part the file that it was to become, on the disk and then by name.
  func finish() throws(DownloadFault) {
    guard fsync(descriptor) == 0 else { throw cannotWrite(errno) }
    // Before the part is gone: after it, the name may be another program's.
    unlink(versionPath)
    guard rename(path, target) == 0 else {
      throw DownloadFault(.inputOutput, "cannot rename '\(path)' to '\(target)': \(systemText(errno))")
    }
    isGone = true
    // The name itself, where the file system can.
    let folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Removes the part.
  func discard() {
    isGone = true
    unlink(versionPath)
    unlink(path)
  }

  /// What says which source a version belongs to, and does not tell a secret in it.
  private static func mark(of source: Address) -> String {
    Array(source.url.utf8).withUnsafeBytes(SHA256.hexDigest)
  }

  private func cannotWrite(_ code: Int32) -> DownloadFault {
    let isFull = code == ENOSPC || code == EDQUOT
    return DownloadFault(
      .inputOutput, "cannot write '\(path)': \(systemText(code))",
      isFull ? "free space, then run it again" : nil)
  }
}
