import ShuffledCore

extension FrameSelection {
  /// As people read it.
  var text: String {
    switch self {
    case .all: "all"
    case .every(let n): "every \(n)"
    case .rate(let rate): "\(decimal(rate)) fps"
    case .keyframes: "keyframes"
    }
  }

  /// As runs' rows keep it.
  var setting: (String, JSON) {
    switch self {
    case .all: ("every", .integer(1))
    case .every(let n): ("every", .integer(Int64(n)))
    case .rate(let rate): ("fps", .number(rate))
    case .keyframes: ("keyframes", .boolean(true))
    }
  }
}
