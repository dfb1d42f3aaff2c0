import CTerminal

/// Text as a terminal may show it: control characters, which could move its cursor or change its state, become a
/// replacement character. File names, labels and errors come from outside.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { result.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
  return String(result)
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
    || scalar.properties.generalCategory == .lineSeparator
    || scalar.properties.generalCategory == .paragraphSeparator
}

/// How many columns of a terminal a printable text takes: none for what combines, two for wide characters.
package func displayWidth(_ text: String) -> Int {
  if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
  useUTF8
  return text.unicodeScalars.reduce(0) { $0 + max(0, Int(shuffled_columns($1.value))) }
}

/// Done once, when first needed.
private let useUTF8: Void = shuffled_use_utf8()

/// The text, cut in the middle to at most so many columns.
package func shortened(_ text: String, to columns: Int) -> String {
  guard displayWidth(text) > columns else { return text }
  guard columns > 1 else { return String(repeating: "…", count: max(0, columns)) }
  var (head, tail) = ("", "")
  var room = columns - 1
  var (front, back) = (Array(text)[...], 0)
  while !front.isEmpty {
    let fromFront = back % 2 == 0
    guard let next = fromFront ? front.popFirst() : front.popLast() else { break }
    room -= displayWidth(String(next))
    if room < 0 { break }
    if fromFront { head.append(next) } else { tail.insert(next, at: tail.startIndex) }
    back += 1
  }
  return head + "…" + tail
}

/// Padded with spaces on the right to a width in columns.
func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - displayWidth(text)))
}

/// Padded with spaces on the left to a width in columns.
func right(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - displayWidth(text))) + text
}
