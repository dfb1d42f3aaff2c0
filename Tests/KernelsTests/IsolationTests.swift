import Kernels
import TestSupport
import Testing

/// Three builds of the same sources lie in one program. Were a function of two of them to have the same name, the linker
/// would keep one, and an old processor might meet AVX instructions: so their object files are read.
@Suite(.enabled(if: hasCommand("objdump"), "objdump is not installed (make test does it: binutils)"))
struct IsolationTests {
  static let modules = ["KernelsPortable", "KernelsAVX2", "KernelsAVX512"]

  /// Instructions that a processor with this set does not have: all that AVX brought begin with v.
  private static func foreign(
    to module: String, _ instructions: [BuiltCode.Instruction]
  ) -> [BuiltCode.Instruction] {
    instructions.filter { instruction in
      let wide = instruction.operands.contains("%zmm") || instruction.operands.contains("%k")
      // Of the upper sixteen registers, which only AVX-512 has.
      let upper = instruction.operands.contains(/%[xy]mm(1[6-9]|2\d|3[01])/)
      switch module {
      case "KernelsPortable":
        return wide || upper || instruction.operands.contains("%ymm") || instruction.mnemonic.hasPrefix("v")
      case "KernelsAVX2": return wide || upper
      default: return false
      }
    }
  }

  #if arch(x86_64)
    @Test(arguments: modules) func onlyItsOwnInstructions(module: String) throws {
      let instructions = try BuiltCode(target: module).instructions()
      #expect(instructions.count > 5000, "the object files were read")
      #expect(Self.foreign(to: module, instructions).isEmpty)
    }

    /// The check finds what it looks for.
    @Test func theWiderBuildsAreSeen() throws {
      let avx2 = try BuiltCode(target: "KernelsAVX2").instructions()
      let avx512 = try BuiltCode(target: "KernelsAVX512").instructions()
      #expect(Self.foreign(to: "KernelsPortable", avx2).count > 1000)
      #expect(Self.foreign(to: "KernelsAVX2", avx512).count > 1000)
      func fused(_ instructions: [BuiltCode.Instruction], _ register: String) -> Int {
        instructions.count { $0.mnemonic.hasPrefix("vfmadd") && $0.operands.contains(register) }
      }
      #expect(fused(avx2, "%ymm") > 300 && fused(avx512, "%zmm") > 300)
    }
  #endif

  /// A function that two modules might share carries its module's name.
  @Test(arguments: modules) func noFunctionIsShared(module: String) throws {
    let functions = try BuiltCode(target: module).sharedFunctions()
    #expect(functions.count > 20, "there are such functions: specialisations of generics")
    let prefix = "$s\(module.count)\(module)"
    #expect(functions.filter { !$0.hasPrefix(prefix) } == [])
  }

  /// Kernels call nobody: no library, no allocation, no reference count, and no lock.
  @Test(arguments: modules) func kernelsCallNobody(module: String) throws {
    let code = try BuiltCode(target: module)
    let foreign = try code.undefinedSymbols().filter { !$0.hasPrefix("$s\(module.count)\(module)") }
    #expect(foreign == [])
    #expect(try code.instructions().filter { $0.mnemonic == "lock" }.map(\.function) == [])
  }

  /// The forward pass itself neither.
  @Test func aForwardPassTakesNoLock() throws {
    let functions = try BuiltCode(target: "ShuffleNet").instructions().filter {
      $0.function.contains("11ForwardPassC3run") || $0.function.contains("11ForwardPassC7execute")
    }
    #expect(functions.count > 100, "the functions were found")
    #expect(functions.filter { $0.mnemonic == "lock" || $0.mnemonic == "mfence" }.map(\.function) == [])
  }
}
