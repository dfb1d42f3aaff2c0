import Foundation
import Glibc
import TestSupport
import Testing

/// The page of a real service with real cameras, in a real browser.
@Suite(
  .serialized, .enabled(if: RTSPCamera.unavailable == nil, "needs GStreamer's RTSP server"),
  .enabled(if: Browser.unavailable == nil, "needs Chromium and its driver"))
struct DashboardTests {
  private let folder: Folder
  private let port = RTSPCamera.freePort()

  init() throws { folder = try Folder() }

  private var address: String { "http://127.0.0.1:\(port)/" }

  private func service(_ cameras: [(String, RTSPCamera)], http: String = "") throws -> RunningService {
    let streams = cameras.map { name, camera in
      "\(name): { url: \"rtsp://127.0.0.1:\(camera.port)/cam1\", connect_timeout: \"4s\", stall_timeout: \"4s\" },"
    }
    return try RunningService(
      streams: streams.joined(), http: "port: \(port), \(http)", in: folder)
  }

  private func camera() throws -> RTSPCamera {
    try RTSPCamera(
      file: folder.encode(
        "camera.h264", source: "testsrc2=s=320x240:r=25:d=4,noise=alls=8:allf=t",
        ["-c:v", "libx264", "-bf", "0", "-g", "25", "-x264-params", "aud=1:repeat-headers=1"]))
  }

  private func card(_ name: String, _ state: String) -> String {
    "document.querySelector('.card[data-stream=\(name)][data-state=\"\(state)\"]')"
  }

