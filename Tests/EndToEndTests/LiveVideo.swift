import Foundation
import Glibc
import TestSupport
import Testing

/// A named pipe that poses as a video file.
struct Pipe {
  let path: String

  init(_ name: String, in folder: Folder) throws {
    path = folder.file(name)
    try #require(mkfifo(path, 0o600) == 0)
  }

  /// Waits until the program has opened the pipe for reading, and opens it for writing.
  func openForWriting(while call: Call) throws -> Int32 {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if descriptor >= 0 { return descriptor }
      sched_yield()
    }
    throw CommandFailure(description: "nobody opened \(path)")
  }
}

/// A video without end, in a named pipe: whoever reads it is busy until something else ends it.
final class EndlessVideo {
  private let feeder: Call

  init(_ name: String, in folder: Folder) throws {
    _ = try Pipe(name, in: folder)
    try folder.encode(
      "piece.ts", source: "testsrc2=s=64x48:r=25:d=20", ["-c:v", "libx264", "-preset", "ultrafast"])
    feeder = try Call(
      ["/bin/sh", "-c", "while cat piece.ts; do :; done >\"$0\" 2>&-", name], in: folder)
  }

  /// The reader is gone, so the feeder ends.
  func end() throws { _ = try feeder.end() }
}

/// How many frames of a run are committed; 0 while there is no database yet.
func committed(_ run: Int, in folder: Folder) throws -> Int {
  let frames = try? sqlite("SELECT frames_classified FROM runs WHERE id = \(run)", in: folder)
  return frames.flatMap { Int($0) } ?? 0
}
