import ShuffledCore

/// What a server answers to one request, as libcurl hands it over; the body goes to the part if it is wanted.
/// Called on the thread of the transfer only.
final class Response {
  /// 0 as long as there is none.
  private(set) var status = 0
  /// Whether the header is there, all of it, and not that of an interim answer.
  private(set) var hasHeader = false
  /// Bytes of the whole that are there, with those of the part that is gone on with.
  private(set) var received: Int64 = 0
  /// Bytes of the whole, where the server says so.
  private(set) var total: Int64?
  /// Whether the body is the file, or the rest of it.
  private(set) var isWanted = false
  /// Why the transfer was ended from here.
  private(set) var fault: DownloadFault?
  /// Bytes of any kind since the last request for it.
  private var arrived = 0

  private let part: PartFile
  private let source: Address
  private let resumption: PartFile.Resumption?
  private let largest: Int64
  private var isDecided = false
  /// The last answer's header fields by their names in lower case.
  private var fields: [Substring: Substring] = [:]

  /// - Parameters:
  ///   - source: what the user named, whatever it was redirected to.
  ///   - resumption: what was asked to be gone on with.
  ///   - largest: bytes of the whole that are taken.
  init(into part: PartFile, from source: Address, resuming resumption: PartFile.Resumption?, largest: Int64) {
    self.part = part
    self.source = source
    self.resumption = resumption
    self.largest = largest
  }

  /// Where the server sends on to.
  var location: String? {
    [301, 302, 303, 307, 308].contains(status) ? fields["location"].map(String.init) : nil
  }

  /// Whether the server does not go on with the part that is there, but would begin anew.
  var refusesToResume: Bool { resumption != nil && !isWanted && (status == 206 || status == 416) }

  func takeArrived() -> Int {
    defer { arrived = 0 }
    return arrived
  }

  /// One line of the header, with its end.
  func take(header bytes: UnsafeRawBufferPointer) {
    arrived += bytes.count
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // An answer of its own: what came before it was an interim one.
      fields = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
      return
    }
    if line.allSatisfy(\.isNewline) {
      hasHeader = status >= 200
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
    guard let last = value.lastIndex(where: { !$0.isWhitespace }) else { return }
    fields[line[..<colon].lowercased()[...]] = value[...last]
  }

  /// A piece of the body. False ends the transfer.
  func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    arrived += bytes.count
    do {
      try decide()
      guard isWanted else { return false }
      try refuse(largerThan: received + Int64(bytes.count))
      try part.append(bytes)
      received += Int64(bytes.count)
      return true
    } catch {
      fault = error
      return false
    }
  }

  /// Makes ready for the body, once the header is there; to be called at the end too, because an empty body never
  /// comes.
  func decide() throws(DownloadFault) {
    guard hasHeader, !isDecided else { return }
    isDecided = true
    switch status {
    case 200:
      total = fields["content-length"].flatMap { Int64($0) }
      if let total { try refuse(largerThan: total) }
      try part.begin(from: source, version: version)
      isWanted = true
    case 206:
      guard let resumption, let range = contentRange, range.start == resumption.size else { return }
      // Not every server that goes on with a part has read which version it is of.
      if let version, version != resumption.version { return }
      if let total = range.total { try refuse(largerThan: total) }
      received = resumption.size
      total = range.total
      isWanted = true
    default: break
    }
  }

  private func refuse(largerThan size: Int64) throws(DownloadFault) {
    guard size > largest else { return }
    // No part of it is of any use.
    part.discard()
    throw .tooLarge(largest)
  }

  /// What tells this version from others, byte for byte: not the tags that begin with `W/`. It will be a line of a
  /// request.
  private var version: String? {
    let tag = fields["etag"].flatMap { $0.hasPrefix("\"") ? $0 : nil }
    guard let version = tag ?? fields["last-modified"] else { return nil }
    return version.utf8.allSatisfy { (0x20..<0x7f).contains($0) } ? String(version) : nil
  }

  /// Of `bytes 5-9/10`.
  private var contentRange: (start: Int64, total: Int64?)? {
    guard let words = fields["content-range"]?.split(separator: " "), words.count == 2, words[0] == "bytes"
    else { return nil }
    let numbers = words[1].split { $0 == "-" || $0 == "/" }
    guard numbers.count == 3, let start = Int64(numbers[0]) else { return nil }
    return (start, Int64(numbers[2]))
  }
}
