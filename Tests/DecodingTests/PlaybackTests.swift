import Decoding
import Dispatch
import Foundation
import ShuffledCore
import Synchronization
import TestSupport
import Testing

@Suite struct PlaybackTests {
  let folder: Folder
  let told = Told()

  init() throws { folder = try Folder() }

  /// What was reported.
  final class Told: Sendable {
    let failures = Mutex<[String]>([])
    var texts: [String] { failures.withLock { $0 } }
  }

  /// A clock that stands still until somebody waits.
  final class Clock: Sendable {
    let time = Mutex<(now: Instant, waits: [Duration])>((.now, []))
    var waits: [Duration] { time.withLock { $0.waits } }
    func advance(_ duration: Duration) { time.withLock { $0.now += duration } }
    var playback: PlaybackClock {
      PlaybackClock(
        now: { self.time.withLock { $0.now } },
        wait: { moment, _ in
          self.time.withLock {
            $0.waits.append(moment - $0.now)
            $0.now = moment
          }
        })
    }
  }

  private func play(
    _ path: String, loops: Bool = false, pace: Playback.Pace = .asFastAsPossible,
    _ selection: FrameSelection = .all, region: RegionOfInterest = .whole, firstSequence: Int64 = 0,
    _ interruption: Interruption = Interruption(), clock: PlaybackClock = .system
  ) throws -> Playback {
    try Playback(
      path: path, loops: loops, pace: pace, selection: selection, region: region,
      firstSequence: firstSequence, threads: 1, interruption: interruption,
      report: { [told] failure in told.failures.withLock { $0.append(failure.description) } }, clock: clock)
  }

  private func frames(_ playback: Playback, _ count: Int = .max) throws -> [Frame] {
    var frames: [Frame] = []
    while frames.count < count, let frame = try playback.next() { frames.append(frame) }
    return frames
  }

  private func times(_ frames: [Frame]) -> [Int64?] {
    frames.map { $0.mediaTime.map { $0.microseconds / 1000 } }
  }

  /// So many frames of 25 a second.
  @discardableResult
  private func video(_ name: String, frames: Int, _ options: [String] = ["-c:v", "libx264", "-g", "5"]) throws
    -> String
  {
    try folder.encode(
      name, source: "testsrc2=s=64x48:r=25:d=\(Double(frames) / 25)", options)
  }

  @Test func aFilePlaysOnce() throws {
    let playback = try play(video("a.mp4", frames: 10), firstSequence: 100)
    #expect(playback.information.codec == "h264")
    let frames = try frames(playback)
    #expect(frames.map(\.sequence) == Array(100..<110))
    #expect(times(frames) == (0..<10).map { $0 * 40 })
    #expect(try playback.next() == nil)
    #expect(playback.statistics.decoded == 10)
    #expect(playback.statistics.ended)
    #expect(!playback.statistics.endedEarly)
  }

  /// Numbers and times go on.
  @Test func aFilePlaysAgainAndAgain() throws {
    let playback = try play(video("a.ts", frames: 10), loops: true)
    let frames = try frames(playback, 25)
    #expect(frames.map(\.sequence) == Array(0..<25))
    let first = try #require(frames[0].mediaTime).microseconds
    #expect(frames.map { ($0.mediaTime?.microseconds ?? 0) - first } == (0..<25).map { $0 * 40_000 })
    #expect(playback.statistics.decoded == 25)
    #expect(playback.statistics.lastMediaTime == frames[24].mediaTime)
    #expect(!playback.statistics.ended)
  }

