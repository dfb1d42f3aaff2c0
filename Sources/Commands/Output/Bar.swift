/// ` [=====>    ]`, as wide as its inside and three more; nothing where that is too little to show anything.
/// - share: 0 to 1.
func bar(_ share: Double, width: Int) -> String {
  guard width >= 4 else { return "" }
  let filled = Int(share * Double(width))
  let head = filled < width ? ">" : ""
  return " [" + String(repeating: "=", count: filled) + head
    + String(repeating: " ", count: max(0, width - filled - head.count)) + "]"
}
