import CRuntimeCounts
import Foundation
import ModelFiles
import ShuffledCore
import TestSupport
import Testing

/// Sound files with changes at random: each is read or refused with a `Failure`, in little memory, and never crashes.
/// `SHUFFLED_MUTATIONS` says how many of each file are tried.
@Suite struct TensorFileMutationTests {
  private static let count =
    ProcessInfo.processInfo.environment["SHUFFLED_MUTATIONS"].flatMap { Int($0) } ?? 300

  private static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    + "/Fixtures/checkpoints/"

  private static let files = [
    "plain.pth", "plain.legacy.pth", "types.pth", "types.legacy.pth", "views.pth", "views.legacy.pth",
    "model.pth", "model.legacy.pth", "protocol-4.pth", "protocol-4.legacy.pth", "expected.safetensors",
  ]

  @Test(arguments: files)
  func changedFilesAreReadOrRefused(name: String) throws {
    let whole = [UInt8](try Data(contentsOf: URL(filePath: Self.folder + name)))
    // Also with parts of a file of the other form.
    let other = [UInt8](try Data(contentsOf: URL(filePath: Self.folder + "views.legacy.pth")))
    let structure = Self.structure(of: whole)
    var generator = SeededGenerator(seed: UInt64(20_261_127 + (Self.files.firstIndex(of: name) ?? 0)))
    let folder = try Folder()
    var outcomes = (read: 0, refused: 0)
    for number in 0..<Self.count {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        Self.change(&bytes, structure, other, &generator)
      }
      let path = try folder.write(Data(bytes), to: "m")
      let before = runtime_allocated_bytes()
      do {
        try Self.readAll(path)
        outcomes.read += 1
      } catch let failure as Failure {
        // Each tensor is tried, so a failure is of one of them or of the file.
        #expect(
          failure.kind == .badData && failure.subject == path, "\(number): \(failure)")
        outcomes.refused += 1
      }
      // A few repeated tensors of 4 MiB are allowed to anybody.
      let spent = runtime_allocated_bytes() - before
      #expect(spent < 64 << 20, "\(number) cost \(spent) bytes")
    }
    // Otherwise the changes are too few or too many to try anything.
    if Self.count >= 300 {
      #expect(outcomes.read > Self.count / 50 && outcomes.refused > Self.count / 50, "\(outcomes)")
    }
  }

  /// Reads every tensor; throws the last failure after it has tried all.
  private static func readAll(_ path: String) throws {
    let file = try openTensorFile(path: path)
    var failed: Failure?
    for name in file.tensorNames {
      do {
        guard let shape = file.shape(name), let tensor = try file.tensor(name) else {
          Issue.record("'\(name)' is named but not there")
          continue
        }
        #expect(tensor.shape == shape)
        #expect(tensor.values.allSatisfy { $0.isFinite })
      } catch let failure as Failure where failure.cause.contains(" has type ") {
        continue
      } catch let failure as Failure {
        failed = failure
      }
    }
    if let failed { throw failed }
  }

  /// Where most changes should go: pickles and headers, not values.
  private static func structure(of bytes: [UInt8]) -> [Int] {
    // A byte is of interest near another that is a letter: instructions, names and records are full of them.
    bytes.indices.filter { index in
      bytes[max(0, index - 2)...min(bytes.count - 1, index + 2)].contains { (0x41...0x7d).contains($0) }
    }
  }

  private static func change(
    _ bytes: inout [UInt8], _ structure: [Int], _ other: [UInt8], _ generator: inout SeededGenerator
  ) {
    guard !bytes.isEmpty else { return }
    let isAnywhere = structure.isEmpty || Int.random(in: 0..<8, using: &generator) == 0
    let place =
      isAnywhere
      ? Int.random(in: 0..<bytes.count, using: &generator)
      : min(bytes.count - 1, structure[Int.random(in: 0..<structure.count, using: &generator)])
    let length = min(bytes.count - place, Int.random(in: 1...8, using: &generator))
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...2: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 4:
      let edges: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]
      for index in place..<place + length { bytes[index] = edges[Int.random(in: 0..<5, using: &generator)] }
    case 5: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
    case 6: bytes.removeSubrange(place..<place + length)
    case 7:
      // A piece of it, once more somewhere else: instructions in an order that nobody wrote.
      let piece = bytes[place..<min(bytes.count, place + Int.random(in: 1...64, using: &generator))]
      let target = Int.random(in: 0...bytes.count, using: &generator)
      if Bool.random(using: &generator) {
        bytes.insert(contentsOf: piece, at: target)
      } else {
        bytes.replaceSubrange(target..<min(bytes.count, target + piece.count), with: piece)
      }
    case 8:
      let start = Int.random(in: 0..<other.count, using: &generator)
      let piece = other[start..<min(other.count, start + Int.random(in: 1...64, using: &generator))]
      bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
    default:
      if Int.random(in: 0..<4, using: &generator) == 0 { bytes.removeSubrange(place...) }
    }
  }
}