  @Test func aFolderPlaysInOrder() throws {
    try video("c.mp4", frames: 5)
    try video("a.mkv", frames: 10)
    try video("b.avi", frames: 5, ["-c:v", "mjpeg", "-s", "96x64"])
    try video(".hidden.mp4", frames: 5)
    try folder.write("no video", to: "b.txt")
    try #require(mkfifo(folder.file("a.pipe"), 0o600) == 0)
    try FileManager.default.createDirectory(atPath: folder.file("deeper"), withIntermediateDirectories: true)
    try video("deeper/d.mp4", frames: 5)
    let text = "cannot open video '\(folder.path)/b.txt': not a video that FFmpeg can read"
    let playback = try play(folder.path)
    let frames = try frames(playback)
    #expect(frames.map(\.sequence) == Array(0..<20))
    #expect(times(frames) == (0..<20).map { $0 * 40 })
    #expect(
      frames.map(\.picture.size.width) == [Int](repeating: 64, count: 10) + [
        96, 96, 96, 96, 96, 64, 64, 64, 64, 64,
      ])
    #expect(told.texts == [text])
    #expect(playback.statistics.decoded == 20)
    // Again and again, it is told once.
    let endless = try play(folder.path, loops: true)
    #expect(try self.frames(endless, 50).map(\.sequence) == Array(0..<50))
    #expect(told.texts == [text, text])
  }

  /// What is skipped has numbers and time as well.
  @Test func selectionsGoOnFromFileToFile() throws {
    let path = try video("a.mp4", frames: 25)
    let keyframes = try play(path, loops: true, .keyframes)
    let frames = try frames(keyframes, 10)
    #expect(frames.map(\.sequence) == (0..<10).map { $0 * 5 })
    #expect(times(frames) == (0..<10).map { $0 * 200 })
    #expect(keyframes.statistics.decoded == 10)
    #expect(keyframes.statistics.frames >= 45)
    let slow = try play(path, loops: true, .rate(5))
    #expect(try times(self.frames(slow, 10)) == (0..<10).map { $0 * 200 })
    let third = try play(path, loops: true, .every(7))
    #expect(try self.frames(third, 10).map(\.sequence) == (0..<10).map { $0 * 7 })
  }

  /// The files' own times, as the container has them, do not matter.
  @Test func timesIncreaseWhateverTheFilesSay() throws {
    try video("a.ts", frames: 10, ["-c:v", "libx264", "-output_ts_offset", "3600"])
    try video("b.ts", frames: 10, ["-c:v", "libx264"])
    try video("c.h264", frames: 10, ["-c:v", "libx264", "-bf", "0"])
    try video("d.mp4", frames: 10)
    let playback = try play(folder.path, loops: true)
    let frames = try frames(playback, 80)
    #expect(frames.map(\.sequence) == Array(0..<80))
    let times = frames.compactMap(\.mediaTime?.microseconds)
    #expect(times.count >= 60)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(times)")
  }

  // MARK: Pace

  @Test func framesComeWhenTheyAreDue() throws {
    let clock = Clock()
    let playback = try play(video("a.mp4", frames: 10), loops: true, pace: .mediaTime, clock: clock.playback)
    _ = try frames(playback, 15)
    #expect(clock.waits == [Duration](repeating: .milliseconds(40), count: 14))
    // A short delay is caught up with,
    clock.advance(.milliseconds(100))
    _ = try frames(playback, 3)
    #expect(clock.waits.suffix(1) == [.milliseconds(20)])
    // after a long one it goes on from there.
    clock.advance(.seconds(5))
    _ = try frames(playback, 2)
    #expect(clock.waits.suffix(2) == [.milliseconds(20), .milliseconds(40)])
  }

  @Test func frameRatePacesFramesWithoutTimestamps() throws {
    let clock = Clock()
    let path = try folder.encode(
      "a.h264", source: "testsrc2=s=64x48:r=10:d=1", ["-c:v", "libx264", "-bf", "2"])
    let frames = try frames(play(path, pace: .mediaTime, clock: clock.playback))
    #expect(frames.count == 10)
    let total = clock.waits.reduce(.zero, +)
    #expect(total > .milliseconds(300) && total < .seconds(1), "\(clock.waits)")
  }

  @Test func aLeapOfTimestampsIsNotWaitedFor() {
    var pacer = Pacer()
    let now = Instant.now
    func due(_ seconds: Double?, _ sequence: Int64, rate: Double? = 25) -> Double {
      let time = seconds.map { MediaTime(microseconds: Int64($0 * 1e6)) }
      return (pacer.due(time, sequence: sequence, frameRate: rate, now: now) - now).milliseconds.rounded()
    }
    #expect(due(7, 0) == 0)
    #expect(due(7.04, 1) == 40)
    #expect(due(nil, 2) == 80)
    #expect(due(nil, 4) == 160)
    // Two minutes for as many frames as take them are no leap.
    #expect(due(127.12, 3003) == 120_120)
    #expect(due(90_000, 3004) == 0)
    #expect(due(90_000.5, 3005) == 500)
    #expect(due(3, 3006) == 0)
    #expect(due(nil, 3007, rate: nil) == 40)
    #expect(due(nil, 3008, rate: 0) == 80)
  }

  /// Real time, by the system's clock: the interruption ends a wait that would last for minutes.
  @Test func interruptionsEndAWait() throws {
    let path = try folder.encode("slow.mkv", source: "testsrc2=s=64x48:r=1/600:d=1800", ["-c:v", "ffv1"])
    let interruption = Interruption()
    let playback = try play(path, pace: .mediaTime, .all, interruption)
    _ = try playback.next()
    DispatchQueue.global().async { interruption.interrupt() }
    let began = Instant.now
    let failure = #expect(throws: Failure.self) { try playback.next() }
    #expect(failure?.description == "cannot play video '\(path)': interrupted")
    #expect(Instant.now - began < .seconds(30))
    #expect(throws: Failure.self) { try playback.next() }
  }

  // MARK: Failures

  @Test func whatCannotBePlayed() throws {
    func text(_ path: String) -> String? {
      #expect(throws: Failure.self) { _ = try self.frames(self.play(path), 1) }?.description
    }
    #expect(
      text(folder.file("none.mp4"))
        == "cannot open video '\(folder.path)/none.mp4': no such file (check the path)")
    #expect(text(folder.path) == "cannot play folder '\(folder.path)': there is no file in it")
    try folder.write("no video", to: "b.txt")
    try folder.write("neither", to: "a.txt")
    #expect(
      text(folder.path)
        == "cannot play folder '\(folder.path)': none of its files can be played; of the first: "
        + "cannot open video '\(folder.path)/a.txt': not a video that FFmpeg can read")
    #expect(told.texts.count == 2)
  }

  /// Files that open but give nothing: an end, not an endless search.
  @Test func aPassWithoutAFrameIsAFailure() throws {
    let region = try #require(RegionOfInterest(x: 0, y: 0, width: 0.1, height: 0.1))
    try video("a.mp4", frames: 5)
    try video("b.mp4", frames: 5)
    let playback = try play(folder.path, loops: true, region: region)
    let failure = #expect(throws: Failure.self) { try playback.next() }
    #expect(
      failure?.description.hasPrefix(
        "cannot play folder '\(folder.path)': none of its files can be played; of the first: cannot decode video '\(folder.path)/a.mp4': the region"
      ) == true, "\(String(describing: failure))")
    #expect(told.texts.count == 2)
    let single = try play(folder.file("a.mp4"), loops: true, region: region)
    #expect(throws: Failure.self) { try single.next() }
  }

  @Test func filesThatComeAndGoWhileItPlays() throws {
    try video("a.mp4", frames: 5)
    let playback = try play(folder.path, loops: true)
    #expect(try frames(playback, 5).count == 5)
    try video("b.mp4", frames: 5, ["-c:v", "mpeg4"])
    _ = try frames(playback, 6)
    #expect(playback.information.codec == "mpeg4")
    try FileManager.default.removeItem(atPath: folder.file("a.mp4"))
    #expect(try frames(playback, 20).last?.sequence == 30)
    #expect(playback.information.codec == "mpeg4")
    try FileManager.default.removeItem(atPath: folder.file("b.mp4"))
    let failure = #expect(throws: Failure.self) { while try playback.next() != nil {} }
    #expect(failure?.description == "cannot play folder '\(folder.path)': there is no file in it")
  }

  // MARK: Selection

  /// After keyframes, nothing that leans on frames which were left out.
  @Test(arguments: [
    ["-bf", "0", "-g", "10"], ["-bf", "3", "-g", "10"], ["-bf", "3", "-x264-params", "open-gop=1:keyint=10"],
  ])
  func whatIsWantedChanges(options: [String]) throws {
    let path = try folder.encode(
      "a.mp4", source: "testsrc2=s=160x96:r=25:d=4,format=yuv420p", ["-c:v", "libx264"] + options)
    let whole = Dictionary(
      try DecodingTests.frames(open(path)).map { ($0.sequence, digest($0)) }, uniquingKeysWith: { $1 })
    let playback = try play(path)
    var given: [Frame] = try frames(playback, 5)
    #expect(given.map(\.sequence) == [0, 1, 2, 3, 4])
    playback.select(.keyframes)
    given += try frames(playback, 3)
    #expect(given.suffix(3).allSatisfy { $0.sequence % 10 < 3 })
    playback.select(.all)
    given += try frames(playback, 12)
    playback.select(.rate(5))
    given += try frames(playback, 2)
    playback.select(.keyframes)
    playback.select(.every(2))
    given += try frames(playback)
    for frame in given { #expect(whole[frame.sequence] == digest(frame), "\(frame.sequence)") }
    let numbers = given.map(\.sequence)
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count, "\(numbers)")
    #expect(playback.statistics.frames == 100)
    #expect(playback.statistics.damagedFrames == 0 && playback.statistics.damagedPackets == 0)
    // Between the two stretches of all frames there is nothing but keyframes.
    #expect(playback.statistics.selected == Int64(given.count))
  }
}
