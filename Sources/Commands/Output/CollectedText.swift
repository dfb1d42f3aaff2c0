/// Text that is kept.
final class CollectedText: TextOutput {
  private(set) var text = ""

  func write(_ text: String) { self.text += text }
}
