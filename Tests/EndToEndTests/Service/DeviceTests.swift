import Foundation
import Glibc
import HTTP
import TestSupport
import Testing

/// A camera of this machine. There is none here: a library that is preloaded answers for it (Tests/Fixtures/fake_camera.c).
@Suite struct DeviceTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static let source = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/fake_camera.c").path

  /// Of raw pictures, which lie in the driver's memory: that is gone with the device, while frames wait, are worked on and are looked at.
  @Test func aCameraThatIsUnpluggedComesBack() throws {
    let library = folder.file("fake_camera.so")
    let compiled = try Call(
      ["/usr/bin/env", "clang", "-shared", "-fPIC", "-O1", "-o", library, Self.source], in: folder,
      environment: ProcessInfo.processInfo.environment  // Where Swift is, is its clang.
    ).end()
    #expect(compiled.code == 0, "\(compiled)")
    // 32 buffers.
    try folder.write(String(repeating: " ", count: 32 * 320 * 256 * 2), to: "video0")
    try folder.write(
      """
      { database: { path: "x.db" }, http: { enabled: false }, socket: "\(folder.file("s.sock"))", workers: 1,
        streams: { bench: { device: "\(folder.file("video0"))", every: 1, model: "custom-width" } } }
      """, to: "c.json5")
    let service = try RunningService(
      configured: folder,
      environment: [
        "LD_PRELOAD": library, "FAKE_CAMERA": folder.file("video0"), "FAKE_CAMERA_PICTURES": "20",
      ])
    try service.wait(forLog: "bench: the camera is gone")
    // The last picture, while there is no camera.
    let picture = try HTTPClient(sockets: [folder.file("s.sock")]).get("/api/v1/streams/bench/snapshot.jpg").0
      .body
    #expect(picture.prefix(3) == [0xff, 0xd8, 0xff] && picture.count > 500)
    try service.wait(for: "twice as many pictures") { ($0.streams.first?.classified ?? 0) >= 40 }
    let ending = try service.end()
    #expect(ending.code == 0, "\(ending)")
    #expect(ending.errors.contains("notice bench: frames are coming again after "))
    #expect(
      try sqlite("SELECT state, frames_classified >= 40, frames_failed FROM runs", "x.db", in: folder)
        == "interrupted|1|0")
  }
}
