import Foundation
import Glibc
import TestSupport
import Testing

/// `shuffled run` without cameras: its configuration, its beginning and its end.
@Suite struct RunCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ words: [String], environment: [String: String] = [:]) throws -> Ending {
    try shuffled(["run", "--config", "c.json5"] + words, in: folder, environment: environment)
  }

  @Test(arguments: [[], ["--check"]])
  func everyFaultIsToldAndTheCodeIs78(options: [String]) throws {
    try folder.write(
      """
      {
        databse: {},
        streams: {
          gate: { path: "gate.mp4", fsp: 5, model: "custom-widht" },
          yard: { path: "yard.mp4", labels: ["aple"], segments: { labels: { baer: { enter: 0.5 } } }, model: "custom-width" },
        },
      }
      """, to: "c.json5")
    let head = "shuffled: cannot use configuration 'c.json5': "
    #expect(
      try run(options)
        == Ending(
          code: 78, output: "",
          errors: """
            \(head)line 2: databse: there is no such key (did you mean 'database'?)
            \(head)line 4: streams.gate.fsp: there is no such key (did you mean 'fps'?)

            """))
    // Models are looked at when the text itself is right.
    try folder.write(
      """
      {
        defaults: { model: "custom-widht" },
        streams: {
          gate: { path: "gate.mp4", fps: 5 },
          yard: { path: "yard.mp4", labels: ["aple"], segments: { labels: { baer: { enter: 0.5 } } }, model: "custom-width" },
        },
      }
      """, to: "c.json5")
    #expect(
      try run(options)
        == Ending(
          code: 78, output: "",
          errors: """
            \(head)line 2: streams.gate.model: cannot find model 'custom-widht': no model has that name (did you mean 'custom-width'?)
            \(head)line 5: streams.yard.labels: model 'custom-width' has no label 'aple' (did you mean 'apple'?)
            \(head)line 5: streams.yard.segments.labels: model 'custom-width' has no label 'baer' (did you mean 'bear'?)

            """))
  }

  @Test func checkLooksWhetherAllIsThere() throws {
    try folder.write(
      #"{ defaults: { model: "custom-width" }, streams: { gate: { path: "gate.mp4" }, off: { enabled: false, path: "none.mp4", model: "no-such" } } }"#,
      to: "c.json5")
    expectRefusal(
      try run(["--check"]), 78,
      "cannot use configuration 'c.json5': line 1: streams.gate.path: '\(folder.path)/gate.mp4': no such file or directory (check the path)"
    )
    try folder.write("", to: "gate.mp4")
    #expect(
      try run(["--check"])
        == Ending(
          code: 0, output: "c.json5: 1 stream and 1 not enabled, 1 model: nothing is wrong\n", errors: ""))
    expectRefusal(
      try shuffled(["run", "--config", "none.json5"], in: folder), 78,
      "cannot use configuration 'none.json5': no such file or directory (name another with --config)")
    // It opens no database.
    #expect(!FileManager.default.fileExists(atPath: folder.file("shuffled.db")))
  }

  /// systemd gives credentials to the service, and not to somebody who only looks.
  @Test func checkNeedsNoCredentialsOfSystemds() throws {
    try folder.write(
      #"{ defaults: { model: "custom-width" }, streams: { gate: { url: "rtsp://viewer@cam/1", credential: "gate" } } }"#,
      to: "c.json5")
    #expect(
      try run(["--check"])
        == Ending(
          code: 0, output: "c.json5: 1 stream, 1 model: nothing is wrong\n",
          errors: "shuffled: credential 'gate' was not looked at: only the service gets it, from systemd\n"))
    expectRefusal(
      try run([]), 78,
      "cannot use configuration 'c.json5': line 1: streams.gate.credential: systemd has given no credentials, so 'gate' cannot be had (LoadCredential=gate:/etc/shuffled/gate.password in the unit, or name a file by a path with a slash)"
    )
    expectRefusal(
      try run(["--check"], environment: ["CREDENTIALS_DIRECTORY": folder.path]), 78,
      "cannot use configuration 'c.json5': line 1: streams.gate.credential: cannot read credential '\(folder.path)/gate': no such file or directory (LoadCredential=gate:/etc/shuffled/gate.password in the unit)"
    )
  }

  @Test func passwordsAreNotShown() throws {
    try folder.write(#"{ streams: { gate: { url: "rtsp://u:geheim77@[bad/1", fps: 0 } } }"#, to: "c.json5")
    chmod(folder.file("c.json5"), 0o644)
    let ending = try run([])
    #expect(ending.code == 78)
    #expect(!ending.errors.contains("geheim77"), "\(ending)")
  }

  @Test func schemaIsJSON() throws {
    let ending = try shuffled(["run", "--schema"], in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    let keys = try #require(schema["properties"] as? [String: Any]).keys.sorted()
    #expect(keys == ["$schema", "database", "defaults", "http", "socket", "streams", "workers"])
  }

  @Test(arguments: [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")])
  func endsWithCode0(signal: Int32, name: String) throws {
    let service = try RunningService(streams: "", in: folder)
    let status = try service.wait(for: "an answer") { _ in true }
    #expect(status.streams.isEmpty)
    #expect(status.state == .running)
    let ending = try service.end(signal)
    #expect(ending.code == 0 && ending.output == "")
    let lines = RunningService.lines(ending)
    #expect(lines.first?.hasPrefix("notice shuffled 0.1.0 watches 0 streams with ") == true)
    #expect(lines.dropFirst() == ["notice stopping: \(name) came", "notice stopped"])
    #expect(!FileManager.default.fileExists(atPath: folder.file("s.sock")))
  }

  /// What an answer over TCP begins with.
  private func answer(_ port: String, host: String) throws -> String {
    try Call(
      [
        "/usr/bin/python3", "-c",
        """
        import http.client, sys
        connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
        connection.request('GET', '/api/v1/status', headers={'Host': sys.argv[2]})
        answer = connection.getresponse()
        print(answer.status, answer.read().decode(), end='')
        """, port, host,
      ], in: folder
    ).end().output
  }

  @Test func answersOverTCPToThoseWhoMeanIt() throws {
    try folder.write(
      #"{ database: { path: "x.db" }, http: { port: 0 }, socket: "\#(folder.file("s.sock"))" }"#,
      to: "c.json5")
    let service = try RunningService(configured: folder)
    try service.wait(for: "an answer") { _ in true }
    let log = try service.log()
    let port = try #require(log.firstMatch(of: /answers at http:\/\/127\.0\.0\.1:(\d+)\//)).output.1
    #expect(try answer(String(port), host: "127.0.0.1:\(port)").hasPrefix(#"200 {"config":{"#))
    #expect(
      try answer(String(port), host: "rebound.example")
        == #"403 {"error":"this is not the host that was asked for; ask by its address, or see 'http.hosts'"}"#
        + "\n")
    #expect(try service.end().code == 0)
  }

  @Test func aSecondServiceNamesTheFirst() throws {
    let service = try RunningService(streams: "", in: folder)
    try service.wait(for: "an answer") { _ in true }
    let ending = try shuffled(["run", "--config", "c.json5"], in: folder)
    #expect(ending.code == 74)
    #expect(ending.errors.contains("cannot open database"), "\(ending)")
    #expect(ending.errors.contains("\(service.identifier)"), "\(ending)")
    #expect(try service.end().code == 0)
  }

  /// The socket of a service that was killed is in nobody's way.
  @Test func afterAKillTheRunIsMarkedAbandoned() throws {
    let streams = #"gate: { path: "none.mp4", loop: true }"#
    let first = try RunningService(streams: streams, in: folder)
    try first.wait(for: "gate", .backingOff)
    #expect(try first.end(SIGKILL).code == -SIGKILL)
    #expect(try sqlite("SELECT state FROM runs", in: folder) == "running")
    let second = try RunningService(streams: streams, in: folder)
    try second.wait(for: "gate", .backingOff)
    #expect(try second.end().code == 0)
    #expect(
      try sqlite("SELECT state, error FROM runs ORDER BY id", in: folder)
        == "abandoned|\ninterrupted|SIGTERM came")
  }

  @Test func reloadThatIsWrongChangesNothing() throws {
    let streams = #"gate: { path: "none.mp4", loop: true }"#
    let service = try RunningService(streams: streams, in: folder)
    // Its first change begins its run, a little after the change itself.
    let before = try service.wait(for: "its run") {
      $0.streams[0].state == .backingOff && $0.streams[0].run != nil
    }.streams[0]
    try RunningService.configure(streams: "gate: { path: 'x', paht: 1 }", in: folder)
    service.signal(SIGHUP)
    let status = try service.wait(for: "the reload's error") { $0.config.lastReloadError != nil }
    #expect(status.state == .degraded)
    #expect(status.streams.map(\.run) == [before.run])
    let fault = "line 3: streams.gate.paht: there is no such key (did you mean 'path'?)"
    #expect(
      status.config.lastReloadError?.text
        == "cannot use configuration 'c.json5': \(fault)")
    // A right one is followed again.
    try RunningService.configure(streams: streams + #", yard: { path: "no.mp4", loop: true }"#, in: folder)
    service.signal(SIGHUP)
    let after = try service.wait(for: "two streams") { $0.streams.count == 2 }
    #expect(after.config.lastReloadError == nil)
    #expect(after.streams.first?.run == before.run)
    try RunningService.configure(streams: #"yard: { path: "no.mp4", loop: true }"#, in: folder)
    service.signal(SIGHUP)
    try service.wait(for: "one stream") { $0.streams.map(\.name) == ["yard"] }
    let ending = try service.end()
    #expect(ending.code == 0)
    let lines = RunningService.lines(ending)
    #expect(lines.contains("error cannot use configuration 'c.json5': \(fault)"))
    #expect(lines.contains("error the configuration of before is followed"))
    #expect(
      lines.contains("notice follows 'c.json5' as it is now: 1 stream as before, 1 new or changed, 0 gone"))
    #expect(
      lines.contains("notice follows 'c.json5' as it is now: 1 stream as before, 0 new or changed, 1 gone"))
    #expect(
      try sqlite(
        "SELECT s.name, r.state, r.error FROM runs r JOIN streams s ON s.id = r.stream_id", in: folder)
        == "gate|interrupted|it is not in the configuration any more\nyard|interrupted|SIGTERM came")
  }
}
