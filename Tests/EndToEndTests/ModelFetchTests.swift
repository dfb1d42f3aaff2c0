import Foundation
import Glibc
import TestSupport
import Testing

/// `shuffled model fetch` against a server on loopback. What is served is a network of the right shapes, as `model init`
/// makes it.
@Suite struct ModelFetchTests {
  let folder: Folder
  let weights: Data
  let hash: String

  init() throws {
    folder = try Folder()
    let made = try shuffled(
      ["model", "init", "-a", "shufflenet_v2_x0_5", "-o", "served.safetensors", "--format", "json"],
      in: folder)
    try #require(made.code == 0, "\(made)")
    weights = try Data(contentsOf: URL(fileURLWithPath: folder.file("served.safetensors")))
    hash = try #require(try objects(made.output).first?["sha256"] as? String)
  }

  private func fetch(_ arguments: [String]) throws -> Ending {
    try shuffled(fetching(arguments), in: folder)
  }

  private func fetching(_ arguments: [String]) -> [String] {
    ["model", "fetch", "shufflenet_v2_x0_5", "--directory", "models"] + arguments
  }

  private var models: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.file("models"))) ?? []).sorted()
  }

  /// What the mirror's folder and the published name make of a server's address.
  private func mirror(_ server: LoopbackServer) -> String { server.url("/pub/") }

  @Test func isInstalledUnderItsName() throws {
    let server = LoopbackServer(.whole(weights))
    let ending = try fetch([
      "--from", mirror(server), "--sha256", String(hash.prefix(10)), "--format", "json",
    ])
    #expect(ending.code == 0, "\(ending)")
    #expect(ending.errors == "")
    #expect(server.requests.map { $0[0] } == ["GET /pub/shufflenetv2_x0.5-f707e7126e.pth HTTP/1.1"])
    let answer = try #require(try objects(ending.output).first)
    #expect(answer["name"] as? String == "shufflenet_v2_x0_5")
    #expect(answer["path"] as? String == "models/shufflenet_v2_x0_5.safetensors")
    #expect((answer["labels"] as? [String])?[0...1] == ["tench", "goldfish"])
    // Neither the checkpoint nor anything else is left.
    #expect(models == ["shufflenet_v2_x0_5.safetensors"])
    let answers = try shuffled(
      ["classify", "-m", "shufflenet_v2_x0_5", "-k", "1", fixtures + "/preprocessing/chelsea.png"],
      in: folder,
      environment: ["SHUFFLED_MODELS": "models"])
    #expect(answers.code == 0, "\(answers)")
  }

  @Test func whatIsThereIsNotFetchedAgain() throws {
    let server = LoopbackServer(.whole(weights), .whole(weights))
    let options = ["--from", mirror(server), "--sha256", hash]
    #expect(try fetch(options).code == 0)
    let again = try fetch(options)
    #expect(again.code == 0)
    #expect(again.errors == "shuffled: 'shufflenet_v2_x0_5' is installed already; --force fetches it again\n")
    #expect(server.requests.count == 1)
    #expect(try fetch(options + ["--force"]).errors == "")
    #expect(server.requests.count == 2)
  }

  @Test func aBrokenDownloadIsGoneOnWith() throws {
    let tag = ["ETag: \"one\""]
    let server = LoopbackServer(
      .part(1_000_000, of: weights, tag), .rest(after: 1_000_000, of: weights, tag))
    let options = ["--from", server.url("/x.pth"), "--sha256", hash]
    let url = server.url("/x.pth")
    expectRefusal(
      try fetch(options), 69,
      "cannot download '\(url)': the connection was closed after 1000000 of \(weights.count) bytes "
        + "(run it again: it goes on where it stopped)")
    #expect(
      models == [".shufflenetv2_x0.5-f707e7126e.pth.part", ".shufflenetv2_x0.5-f707e7126e.pth.part.version"])
    #expect(try fetch(options).code == 0)
    #expect(server.field("Range", 1) == "bytes=1000000-")
    #expect(models == ["shufflenet_v2_x0_5.safetensors"])
  }

  @Test func theHashMustBeThePublishedOne() throws {
    let server = LoopbackServer(.whole(weights))
    let url = server.url("/pub/shufflenetv2_x0.5-f707e7126e.pth")
    expectRefusal(
      try fetch(["--from", mirror(server)]), 65,
      "cannot download '\(url)': its SHA-256 is \(hash), which does not begin with f707e7126e "
        + "(it was deleted; check the address)")
    #expect(models == [])
  }

  @Test func whatTheServerLacks() throws {
    let server = LoopbackServer(.init("404 Not Found", ["Content-Length: 0"]))
    let ending = try fetch(["--from", mirror(server)])
    #expect(ending.code == 66)
    #expect(
      ending.errors.hasPrefix(
        "shuffled: cannot download '\(server.url("/pub/shufflenetv2_x0.5-f707e7126e.pth"))': "))
    #expect(ending.errors.contains("404"))
    #expect(models == [])
  }

  @Test func aServerThatFallsSilentIsGivenUp() throws {
    let server = LoopbackServer(.part(500_000, of: weights, staysOpen: true))
    let ending = try fetch(["--from", mirror(server), "--timeout", "0.5"])
    #expect(ending.code == 69)
    #expect(ending.errors.contains("stalled") || ending.errors.contains("nothing came"), "\(ending.errors)")
  }

  @Test func aSignalKeepsWhatCame() throws {
    let server = LoopbackServer(.part(500_000, of: weights, ["ETag: \"one\""], staysOpen: true))
    let call = try Call(
      [program] + fetching(["--from", mirror(server), "--sha256", hash, "--directory", "."]), in: folder)
    let part = folder.file(".shufflenetv2_x0.5-f707e7126e.pth.part")
    try wait(forChangesIn: folder) {
      let size = try? FileManager.default.attributesOfItem(atPath: part)[.size] as? Int
      return (size ?? 0) > 0
    }
    call.signal(SIGINT)
    let ending = try call.end()
    #expect(ending.code == 130)
    #expect(
      ending.errors == "shuffled: 'shufflenet_v2_x0_5' was not fetched; what came is kept for the next time\n"
    )
    #expect(FileManager.default.fileExists(atPath: part))
  }

  @Test func fromAFileWithoutInternet() throws {
    let ending = try fetch(["--from", "served.safetensors", "--sha256", hash])
    #expect(ending.code == 0, "\(ending)")
    #expect(models == ["shufflenet_v2_x0_5.safetensors"])
    #expect(FileManager.default.fileExists(atPath: folder.file("served.safetensors")), "it stays")
    expectRefusal(
      try fetch(["--from", "served.safetensors", "--force"]), 65,
      "cannot fetch model 'shufflenet_v2_x0_5': the SHA-256 of served.safetensors is \(hash), which does not begin with "
        + "f707e7126e (get the file again, or say --sha256)")
    expectRefusal(
      try fetch(["--from", "none.pth", "--force"]), 66,
      "cannot load model 'none.pth': no such file (check the path)")
  }

  @Test func whatIsNotPublished() throws {
    expectRefusal(
      try shuffled(["model", "fetch", "shufflenet_v2_x1"], in: folder), 64,
      "cannot fetch model 'shufflenet_v2_x1': nobody publishes weights of that name "
        + "(did you mean 'shufflenet_v2_x1_0'?)")
    expectRefusal(
      try shuffled(["model", "fetch"], in: folder), 64,
      "cannot run model fetch: no network is named (see 'shuffled model fetch --help')")
  }
}
