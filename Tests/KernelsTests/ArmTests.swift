import Foundation
import TestSupport
import Testing

/// The portable kernels are written for 64-bit Arm too. The toolchain has the embedded standard library for it, which is
/// enough: kernels hold nothing but pointers and SIMD.
@Suite(.enabled(if: swiftLibraries != nil, "this toolchain has no embedded standard library for 64-bit Arm"))
struct ArmTests {
  @Test func kernelsCompileForArm() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources").path
    let folder = try Folder()
    func sources(_ target: String, except: Set<String> = []) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(target)").sorted()
        .filter { $0.hasSuffix(".swift") && !except.contains($0) }.map { "\(root)/\(target)/\($0)" }
    }
    // What Swift cannot name, without the C library's part of it.
    try folder.write(
      "module CInstructions { header \"\(root)/CInstructions/include/VectorInstructions.h\" }",
      to: "module.modulemap")
    let common = [
      "swiftc", "-target", "aarch64-none-none-elf", "-enable-experimental-feature", "Embedded", "-wmo",
      "-Ounchecked", "-parse-as-library", "-swift-version", "6", "-I", folder.path, "-Xcc", "-ffreestanding",
    ]
    // Memory from the C library, which an embedded target lacks, is for the kernels' callers.
    try output(
      of: common + ["-emit-module", "-emit-module-path", folder.file("KernelInterface.swiftmodule")]
        + ["-module-name", "KernelInterface"]
        + sources("KernelInterface", except: ["AlignedMemory.swift"]))
    let assembly = folder.file("kernels.s")
    try output(
      of: common + [
        "-emit-assembly", "-o", assembly, "-module-name", "KernelsPortable", "-D", "KERNELS_PORTABLE",
      ]
        + sources("KernelSources"))
    let text = try String(contentsOfFile: assembly, encoding: .utf8)
    for kernel in ["pointwiseF32", "stemConvolutionF32", "depthwiseF32", "maxPoolF32", "resizePlaneU8"] {
      #expect(text.contains(kernel))
    }
    // One instruction multiplies and adds four lanes, as the tiles are meant to.
    let fused = text.split(separator: "\n").count { $0.contains("fmla") && $0.contains(".4s") }
    #expect(fused > 300)
  }
}

/// Where the toolchain keeps it; nil where it does not.
private let swiftLibraries: String? = {
  guard let swiftc = try? output(of: ["sh", "-c", "readlink -f \"$(command -v swiftc)\""]) else { return nil }
  let folder = URL(fileURLWithPath: swiftc.trimmingCharacters(in: .newlines)).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("lib/swift/embedded/aarch64-none-none-elf").path
  return FileManager.default.fileExists(atPath: folder) ? folder : nil
}()
