import ShuffledCore

/// What the bar says at one moment. Pure.
package struct ProgressLine {
  var title: String
  var decoded: Int64
  /// How many frames there should be, where that is known.
  var expected: Int64?
  var elapsed: Duration
  var media: MediaTime?

  package init(title: String, decoded: Int64, expected: Int64?, elapsed: Duration, media: MediaTime?) {
    self.title = title
    self.decoded = decoded
    self.expected = expected
    self.elapsed = elapsed
    self.media = media
  }

  /// The line, shorter than `columns`: `gate.mp4 [=====>    ]  52% 780/1500  61 fps  at 0:31  left 0:12`.
  package func text(columns: Int) -> String {
    let rate = Double(decoded) / max(elapsed.seconds, 0.001)
    var facts = ""
    var share: Double?
    if let expected, expected > 0 {
      let done = min(1, Double(decoded) / Double(expected))
      share = done
      let total = "\(max(expected, decoded))"
      facts += " " + right("\(Int(done * 100))%", 4) + " " + right("\(decoded)", total.count) + "/" + total
    } else {
      facts += " \(counted(decoded, "frame"))"
    }
    facts += "  \(decimal(rate, 0)) fps"
    if let media { facts += "  at \(clockText(seconds: Double(media.microseconds) / 1e6))" }
    if let expected, rate > 0, decoded > 0 {
      facts += "  left \(clockText(seconds: Double(max(0, expected - decoded)) / rate))"
    }
    let room = columns - 1 - facts.count
    let name = shortened(printable(title), to: max(8, room / 2))
    let shown = share.map { bar($0, width: min(30, room - displayWidth(name) - 3)) } ?? ""
    let line = name + shown + facts
    // Where not even the numbers fit, there is no room for a name in two columns a character.
    return displayWidth(line) < columns ? line : String((shown + facts).prefix(max(0, columns - 1)))
  }
}
