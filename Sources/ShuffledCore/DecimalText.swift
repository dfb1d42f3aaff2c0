/// A number with so many decimals: `decimal(2.5, 3)` is `2.500`. Without a count, no more than needed, at most 6.
package func decimal(_ value: Double, _ places: Int? = nil) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  let wanted = places ?? 6
  var scale = 1.0
  for _ in 0..<wanted { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let units = Int64(scaled)
  let fraction = wanted == 0 ? "" : String(units % Int64(scale))
  var text = String(units / Int64(scale))
  if wanted > 0 { text += "." + String(repeating: "0", count: wanted - fraction.count) + fraction }
  if places == nil {
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
  }
  return value < 0 && units != 0 ? "-" + text : text
}
