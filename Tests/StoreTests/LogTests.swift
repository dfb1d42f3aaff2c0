import Dispatch
import Foundation
import ShuffledCore
import Store
import Synchronization
import Testing

/// Readers and the write-ahead log: what holds it up, and what does not.
@Suite struct LogTests {
  let folder = TemporaryFolder()

  private func logSize(_ path: String) -> Int {
    var status = stat()
    return stat(path + "-wal", &status) == 0 ? Int(status.st_size) : 0
  }

  private func records(_ range: Range<Int64>) -> [FrameRecord] {
    range.map { classified($0, [(1, 0.9), (2, 0.05)]) }
  }

  /// Whoever takes long over the rows (a pager, a pipe) holds nothing up, and sees nothing that came later.
  @Test func aQueryHoldsNothingWhileItsRowsAreLookedAt() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    let writer = try RunWriter(database: database, run: run(), batching: manual)
    for record in records(0..<5_000) { try writer.append(record) }
    try writer.flush()
    let reader = try Database.openForReading(path: path)
    var seen: [Int64] = []
    try reader.frames { frame in
      if [0, 2_500].contains(frame.sequence) {
        for record in records((5_000 + frame.sequence)..<(6_000 + frame.sequence)) {
          try writer.append(record)
        }
        try writer.flush()
        #expect(try rows("PRAGMA wal_checkpoint(TRUNCATE)", in: database) == [["0", "0", "0"]])
        if frame.sequence == 0 { try write(records(0..<10), as: run("later"), to: database) }
      }
      seen.append(frame.sequence)
    }
    #expect(seen == Array(0..<5_000))
    try writer.finish(.complete)
  }

  @Test(arguments: [1, 2_047, 2_048, 2_049, 4_096, 6_000])
  func pagesAndLimits(limit: Int) throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    try write(records(0..<3_000), to: database)
    try write(records(0..<3), as: run("other"), to: database)
    try write(records(7..<2_055), to: database)
    var seen: [[Int64]] = []
    try database.frames(limit: limit) { seen.append([$0.run, $0.sequence]) }
    var all: [[Int64]] = (0..<3_000).map { [1, $0] }
    all += (0..<3).map { [2, $0] } + (7..<2_055).map { [3, $0] }
    #expect(seen == Array(all.prefix(limit)))
  }

  /// Queries that follow each other without a pause let the log begin anew all the same.
  @Test func readersInTurnDoNotHoldItUp() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    try write(records(0..<20_000), to: database)
    let isDone = Atomic(false)
    let group = DispatchGroup()
    for _ in 0..<3 {
      DispatchQueue.global().async(group: group) {
        #expect(throws: Never.self) {
          while !isDone.load(ordering: .relaxed) {
            let reader = try Database.openForReading(path: path)
            defer { reader.close() }
            try reader.frames(matching: QueryFilter(run: 1)) { _ in }
          }
        }
      }
    }
    try write(records(0..<300_000), to: database)
    let size = logSize(path)
    isDone.store(true, ordering: .relaxed)
    group.wait()
    print("with readers in turn, the log is \(size) bytes long after 300,000 frames")
    #expect(size < 64 << 20)
  }

  /// Another program that reads one moment for long: the log must grow, which is told once; afterwards it is short again.
  @Test func aReaderOfAnOldMomentIsTold() throws {
    let path = folder.file("x.db")
    let told = Mutex<[LogHold]>([])
    let database = try Database.openForWriting(path: path, command: "test") { hold in
      told.withLock { $0.append(hold) }
    }
    func write(megabytes: Int) throws {
      try database.withConnection { connection in
        try connection.transaction {
          try connection.execute(
            "INSERT INTO filler VALUES (zeroblob(\(megabytes) << 20)); DELETE FROM filler")
        }
      }
    }
    try database.withConnection { try $0.execute("CREATE TABLE filler(x)") }
    let program = ForeignConnection(path)
    program.execute("BEGIN; SELECT count(*) FROM runs")
    try write(megabytes: 40)
    #expect(told.withLock { $0 } == [])
    for _ in 0..<3 { try write(megabytes: 40) }
    let holds = told.withLock { $0 }
    #expect(holds.count == 1)
    let hold = try #require(holds.first)
    #expect(hold.bytes >= 64 << 20 && hold.bytes < 128 << 20)
    #expect(
      hold.description
        == "'\(path)-wal' has grown to \(hold.bytes >> 20) MiB: this process reads an old moment of the database, "
        + "and it grows until that ends (end it, or wait for it)")
    #expect(logSize(path) > 64 << 20)
    program.execute("COMMIT")
    for _ in 0..<2 { try write(megabytes: 1) }
    #expect(logSize(path) <= 64 << 20)
    #expect(told.withLock { $0.count } == 1)
  }

  @Test func whoReadsAnOldMoment() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    var status = stat()
    #expect(stat(path + "-shm", &status) == 0)
    let locks = """
      1: FLOCK  ADVISORY  WRITE 1 fe:00:\(status.st_ino) 0 EOF
      2: POSIX  ADVISORY  READ  \(getpid()) fe:00:\(status.st_ino) 128 128
      3: POSIX  ADVISORY  READ  4194305 fe:00:\(status.st_ino) 123 123
      4: POSIX  ADVISORY  READ  4194306 fe:00:\(status.st_ino) 125 125
      5: POSIX  ADVISORY  READ  4194307 fe:00:\(status.st_ino + 1) 125 125
      6: POSIX  ADVISORY  READ  \(getpid()) fe:00:\(status.st_ino) 124 124
      7: POSIX  ADVISORY  READ  -1 fe:00:\(status.st_ino) 124 124
      7: -> POSIX  ADVISORY  WRITE 4194308 fe:00:\(status.st_ino) 124 124
      """
    #expect(LogHold.holders(of: path, locks: locks) == ["this process", "process 4194306"])
    #expect(LogHold.holders(of: folder.file("none.db"), locks: locks) == [])
    withExtendedLifetime(database) {}
  }
}
