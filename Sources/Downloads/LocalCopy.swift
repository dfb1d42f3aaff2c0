import Glibc
import ShuffledCore

/// What a `file` URL names, read on the thread that calls. Not by libcurl, which reads it in one go, whoever asks it to
/// stop, and takes a directory for an empty file.
struct LocalCopy {
  let source: Address
  let largest: Int64

  /// Copies all of it into the part; false when cancelled.
  func run(
    into part: PartFile, isCancelled: () -> Bool, progress: (DownloadProgress) -> Void
  ) throws(DownloadFault) -> Bool {
    // Opening a pipe must not wait for its writer.
    let file = open(source.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw DownloadFault(.noInput, isMissing ? "no such file" : systemText(errno), "check the address")
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw DownloadFault(.noInput, "it is not a regular file", "check the address")
    }
    let total = Int64(status.st_size)
    guard total <= largest else { throw .tooLarge(largest) }
    try part.begin(from: source, version: nil)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { bytes.deallocate() }
    var pace = ReportPace()
    while true {
      if isCancelled() { return false }
      let count = read(file, bytes.baseAddress, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw DownloadFault(.inputOutput, systemText(errno)) }
      guard part.size + Int64(count) <= total, count > 0 || part.size == total else {
        throw DownloadFault(.badData, "it changed while it was read", "run it again")
      }
      if count == 0 { break }
      try part.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      if pace.isDue(.now) { progress(DownloadProgress(received: part.size, total: total)) }
    }
    progress(DownloadProgress(received: total, total: total))
    return true
  }
}
