import CInstructions
import KernelInterface
import KernelsAVX2
import KernelsAVX512
import KernelsPortable
import ShuffledCore

/// The instruction sets that the kernels are built for.
public enum InstructionSet: String, CaseIterable, Sendable {
  case portable, avx2, avx512

  /// Whether this processor, under this operating system, can run it.
  public var isAvailable: Bool {
    switch self {
    case .portable: true
    case .avx2: shuffled_supports_avx2()
    case .avx512: shuffled_supports_avx512()
    }
  }

  public var kernels: KernelTable {
    switch self {
    case .portable: KernelsPortable.kernelTable
    case .avx2: KernelsAVX2.kernelTable
    case .avx512: KernelsAVX512.kernelTable
    }
  }

  /// The widest that is available.
  public static var best: InstructionSet { allCases.last { $0.isAvailable } ?? .portable }

  /// The one that `name` asks for, or the best where it asks for none (nil or empty).
  /// Throws a usage failure for a name that is unknown, and `unavailable` for one that cannot run here.
  public static func named(_ name: String?) throws -> InstructionSet {
    guard let name, !name.isEmpty else { return best }
    guard let chosen = InstructionSet(rawValue: name) else {
      throw Failure(
        .usage, cannot: "use instruction set", name, because: "it is not known",
        remedy: "known are " + allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard chosen.isAvailable else {
      let available = allCases.filter(\.isAvailable).map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .unavailable, cannot: "use instruction set", name,
        because: "this processor or operating system does not support it",
        remedy: "available are \(available)")
    }
    return chosen
  }
}
