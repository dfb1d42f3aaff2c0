import ShuffleNet
import ShuffledCore

/// Options that name one of the published networks.
enum ArchitectureOptions {
  static let dialect = Option(
    "dialect", argument: "NAME", "who wrote the network down: article, torchvision or megvii")

  /// All names, in words.
  static let names = """
    \(Architecture.v2Names.joined(separator: ", ")), and shufflenet_v1_gG_xW with G groups (1, 2, 3, 4, 8) and \
    width W (0_25, 0_5, 1_0, 1_5, 2_0)
    """

  /// The dialect that is asked for; nil for none. Throws a usage failure for one that is not known.
  static func dialect(_ arguments: Arguments) throws -> Architecture.Dialect? {
    arguments.has("dialect") ? try arguments.choice("dialect", otherwise: .article) : nil
  }

  /// The network of a name that `--architecture` gave. Throws a usage failure where there is none.
  static func architecture(
    _ name: String, _ dialect: Architecture.Dialect?, classes: Int = 1000
  ) throws -> Architecture {
    guard let architecture = Architecture.named(name, dialect: dialect, classes: classes) else {
      if Architecture.names.contains(name), let dialect {
        throw Arguments.wrong("dialect", dialect.rawValue, "it has no \(name)")
      }
      throw Failure(
        .usage, cannot: "use --architecture", name, because: "it is not known",
        remedy: nearestName(to: name, in: Architecture.names).map { "did you mean '\($0)'?" }
          ?? "known are \(names)")
    }
    return architecture
  }
}