  /// Cards appear and follow what happens to the sources; the outage is in the strip and among the gaps; the service goes and comes back.
  @Test func cardsFollowTheirStreams() throws {
    let (gate, yard) = (try camera(), try camera())
    let service = try service([("gate", gate), ("yard", yard)])
    try service.wait(for: "gate", .observed)
    let browser = try Browser()
    try browser.open(address)
    for name in ["gate", "yard"] {
      try browser.wait(until: card(name, "observed"))
      #expect(
        try browser.wait(until: "\(card(name, "observed")).querySelector('.card-label').textContent.trim()")
          as? String != "")
      try browser.wait(until: "\(card(name, "observed")).querySelector('img').naturalWidth > 0")
    }
    try browser.wait(until: "document.querySelector('#daemon').textContent.includes('running')")
    #expect(try browser.value("document.querySelector('main').dataset.page") as? String == "streams")
    // The camera goes away.
    gate.kill()
    try browser.wait(until: card("gate", "backing off"))
    try browser.wait(until: "\(card("gate", "backing off")).textContent.includes('connection refused')")
    try browser.wait(until: "document.querySelector('#daemon').textContent.includes('degraded')")
    try browser.wait(until: "document.querySelector('#announcements').textContent.includes('gate')")
    #expect(try browser.value("Boolean(\(card("yard", "observed")))") as? Bool == true)
    // Long enough to be seen in a minute's cell: it is tried after 1 s, 2, 4, 8 and 16, each less up to half by chance.
    try service.wait(for: "some attempts") { $0.streams[0].reconnects >= 6 }
    try gate.start()
    try browser.wait(until: card("gate", "observed"))
    // Of the last hour, a cell a minute, most was before the service began: gaps. Of the outage's minute a part was not watched, and only
    // of the stream that was away.
    try browser.value(
      "(() => { const choice = document.querySelector('#window'); choice.value = '1h'; "
        + "choice.dispatchEvent(new Event('change', { bubbles: true })); return true; })()")
    let cells = { (name: String) in
      "[...\(card(name, "observed")).querySelectorAll('svg.strip rect.cell[data-label]')]"
    }
    let lost = { (name: String) in
      cells(name) + ".reduce((sum, cell) => sum + parseFloat(cell.getAttribute('y')), 0)"
    }
    for name in ["gate", "yard"] {
      try browser.wait(
        until: "\(card(name, "observed")).querySelector('svg.strip rect.gap') && \(cells(name)).length > 0")
    }
    try browser.wait(until: "\(lost("gate")) - \(lost("yard")) >= 5", seconds: 90)
    // Its page, by the keyboard.
    try browser.value("(\(card("gate", "observed")).focus(), true)")
    try browser.type("\u{e007}")
    try browser.wait(until: "document.querySelector('main[data-page=stream][data-stream=gate]')")
    #expect(try (browser.value("document.title") as? String)?.contains("gate") == true)
    try browser.wait(until: "document.querySelector('main').innerText.includes('connection refused')")
    for section in ["Timeline", "Coverage", "Latency by stage", "Mean confidence", "Segments"] {
      try browser.wait(
        until:
          "[...document.querySelectorAll('main h2, main h3')].some((title) => title.textContent === '\(section)')"
      )
    }
    try browser.wait(until: "document.querySelector('main').innerText.includes('inference')")
    try browser.value("(history.back(), true)")
    try browser.wait(until: card("gate", "observed"))
    // Nothing was said on the console but of connections that are no more.
    #expect(try browser.console() == [])
    // The service goes, and comes back.
    #expect(try service.end().code == 0)
    try browser.wait(until: "!document.querySelector('#offline').hidden")
    #expect(try browser.value("document.querySelectorAll('.card').length") as? Int == 2)
    let again = try self.service([("gate", gate), ("yard", yard)])
    try browser.wait(
      until: "document.querySelector('#offline').hidden && \(card("yard", "observed"))", seconds: 60)
    let errors = try browser.console().filter { !$0.contains("net::ERR_") }
    #expect(errors == [])
    #expect(try again.end().code == 0)
  }

  @Test func aTokenIsAskedForAndNotShown() throws {
    let token = "0123456789abcdef-secret"
    let file = try folder.write(token + "\n", to: "web.token")
    chmod(file, 0o600)
    let yard = try camera()
    let service = try service([("yard", yard)], http: "address: '0.0.0.0', token: './web.token'")
    try service.wait(for: "yard", .observed)
    let browser = try Browser()
    try browser.open(address)
    try browser.wait(until: "document.querySelector('dialog[open] input')")
    try browser.type("not-the-token-at-all\u{e007}")
    try browser.wait(until: "document.querySelector('dialog[open]').innerText.includes('wrong')")
    try browser.value("(document.querySelector('dialog[open] input').select(), true)")
    try browser.type(token + "\u{e007}")
    try browser.wait(until: card("yard", "observed"))
    try browser.wait(until: "\(card("yard", "observed")).querySelector('img').naturalWidth > 0")
    #expect(try !(#require(browser.value("location.href") as? String)).contains(token))
    let ending = try service.end()
    #expect(ending.code == 0)
    #expect(!ending.errors.contains(token))
  }

  /// Nothing is wider than a telephone, in either theme; the themes differ.
  @Test func onATelephone() throws {
    let yard = try camera()
    let service = try service([("yard", yard)])
    try service.wait(for: "yard", .observed)
    let browser = try Browser(width: 360, height: 740)
    var grounds: Set<String> = []
    for scheme in ["light", "dark"] {
      try browser.devTools(
        "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": scheme]]])
      for page in ["", "#/stream/yard"] {
        try browser.open(address + page)
        try browser.wait(
          until: page.isEmpty
            ? card("yard", "observed") : "document.querySelector('main').innerText.includes('inference')")
        #expect(try browser.value("document.documentElement.scrollWidth") as? Int == 360, "\(scheme) \(page)")
      }
      grounds.insert(
        try browser.value("getComputedStyle(document.body).backgroundColor") as? String ?? "")
    }
    #expect(grounds.count == 2)
    #expect(try browser.console() == [])
    #expect(try service.end().code == 0)
  }

  @Test func withoutAStreamItSaysWhatToDo() throws {
    let service = try RunningService(streams: "", http: "port: \(port)", in: folder)
    try service.wait(for: "an answer") { _ in true }
    let browser = try Browser()
    try browser.open(address)
    try browser.wait(until: "document.querySelector('main').innerText.includes('No stream is configured')")
    #expect(try browser.console() == [])
    #expect(try service.end().code == 0)
  }
}
