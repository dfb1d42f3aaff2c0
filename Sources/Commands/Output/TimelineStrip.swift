import Results
import ShuffledCore
import Store

extension [TimelineRow] {
  /// A strip of letters each, with the times of its ends, and what the letters mean.
  /// - label: tell how much of each cell has this one, instead.
  func strips(of label: String?) -> String {
    var text = ""
    let letters = label == nil ? letters : [:]
    for row in self {
      if !text.isEmpty { text += "\n" }
      if row.cells.isEmpty {
        text += "\(row.name): none of its frames is kept, or none has a media time\n"
        continue
      }
      text += row.title + "\n" + row.ruler + "\n"
      text += String(row.cells.map { $0.sign(of: label, letters) }) + "\n"
      text += row.legend(letters, label)
    }
    return text
  }

  /// A letter for each label: one that it has, the first that is free; the most frequent label chooses first.
  private var letters: [String: Character] {
    var frames: [String: Int64] = [:]
    for cell in flatMap(\.cells) { frames.merge(cell.labels, uniquingKeysWith: +) }
    var letters: [String: Character] = [:]
    var free = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    for (label, _) in frames.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let wanted = label.lowercased() + label.uppercased() + "abcdefghijklmnopqrstuvwxyz0123456789"
      guard let letter = wanted.first(where: { free.contains($0) }) else { continue }
      free.remove(letter)
      letters[label] = letter
    }
    return letters
  }
}

extension TimelineRow {
  fileprivate var title: String {
    let cell = width >= 1_000_000 ? clockText(seconds: Double(width) / 1e6) : "\(width / 1_000) ms"
    return "\(name): \(cells.count) cells of \(cell)"
  }

  fileprivate var name: String { printable(stream) + (run.map { ", run \($0)" } ?? "") }

  /// The times of the strip's ends, above them.
  fileprivate var ruler: String {
    let end = start + Int64(cells.count) * width
    let (first, last) = (timeText(start), timeText(end))
    let room = cells.count - first.count - last.count
    return room > 0 ? first + String(repeating: " ", count: room) + last : "\(first) to \(last)"
  }

  private func timeText(_ time: Int64) -> String {
    switch clock {
    case .media: clockText(seconds: Double(time) / 1e6)
    case .wall: String(WallTime(microseconds: time).rfc3339.prefix(16).map { $0 == "T" ? " " : $0 })
    }
  }

  /// The labels by how much of all frames they have.
  fileprivate func legend(_ letters: [String: Character], _ label: String?) -> String {
    var frames: [String: Int64] = [:]
    for cell in cells { frames.merge(cell.labels, uniquingKeysWith: +) }
    let total = frames.values.reduce(0, +)
    guard total > 0 else { return "  nothing was classified\n" }
    if let label {
      return "  \(printable(label)) in \(frames[label] ?? 0) of \(total) frames\n"
    }
    return frames.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(12).map { name, count in
      "  \(letters[name] ?? "?") \(printable(name)) \(percent(Double(count) / Double(total)))\n"
    }.joined()
  }
}

extension TimelineRow.Cell {
  fileprivate func sign(of label: String?, _ letters: [String: Character]) -> Character {
    guard frames > 0 else { return (unwatched ?? 0) > 0.5 ? " " : "." }
    guard let label else { return self.label.flatMap { letters[$0] } ?? "?" }
    let share = Double(labels[label] ?? 0) / Double(frames)
    if share == 0 { return "_" }
    if share == 1 { return "#" }
    return Character("\(Swift.max(1, Swift.min(9, Int(share * 10))))")
  }
}
