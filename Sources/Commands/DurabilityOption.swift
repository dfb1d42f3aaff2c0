import Store

/// What a power cut may cost: the option of commands that write results.
enum DurabilityOption {
  static let option = Option(
    "durability", argument: "normal|full",
    "what a power cut may cost: the newest rows, or none (default: normal)")

  static func value(_ arguments: Arguments) throws -> Durability {
    try arguments.choice("durability", otherwise: .normal)
  }
}
