import FoundationEssentials
import Glibc
import ModelFiles
import ShuffledCore
import Testing

@Suite struct ModelLibraryTests {
  /// Two folders with models in them.
  private func withFolders(_ body: (String, String) throws -> Void) throws {
    let base =
      FileManager.default.temporaryDirectory.path + "/shuffled-library-\(UInt64.random(in: 0 ... .max))"
    let (first, second) = (base + "/first", base + "/second")
    for (folder, names) in [(first, ["fog"]), (second, ["fog", "signal-health"])] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for name in names { try Data([1]).write(to: URL(filePath: "\(folder)/\(name).safetensors")) }
    }
    try Data([1]).write(to: URL(filePath: second + "/notes.txt"))
    defer { try? FileManager.default.removeItem(atPath: base) }
    try body(first, second)
  }

  @Test func theFirstFolderThatHasItWins() throws {
    try withFolders { first, second in
      let library = ModelLibrary(directories: [first, "/nowhere", second])
      let (fog, health) = (try library.path(of: "fog"), try library.path(of: "signal-health"))
      #expect(fog == first + "/fog.safetensors")
      #expect(health == second + "/signal-health.safetensors")
      #expect(library.names() == ["fog", "signal-health"])
    }
  }

  @Test func pathsAreTakenAsTheyAre() throws {
    let library = ModelLibrary(directories: [])
    #expect(try library.path(of: "./fog") == "./fog")
    #expect(try library.path(of: "fog.safetensors") == "fog.safetensors")
    #expect(try library.path(of: "fog.pth") == "fog.pth")
    #expect(try library.path(of: "fog.pt") == "fog.pt")
  }

  /// ImageNet's, from the first folder that has them, where they are as many.
  @Test func namesOfAThousandClasses() throws {
    try withFolders { first, second in
      let library = ModelLibrary(directories: [first, second])
      #expect(library.labels(classes: 1000) == nil)
      func write(_ count: Int, below folder: String) throws {
        try FileManager.default.createDirectory(
          atPath: folder + "/labels", withIntermediateDirectories: true)
        let lines = (0..<count).map { "\(folder.suffix(5)) \($0)\n" }.joined()
        try Data(lines.utf8).write(to: URL(filePath: folder + "/labels/imagenet.txt"))
      }
      try write(1000, below: second)
      #expect(library.labels(classes: 1000)?.last == "econd 999")
      #expect(library.labels(classes: 999) == nil)
      try write(999, below: first)
      #expect(library.labels(classes: 1000) == nil)
      try write(1000, below: first)
      #expect(library.labels(classes: 1000)?.first == "first 0")
    }
  }

  @Test func anUnknownNameIsExplained() throws {
    try withFolders { first, second in
      let library = ModelLibrary(directories: [first, second])
      let near = #expect(throws: Failure.self) { try library.path(of: "signal-helth") }
      #expect(
        near?.description
          == "cannot find model 'signal-helth': no model has that name (did you mean 'signal-health'?)")
      #expect(near?.kind == .noInput)
      let far = #expect(throws: Failure.self) { try library.path(of: "weather") }
      #expect(
        far?.description
          == "cannot find model 'weather': no model has that name "
          + "(known are fog, signal-health; or name a .safetensors file)")
    }
    let none = #expect(throws: Failure.self) { try ModelLibrary(directories: []).path(of: "fog") }
    #expect(
      none?.description
        == "cannot find model 'fog': no model has that name (no model is installed; name a .safetensors file)"
    )
  }

  @Test func theStandardFolders() {
    let built = ModelLibrary.standard(
      executable: "/src/shuffled/.build/x86_64-unknown-linux-gnu/release/shuffled",
      environment: ["SHUFFLED_MODELS": "/a:/b"])
    #expect(
      built.directories == [
        "/a", "/b", "/src/shuffled/.build/x86_64-unknown-linux-gnu/share/shuffled/models",
        "/src/shuffled/models",
        "/var/lib/shuffled/models",
      ])
    let installed = ModelLibrary.standard(executable: "/usr/local/bin/shuffled", environment: [:])
    #expect(installed.directories == ["/usr/local/share/shuffled/models", "/var/lib/shuffled/models"])
  }
}
