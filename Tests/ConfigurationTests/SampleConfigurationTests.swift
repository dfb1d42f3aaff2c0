import Configuration
import FoundationEssentials
import ShuffledCore
import Testing

/// `config/shuffled.json5` is what people read: it must have every key, and say of defaults what is so.
@Suite struct SampleConfigurationTests {
  private let text: String

  init() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    text = String(
      decoding: try Data(contentsOf: URL(filePath: "/\(root)/config/shuffled.json5")), as: UTF8.self)
  }

  @Test func everyKeyIsInIt() {
    let names = Set(ServiceConfiguration.keys.compactMap { $0.split(separator: ".").last.map(String.init) })
    let missing = names.subtracting(["*", "$schema"]).filter {
      !text.contains("\($0):") && !text.contains("\($0), ")
    }
    #expect(missing.sorted() == [])
  }

  @Test func whatItSaysOfDefaultsIsSo() throws {
    let surroundings = ConfigSurroundings(path: "/etc/shuffled/shuffled.json5")
    let sample = try ServiceConfiguration(text: text, surroundings)
    #expect(sample.database == ServiceConfiguration.Database())
    #expect(sample.http == ServiceConfiguration.HTTP())
    #expect(sample.workers == nil)
    #expect(sample.streams.map(\.name) == ["bench", "archive"])
    #expect(sample.streams.allSatisfy { !$0.isEnabled })
    let bare = try ServiceConfiguration(
      text: #"{ streams: { bench: { enabled: false, device: "/dev/video0" } } }"#, surroundings)
    #expect(sample.streams[0] == bare.streams[0])
  }

  @Test func commentedStreamsCanBeUsed() throws {
    // What is commented out in `streams`, without the comment signs.
    let begin = try #require(text.firstRange(of: "    // gate: {")).lowerBound
    let end = try #require(text.firstRange(of: "    // A camera of this machine.")).lowerBound
    let lines = text[begin..<end].split(separator: "\n").map { $0.drop { $0 == " " } }
      .filter { $0.hasPrefix("//") }.map { $0.dropFirst(2) }
    let code = lines.filter { !$0.hasPrefix(" HTTP and HLS") }.joined(separator: "\n")
      .replacing(/credential: "[^"]*",?/, with: "")
    let configuration = try ServiceConfiguration(
      text: "{ streams: {\(code)\n} }", ConfigSurroundings(path: "/etc/shuffled/shuffled.json5"))
    #expect(configuration.streams.map(\.name).sorted() == ["gate", "link", "lobby", "mast"])
  }
}
