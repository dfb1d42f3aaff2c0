import Foundation
import ModelFiles
import ShuffledCore
import TestSupport
import Testing

@Suite struct LabelFileTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func labels(_ text: String) throws -> [String] { try readLabels(folder.write(text, to: "l.txt")) }

  @Test func aLineIsAClass() throws {
    #expect(try labels("cat\ndog\n") == ["cat", "dog"])
    #expect(try labels("cat\ndog") == ["cat", "dog"])
    #expect(try labels("one, two\n \"three\" \n\tfour\n") == ["one, two", " \"three\" ", "\tfour"])
    #expect(try labels("grün\n👩‍👩‍👧\n猫") == ["grün", "👩‍👩‍👧", "猫"])
  }

  /// As Windows ends lines, and as some of its editors begin a text.
  @Test func linesOfWindows() throws {
    #expect(try labels("cat\r\ndog\r\n") == ["cat", "dog"])
    #expect(try labels("cat\r\ndog") == ["cat", "dog"])
    #expect(try labels("\u{FEFF}cat\ndog\n") == ["cat", "dog"])
    #expect(try labels("a\rb\nc\n") == ["a\rb", "c"])
  }

  /// The failure, without the file's folder.
  private func failure(_ path: String) -> String? {
    do {
      _ = try readLabels(path)
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: folder.path + "/", with: "")
    }
  }

  @Test func whatIsNoListOfLabels() throws {
    let line = "it takes a class's name a line"
    #expect(
      failure(try folder.write("cat\n\ndog\n", to: "l"))
        == "cannot read labels 'l': line 2 is empty (\(line))")
    #expect(
      failure(try folder.write("cat\r\n\r\ndog", to: "l"))
        == "cannot read labels 'l': line 2 is empty (\(line))")
    #expect(
      failure(try folder.write("cat\n\n", to: "l")) == "cannot read labels 'l': line 2 is empty (\(line))")
    #expect(
      failure(try folder.write(Data([0x63, 0xE9, 0x0A]), to: "l"))
        == "cannot read labels 'l': it is no UTF-8 text (\(line))")
    #expect(
      failure(try folder.write("", to: "l")) == "cannot read labels 'l': the file is empty (check the path)")
    #expect(
      failure(folder.file("none")) == "cannot read labels 'none': no such file (check the path)")
    #expect(
      failure(folder.path) == "cannot read labels '\(folder.path)': it is not a regular file (check the path)"
    )
    #expect(
      failure(try folder.write(Data(count: 17 << 20), to: "l"))
        == "cannot read labels 'l': it has 17 MiB; at most 16 are read (\(line))")
  }
}
