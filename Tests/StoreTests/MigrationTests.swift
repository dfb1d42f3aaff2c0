import Segmentation
import ShuffledCore
import Store
import TestSupport
import Testing

/// Databases of every earlier version get what is new, and keep what they have.
@Suite struct MigrationTests {
  let folder = TemporaryFolder()

  /// Two frames of one run, two seconds apart in media time.
  private func old(_ version: Int, _ path: String) {
    let schemas = [schemaVersion1, schemaVersion2].prefix(version).joined(separator: "\n")
    ForeignConnection(path).execute(
      """
      \(schemas)
      PRAGMA application_id = \(0x5348_464C); PRAGMA user_version = \(version); PRAGMA journal_mode = WAL;
      INSERT INTO streams VALUES (1, 'gate', '/videos/gate.mp4');
      INSERT INTO models VALUES (1, 'abab', 'old', '{}');
      INSERT INTO labels VALUES (1, 0, 'tench'), (1, 1, 'cat');
      INSERT INTO runs (id, stream_id, model_id, settings, program, started_us, ended_us, state, frames_classified)
        VALUES (1, 1, 1, '{}', 'shuffled 0.1.0', 1, 50000, 'complete', 2);
      INSERT INTO batches VALUES (1, 1, 0, 1, 40000, 0, 5, 7);
      INSERT INTO frames (id, media_us, wall_us, state, label, confidence, decode_us, wait_us, preprocess_us, inference_us, queued_us)
        VALUES ((1 << 36) | 0, 0, 0, 0, 1, 65535, 1, 1, 2, 3, 1),
          ((1 << 36) | 1, 2000000, 40000, 0, 1, 65535, 1, 1, 2, 3, 1);
      """)
  }

  private let plain = SegmentationSettings(smoothing: .zero, minimumDuration: .zero)

  @Test(arguments: 1...2) func anOlderDatabaseIsBroughtForward(_ version: Int) throws {
    let path = folder.file("x.db")
    old(version, path)
    let refused = failure { try Database.openForReading(path: path) }
    #expect(
      refused?.description
        == "cannot open database '\(path)': schema version \(version) is older than this program's 3 (let shuffled write to it once)"
    )
    let database = try openForWriting(path)
    #expect(try rows("PRAGMA user_version", in: database) == [["3"]])
    #expect(try rows("SELECT count(*) FROM results WHERE label = 'cat'", in: database) == [["2"]])
    #expect(try database.segments() == [])
    #expect(try database.replay { _, _ in plain }.map(\.end) == [2_000_000])
    #expect(try rows("PRAGMA foreign_key_check", in: database) == [])
    // Its frames are in rollups now.
    #expect(try rows("SELECT rolled_up_sequence, pruned_sequence FROM runs", in: database) == [["1", "-1"]])
    #expect(
      try rows("SELECT * FROM minutes", in: database) == [["1", "0", "0", "1", "2", "0", "0"]])
    #expect(try rows("SELECT * FROM hours", in: database) == [["1", "0", "0", "1", "2", "0", "0"]])
    #expect(
      try rows("SELECT * FROM minute_labels", in: database)
        == [["1", "0", "1", "2", "131070", "1", "40001", "0", "2000000"]])
    #expect(
      try rows("SELECT stage, sum_us, max_us FROM minute_latencies", in: database)
        == [
          ["0", "2", "1"], ["1", "2", "1"], ["2", "4", "2"], ["3", "6", "3"], ["4", "16", "8"],
          ["5", "30", "15"],
        ])
    #expect(try database.check().problems == [])
    #expect(try database.summary()[0].labels.map(\.count) == [2])
  }

  /// Once is enough.
  @Test func openingItAgainAddsNothing() throws {
    let path = folder.file("x.db")
    old(2, path)
    try openForWriting(path).close()
    let again = try openForWriting(path)
    #expect(try rows("SELECT count(*) FROM minutes", in: again) == [["1"]])
    #expect(try again.check().problems == [])
  }
}
