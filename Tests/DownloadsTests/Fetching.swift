import Downloads
import Foundation
import Hashing
import ShuffledCore
import TestSupport
import Testing

/// Bytes that no part of which is like another.
func content(_ count: Int, seed: UInt64 = 1) -> Data {
  var random = SeededGenerator(seed: seed)
  return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
}

func sha256(_ data: Data) -> String { data.withUnsafeBytes(SHA256.hexDigest) }

/// What a test's downloads go to.
extension Folder {
  var target: String { file("model.pth") }
  var part: String { file(".model.pth.part") }

  /// The names in it, sorted.
  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

  /// Downloads to `target`.
  @discardableResult
  func fetch(
    _ url: String, sha256: String? = nil, limits: Download.Limits = Download.Limits(),
    isCancelled: () -> Bool = { false }, progress: (DownloadProgress) -> Void = { _ in }
  ) throws -> Download.Outcome {
    _ = withoutProxy
    return try Download(from: url, to: target, sha256: sha256, limits: limits)
      .run(isCancelled: isCancelled, progress: progress)
  }

  /// Downloads what must fail: with this kind, and with `cannot download 'SHOWN': CAUSE`.
  func expect(
    _ url: String, _ kind: Failure.Kind, _ cause: String, shown: String? = nil, sha256: String? = nil,
    limits: Download.Limits = Download.Limits(), at location: SourceLocation = #_sourceLocation
  ) {
    do {
      let outcome = try fetch(url, sha256: sha256, limits: limits)
      Issue.record("no failure but \(outcome)", sourceLocation: location)
    } catch let failure as Failure {
      #expect(
        failure.description == "cannot download '\(shown ?? url)': \(cause)", sourceLocation: location)
      #expect(failure.kind == kind, sourceLocation: location)
    } catch {
      Issue.record("\(error) is not a Failure", sourceLocation: location)
    }
  }
}

/// A proxy would be asked for this computer's own addresses too.
private let withoutProxy: Void = { _ = setenv("no_proxy", "*", 1) }()

let goesOn = "(run it again: it goes on where it stopped)"
