import Configuration
import Glibc
import ShuffledCore
import Testing

/// Passwords that come from files: systemd's, or others.
@Suite final class CredentialTests {
  private let folder: String

  init() throws {
    var template = Array("/tmp/shuffled-credentials-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
  }

  deinit {
    for name in ["gate", "other", "wide", "empty", "lines", "shuffled.json5"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
    let file = try #require(fopen("\(folder)/\(name)", "w"))
    fputs(text, file)
    fclose(file)
    chmod("\(folder)/\(name)", mode)
  }

  private func read(_ streams: String, environment: [String: String] = [:]) throws -> ServiceConfiguration {
    try write("{ streams: { \(streams) } }", to: "shuffled.json5")
    return try ServiceConfiguration(path: "\(folder)/shuffled.json5", environment: environment)
  }

  private func fault(_ streams: String, environment: [String: String] = [:]) -> String? {
    do {
      _ = try read(streams, environment: environment)
      return nil
    } catch {
      return (error as? ConfigFaults)?.failures.first?.description ?? "\(error)"
    }
  }

  private func camera(_ configuration: ServiceConfiguration) -> CameraAddress? {
    if case .camera(let address)? = configuration.streams.first?.source { address } else { nil }
  }

  @Test func passwordOfTheUserInTheAddress() throws {
    try write("p@ss:wörd\n", to: "gate")
    let configuration = try read(
      #"gate: { url: "rtsp://viewer@cam:554/1?a=b", credential: "gate" }"#,
      environment: ["CREDENTIALS_DIRECTORY": folder])
    let address = try #require(camera(configuration))
    #expect(address.url.revealed == "rtsp://viewer:p%40ss%3Aw%C3%B6rd@cam:554/1?a=b")
    #expect(address.shown == "rtsp://cam:554/1?a=b")
    #expect(configuration.secrets == [Secret("p@ss:wörd")])
  }

  @Test func userAndPassword() throws {
    try write("vie/wer:a:b", to: "other")
    let address = try #require(camera(try read(#"gate: { url: "http://cam/1", credential: "./other" }"#)))
    #expect(address.url.revealed == "http://vie%2Fwer:a%3Ab@cam/1")
  }

  @Test func passphraseOfSRT() throws {
    try write("0123456789", to: "other")
    let address = try #require(
      camera(try read(#"gate: { url: "srt://cam:9000?mode=caller", credential: "./other" }"#)))
    #expect(address.url.revealed == "srt://cam:9000?mode=caller&passphrase=0123456789")
  }

  @Test func whatIsWrongWithACredential() throws {
    try write("secret\n", to: "wide", mode: 0o644)
    try write("\n", to: "empty")
    try write("one\ntwo\n", to: "lines")
    try write("secret", to: "other")
    let head = "cannot use configuration '\(folder)/shuffled.json5': line 1: streams.gate.credential: "
    func told(_ name: String, _ url: String = "rtsp://viewer@cam/1") -> String? {
      fault(
        "gate: { url: \"\(url)\", credential: \"\(name)\" }", environment: ["CREDENTIALS_DIRECTORY": folder])
    }
    #expect(
      told("absent") == head
        + "cannot read credential '\(folder)/absent': no such file or directory (LoadCredential=absent:/etc/shuffled/absent.password in the unit)"
    )
    #expect(
      told("./wide") == head
        + "every user may read credential '\(folder)/./wide' (chmod 640 \(folder)/./wide, and chgrp shuffled where the service reads it)"
    )
    #expect(told("empty") == head + "credential '\(folder)/empty' is empty (it is one line: the password)")
    #expect(
      told("lines") == head
        + "credential '\(folder)/lines' is more than one line (it is one line: the password)")
    #expect(told("/") == head + "credential '/' is no file (check the path and who may read it)")
    #expect(
      told("other", "rtsp://cam/1") == head
        + "the address names no user, and the credential is not USER:PASSWORD")
    #expect(told("other", "udp://0.0.0.0:1") == head + "udp has no passwords")
  }

  @Test func fileThatIsNotThere() {
    #expect { try ServiceConfiguration(path: "\(folder)/none.json5", environment: [:]) } throws: { error in
      (error as? ConfigFaults)?.failures.map(\.description)
        == [
          "cannot use configuration '\(folder)/none.json5': no such file or directory (name another with --config)"
        ]
    }
    #expect { try ServiceConfiguration(path: folder, environment: [:]) } throws: { error in
      (error as? ConfigFaults)?.failures.map(\.description)
        == ["cannot use configuration '\(folder)': it is no file (name a file with --config)"]
    }
  }

  // MARK: The site's token

  private func site(_ http: String, environment: [String: String] = [:]) throws -> ServiceConfiguration {
    try write("{ http: { \(http) } }", to: "shuffled.json5")
    return try ServiceConfiguration(path: "\(folder)/shuffled.json5", environment: environment)
  }

  private func faults(_ http: String) throws -> [String] {
    do {
      _ = try site(http)
      return []
    } catch let faults as ConfigFaults {
      return faults.failures.map(\.description)
    }
  }

  @Test func aTokenOpensOtherAddresses() throws {
    try write("0123456789abcdef\n", to: "other")
    let configuration = try site("address: '0.0.0.0', token: './other'")
    #expect(configuration.http.token?.revealed == "0123456789abcdef")
    #expect(configuration.secrets.map(\.revealed) == ["0123456789abcdef"])
    try write("fedcba9876543210", to: "gate")
    let named = try site("token: 'gate'", environment: ["CREDENTIALS_DIRECTORY": folder])
    #expect(named.http.token?.revealed == "fedcba9876543210")
  }

  @Test func tokensThatWouldProtectNothing() throws {
    let head = "cannot use configuration '\(folder)/shuffled.json5': line 1: http.token: "
    let weak =
      "the token in './other' is shorter than 16 characters, or has spaces (make one with 'openssl rand -hex 24')"
    try write("0123456789abcde", to: "other")
    #expect(try faults("token: './other'") == [head + weak])
    try write("0123456789abcdef 0", to: "other")
    #expect(try faults("token: './other'") == [head + weak])
    try write("0123456789abcdef", to: "wide", mode: 0o644)
    #expect(
      try faults("token: './wide'") == [
        head
          + "every user may read credential '\(folder)/./wide' (chmod 640 \(folder)/./wide, and chgrp shuffled where the service reads it)"
      ])
  }
}
