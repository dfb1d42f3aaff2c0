import Foundation
import Glibc

/// A headless Chromium, told what to do by ChromeDriver (https://www.w3.org/TR/webdriver2/). It is gone with its last holder.
package final class Browser: @unchecked Sendable {
  // `@unchecked Sendable`: used by the test that made it, one call at a time.
  private let process: Process
  private let port: UInt16
  private var session = ""

  /// Why there is none here; nil where there is one.
  package static let unavailable: String? =
    hasCommand("chromedriver") && hasCommand("chromium") ? nil : "Chromium and its driver are not installed"

  /// - Parameter width: of the window, in CSS pixels.
  package init(width: Int = 1_280, height: Int = 900) throws {
    port = RTSPCamera.freePort()
    process = Process()
    let output = Pipe()
    // Signals that this process's threads block would be blocked in it too, and it would never hear that its browser has ended.
    let unblocked =
      "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execvp(sys.argv[1], sys.argv[1:])"
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", unblocked, "chromedriver", "--port=\(port)"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try launching.withLock { _ in try process.run() }
    var said = ""
    while !said.contains("started successfully") {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { throw CommandFailure(description: "chromedriver did not start: \(said)") }
      said += String(decoding: data, as: UTF8.self)
    }
    let arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
      "--window-size=\(width),\(height)",
    ]
    let capabilities: [String: Any] = [
      "goog:chromeOptions": ["args": arguments], "goog:loggingPrefs": ["browser": "ALL"],
      "timeouts": ["script": 120_000],
    ]
    let value = try ask("POST", "/session", ["capabilities": ["alwaysMatch": capabilities]])
    guard let session = (value as? [String: Any])?["sessionId"] as? String else {
      throw CommandFailure(description: "no session of Chromium: \(value)")
    }
    self.session = "/session/\(session)"
    // Headless windows have a least width; the page's own has none.
    try devTools(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500])
  }

  deinit {
    if !session.isEmpty { _ = try? ask("DELETE", session) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  package func open(_ address: String) throws { _ = try ask("POST", session + "/url", ["url": address]) }

  /// The value of a JavaScript expression.
  @discardableResult
  package func value(_ expression: String) throws -> Any {
    try ask("POST", session + "/execute/sync", ["script": "return (\(expression));", "args": []])
  }

  /// Waits until a JavaScript expression is true, looking whenever the page has changed; returns its value. Throws what the page shows where it
  /// does not become true within so many seconds.
  @discardableResult
  package func wait(until expression: String, seconds: Int = 30) throws -> Any {
    let script = """
      const done = arguments[0];
      const look = () => { try { return (\(expression)); } catch { return null; } };
      const first = look();
      if (first) { done(first); return; }
      const finish = (value) => { observer.disconnect(); clearInterval(pulse); clearTimeout(limit); done(value); };
      const observer = new MutationObserver(() => { const value = look(); if (value) finish(value); });
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const pulse = setInterval(() => { const value = look(); if (value) finish(value); }, 100);
      const limit = setTimeout(() => finish(null), \(seconds * 1_000));
      """
    let value = try ask("POST", session + "/execute/async", ["script": script, "args": []])
    guard !(value is NSNull) else {
      let text = try self.value("document.body.innerText")
      throw CommandFailure(description: "'\(expression)' did not become true; the page says: \(text)")
    }
    return value
  }

  /// What was written to the console since the last call: `SEVERE text`.
  package func console() throws -> [String] {
    let entries = try ask("POST", session + "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []
    return entries.map { "\($0["level"] ?? "") \($0["message"] ?? "")" }
  }

  /// Types into the element that has the focus; Enter is `\u{e007}`.
  package func type(_ text: String) throws {
    let actions = text.flatMap { key in
      [["type": "keyDown", "value": String(key)], ["type": "keyUp", "value": String(key)]]
    }
    _ = try ask(
      "POST", session + "/actions", ["actions": [["type": "key", "id": "keyboard", "actions": actions]]])
  }

  /// A command of the DevTools protocol.
  package func devTools(_ command: String, _ parameters: [String: Any]) throws {
    _ = try ask("POST", session + "/goog/cdp/execute", ["cmd": command, "params": parameters])
  }

  private func ask(_ method: String, _ path: String, _ body: [String: Any]? = nil) throws -> Any {
    let data = try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()
    let client = try RawClient(port: port, patience: 120)
    client.send(
      "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        + "Content-Type: application/json\r\nContent-Length: \(data.count)\r\n\r\n"
        + String(decoding: data, as: UTF8.self))
    let reply = try client.answer()
    let answer = try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
    guard let value = answer?["value"], reply.status.contains(" 200 ") else {
      throw CommandFailure(description: "\(method) \(path): \(reply.status) \(reply.body.prefix(1_000))")
    }
    return value
  }
}
