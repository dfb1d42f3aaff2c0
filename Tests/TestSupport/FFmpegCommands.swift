/// Runs `ffmpeg` or `ffprobe`, which must succeed; returns its output.
@discardableResult
package func run(_ command: String, _ arguments: [String]) throws -> String {
  try output(of: [command, "-v", "error"] + (command == "ffmpeg" ? ["-nostdin"] : []) + arguments)
}

/// Whether this FFmpeg can encode with `name`.
package func hasEncoder(_ name: String) throws -> Bool {
  try run("ffmpeg", ["-hide_banner", "-encoders"]).contains(" \(name) ")
}

/// ffprobe's count of decoded frames.
package func probedCount(_ path: String) throws -> Int {
  let text = try run(
    "ffprobe",
    [
      "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0",
      "file:" + path,
    ])
  guard let count = text.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) }) else {
    throw CommandFailure(description: "ffprobe counted no frames in \(path): \(text)")
  }
  return count
}

/// ffprobe's timestamps of decoded frames, in microseconds, nil where there is none.
package func probedTimes(_ path: String) throws -> [Int64?] {
  let base = try run(
    "ffprobe",
    ["-select_streams", "v:0", "-show_entries", "stream=time_base", "-of", "csv=p=0", "file:" + path])
  let parts = base.split(whereSeparator: { !$0.isNumber }).compactMap { Int64($0) }
  let (numerator, denominator) = (parts[0], parts[1])
  let text = try run(
    "ffprobe",
    [
      "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp", "-of", "csv=p=0",
      "file:" + path,
    ])
  return text.split(separator: "\n").map { line in
    let field = line.prefix { $0 != "," }
    guard let time = Int64(field) else { return nil }
    // Rounded to the nearest, halves away from zero.
    let scaled = 2 * time * 1_000_000 * numerator
    return (scaled + (scaled < 0 ? -denominator : denominator)) / (2 * denominator)
  }
}
