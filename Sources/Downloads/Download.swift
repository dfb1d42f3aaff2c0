import ShuffledCore

/// A file that is fetched from a URL to a place in a folder. Until it is complete and its hash is right it is another
/// file, `.NAME.part` beside it, which the next download goes on with.
public struct Download: Sendable {
  /// What a server may cost, and which is trusted.
  public struct Limits: Sendable {
    /// Until there is a connection.
    public var connecting: Duration
    /// For a server that sends less than a byte a second.
    public var stall: Duration
    /// Bytes of the whole file: what `MappedFile` takes.
    public var size: Int64
    public var redirects: Int
    /// A file of certificates to trust in place of the system's; for tests.
    package var certificates: String?

    public init(
      connecting: Duration = .seconds(15), stall: Duration = .seconds(30), size: Int64 = 2 << 30,
      redirects: Int = 5
    ) {
      self.connecting = connecting
      self.stall = stall
      self.size = size
      self.redirects = redirects
    }
  }

  public enum Outcome: Equatable, Sendable {
    /// The file is there. Its SHA-256 is 64 hexadecimal digits.
    case complete(sha256: String, size: Int64)
    /// What has come stays for the next time.
    case cancelled
  }

  /// Where it goes.
  public let path: String
  /// Where it comes from, as it may be shown: without user, password and query.
  public var shownURL: String { source.shown }

  private let source: Address
  private let digits: String?
  private let limits: Limits

  /// - Parameters:
  ///   - url: `https`, `http` or `file`.
  ///   - path: the file to make; one of that name is replaced. Its folder exists.
  ///   - sha256: the hexadecimal digits that the file's SHA-256 begins with, or all of them; nil takes any file.
  ///
  /// Throws `usage` when the URL or the digits are none.
  public init(
    from url: String, to path: String, sha256: String? = nil, limits: Limits = Limits()
  ) throws(Failure) {
    source = try Address(url)
    let digits = sha256?.lowercased()
    guard digits?.allSatisfy({ "0123456789abcdef".contains($0) }) ?? true, 1...64 ~= digits?.count ?? 1 else {
      throw Failure(
        .usage, cannot: "download", source.shown, because: "'\(sha256 ?? "")' does not begin a SHA-256",
        remedy: "give up to 64 hexadecimal digits")
    }
    self.path = path
    self.digits = digits
    self.limits = limits
  }

  /// Fetches the file. Blocks the calling thread, on which the closures are called.
  ///
  /// Throws `noInput` when the server has no such file, `unavailable` when there is no server or it does not finish
  /// (what has come stays), `badData` when the hash is another or the file too large, `inputOutput` when it cannot be
  /// written.
  /// - Parameters:
  ///   - isCancelled: asked at least twenty times a second.
  ///   - progress: told at most ten times a second, and at the end.
  public func run(
    isCancelled: () -> Bool = { false }, progress: (DownloadProgress) -> Void = { _ in }
  ) throws(Failure) -> Outcome {
    do throws(DownloadFault) {
      let part = try PartFile(target: path)
      var resumption = part.resumption(from: source)
      while true {
        guard let resumed = try fetch(into: part, resuming: resumption, isCancelled, progress),
          let digest = try part.hexDigest(isCancelled: isCancelled)
        else { return .cancelled }
        if digits.map({ digest.hasPrefix($0) }) ?? true {
          let size = part.size
          try part.finish()
          return .complete(sha256: digest, size: size)
        }
        // A server may call two versions by one name: then the parts are of both.
        guard resumed else {
          part.discard()
          throw DownloadFault(
            .badData, "its SHA-256 is \(digest), which does not begin with \(digits ?? "")",
            "it was deleted; check the address")
        }
        resumption = nil
      }
    } catch {
      throw error.failure(of: source.shown)
    }
  }

  /// Requests until the whole is there; nil when cancelled.
  /// - Returns: whether it was gone on with.
  private func fetch(
    into part: PartFile, resuming resumption: PartFile.Resumption?, _ isCancelled: () -> Bool,
    _ progress: (DownloadProgress) -> Void
  ) throws(DownloadFault) -> Bool? {
    if source.scheme == .file {
      let copy = LocalCopy(source: source, largest: limits.size)
      return try copy.run(into: part, isCancelled: isCancelled, progress: progress) ? false : nil
    }
    var address = source
    var resumption = resumption
    var redirects = 0
    while true {
      let transfer = Transfer(address, of: source, into: part, resuming: resumption, limits: limits)
      switch try transfer.run(isCancelled: isCancelled, progress: progress) {
      case .complete(let resumed): return resumed
      case .cancelled: return nil
      case .mustBeginAnew: resumption = nil
      case .redirected(let location):
        redirects += 1
        guard redirects <= limits.redirects else {
          throw DownloadFault(
            .unavailable, "the server redirects more than \(limits.redirects) times", "check the address")
        }
        address = try address.redirected(to: location)
      }
    }
  }
}
