import Service
import ShuffledCore
import Synchronization
import Testing

@Suite struct LogTests {
  /// What a log writes.
  private static func written(
    _ style: Log.Style, mask: @escaping @Sendable (String) -> String = { $0 }, _ use: (Log) -> Void
  )
    -> [String]
  {
    final class Lines: Sendable { let value = Mutex<[String]>([]) }
    let lines = Lines()
    use(
      Log(style, mask: mask, now: { WallTime(microseconds: 1_790_000_000_500_000) }) { line in
        lines.value.withLock { $0.append(line) }
      })
    return lines.value.withLock { $0 }
  }

  @Test func theJournalGetsPriorities() {
    #expect(
      Self.written(.journal) { log in
        log(.error, "the database failed")
        log(.warning, stream: "gate", "connection refused")
        log(.info, stream: "gate", "frames are coming")
      } == ["<3>the database failed\n", "<4>gate: connection refused\n", "<6>gate: frames are coming\n"])
  }

  @Test func plainLinesHaveTheTime() {
    #expect(
      Self.written(.plain) { $0(.notice, "ready") } == ["2026-09-21T14:13:20.500000Z notice ready\n"])
  }

  @Test func whatIsSecretIsMaskedAndALineStaysALine() {
    let lines = Self.written(.journal, mask: { String($0.map { $0 == "s" ? "*" : $0 }) }) {
      $0(.error, stream: "gate", "pass\nword\u{1b}[31m")
    }
    #expect(lines == ["<3>gate: pa** word [31m\n"])
  }
}
