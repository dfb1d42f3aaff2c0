import Foundation
import TestSupport
import Testing

private let emulator = "/usr/bin/qemu-x86_64"
private let canEmulate = FileManager.default.isExecutableFile(atPath: emulator)

/// The program on processors that this one is not, emulated by QEMU: an instruction that such a processor does not
/// have ends it with SIGILL.
@Suite(.enabled(if: canEmulate, "qemu-x86_64 is not installed (make test does it)"))
struct OtherProcessorTests {
  /// No AVX at all; all that QEMU emulates, AVX2 and FMA but no AVX-512.
  enum Processor: String { case withoutAVX = "qemu64", withAVX2 = "max" }

  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("a.png", ["-frames:v", "1"])
    try folder.encode("a.mp4", source: "testsrc2=s=96x64:r=25:d=1", ["-frames:v", "5", "-c:v", "libx264"])
  }

  private func run(
    _ arguments: [String], on processor: Processor, environment: [String: String] = [:]
  ) throws -> Ending {
    try Call(
      [emulator, "-cpu", processor.rawValue, program] + arguments, in: folder, environment: environment
    ).end()
  }

  @Test(arguments: [(Processor.withoutAVX, "portable"), (.withAVX2, "avx2")])
  func theWidestSetThatIsThereAnswersAsItDoesHere(processor: Processor, set: String) throws {
    let words = ["classify", "--model", "custom-width", "--format", "json", "--logits", "a.png"]
    func logits(_ ending: Ending) throws -> [Double] {
      #expect(ending.code == 0 && ending.errors == "", "\(ending)")
      return try #require(try objects(ending.output).first?["logits"] as? [Double])
    }
    let there = try logits(run(words, on: processor))
    let here = try logits(shuffled(words, in: folder, environment: ["SHUFFLED_ISA": set]))
    #expect(there.count == 7)
    // FFmpeg chooses its own instructions too, some of which round otherwise.
    for (a, b) in zip(there, here) { #expect(abs(a - b) <= 0.02 * (abs(b) + 1), "\(there) \(here)") }
  }

  @Test func videosAreProcessedWithoutAVX() throws {
    let ending = try run(
      ["process", "--model", "custom-width", "--database", "x.db", "a.mp4"], on: .withoutAVX)
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    #expect(
      try sqlite("SELECT count(*), min(state), max(state) FROM results", in: folder)
        == "5|classified|classified")
  }

  @Test func aSetThatIsNotThereIsRefused() throws {
    let cause = "this processor or operating system does not support it"
    expectRefusal(
      try run(["bench", "model", "--isa", "avx2"], on: .withoutAVX), 69,
      "cannot use instruction set 'avx2': \(cause) (available are portable)")
    expectRefusal(
      try run(["classify", "a.png"], on: .withAVX2, environment: ["SHUFFLED_ISA": "avx512"]), 69,
      "cannot use instruction set 'avx512': \(cause) (available are portable, avx2)")
  }
}
