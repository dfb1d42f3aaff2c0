import Foundation
import Glibc
import TestSupport
import Testing

/// The installed service under a real systemd, on a Debian without Swift's toolchain.
@Suite(
  .serialized,
  .enabled(if: BootedSystem.unavailable == nil, "needs root, systemd-nspawn and .build/test-root"))
struct ServiceBootTests {
  private let folder: Folder
  private let system: BootedSystem

  init() throws {
    folder = try Folder()
    system = try BootedSystem(in: folder)
    try folder.encode("srv/gate.mp4", source: "testsrc2=s=320x240:r=25:d=4", ["-c:v", "libx264", "-g", "25"])
  }

  private static let oneStream =
    "{ http: { port: 0 }, streams: { gate: { path: '/srv/gate.mp4', loop: true } } }"

  @Test func startsReloadsAnswersAndStops() throws {
    try system.configure(Self.oneStream)
    // Who takes longer to stop than is promised is killed, and has failed.
    try system.override("TimeoutStopSec=5")
    #expect(try system.run("systemctl start shuffled").code == 0)
    #expect(try system.property("ActiveState") == "active")
    #expect(try system.property("StatusText").hasPrefix("1 stream: "))
    let pid = try system.property("MainPID")
    // It needs nothing of Swift's, which is not there.
    #expect(try system.run("ldd /usr/local/bin/shuffled | grep -i swift").output == "")
    #expect(try system.run("ls / /usr/lib /usr/local/lib | grep -i swift").output == "")
    // People in its group may ask it and its database, others not.
    try system.run("useradd -G shuffled insider; useradd outsider")
    #expect(try system.run("su insider -c '/usr/local/bin/shuffled status gate'").code == 0)
    let outsider = try system.run("su outsider -c '/usr/local/bin/shuffled status'")
    #expect(outsider.code == 69)
    #expect(
      outsider.errors
        == "shuffled: cannot ask the daemon '/run/shuffled/control.sock': permission denied (join the group 'shuffled', or use sudo)\n",
      "\(outsider)")
    #expect(
      try system.output(
        "stat -c '%U %G %a' /run/shuffled /run/shuffled/control.sock /var/lib/shuffled /var/lib/shuffled/shuffled.db"
      )
        == """
        shuffled shuffled 750
        shuffled shuffled 660
        shuffled shuffled 750
        shuffled shuffled 640
        """)
    // A reload follows what is new; the process stays.
    try system.configure(
      "{ http: { port: 0 }, streams: { gate: { path: '/srv/gate.mp4', loop: true }, yard: { path: '/srv/none.mp4', loop: true } } }"
    )
    #expect(try system.run("systemctl reload shuffled").code == 0)
    let log = try system.output("journalctl -u shuffled --no-pager -o cat")
    #expect(
      try system.run(
        """
        for i in $(seq 100); do
          /usr/local/bin/shuffled status yard 2>/dev/null && exit 0
          journalctl --sync
        done; exit 1
        """
      ).code == 0, "\(log)")
    #expect(try system.property("MainPID") == pid)
    // The journal knows what matters and what does not.
    let warnings = try system.output("journalctl -u shuffled --no-pager -o cat -p warning")
    #expect(warnings.contains("yard: no such file"), "\(warnings)")
    #expect(!warnings.contains("frames are coming"))
    #expect(try system.run("systemctl stop shuffled").code == 0)
    #expect(try system.property("Result") == "success")
    #expect(try system.property("ExecMainStatus") == "0")
    #expect(
      try system.output(
        "su insider -c '/usr/local/bin/shuffled query runs -d /var/lib/shuffled/shuffled.db --format csv'"
      )
      .contains("interrupted"))
  }

  @Test func aProcessThatHangsIsKilledAndStartedAgain() throws {
    try system.configure(Self.oneStream)
    try system.override("WatchdogSec=2\nTimeoutAbortSec=1\nRestartSec=100ms")
    #expect(try system.run("systemctl start shuffled").code == 0)
    let pid = try system.property("MainPID")
    try system.run("kill -STOP \(pid)")
    try system.wait(for: "NRestarts", "1")
    try system.wait(for: "ActiveState", "active")
    #expect(try system.property("MainPID") != pid)
    #expect(try system.output("journalctl -u shuffled --no-pager -o cat").contains("Watchdog timeout"))
  }

  @Test func aProcessThatIsKilledIsStartedAgain() throws {
    try system.configure(Self.oneStream)
    try system.override("RestartSec=100ms")
    #expect(try system.run("systemctl start shuffled").code == 0)
    #expect(
      try system.run(
        "for i in $(seq 200); do /usr/local/bin/shuffled status gate | grep -q observed && exit 0; done; exit 1"
      ).code == 0)
    try system.run("kill -KILL \(try system.property("MainPID"))")
    try system.wait(for: "NRestarts", "1")
    try system.wait(for: "ActiveState", "active")
    #expect(
      try system.output("/usr/local/bin/shuffled query runs -d /var/lib/shuffled/shuffled.db --format csv")
        .contains(
          "abandoned"))
  }

  @Test func aCrashLoopEndsAsFailed() throws {
    try system.configure("{ http: { port: 0 }, database: { path: '/proc/none.db' } }")
    try system.override("RestartSec=100ms")
    #expect(try system.run("systemctl start shuffled").code == 1)
    try system.wait(for: "ActiveState", "failed")
    #expect(try system.property("NRestarts") == "5")
    #expect(try system.property("ExecMainStatus") == "74")
    #expect(
      try system.output("journalctl -u shuffled --no-pager -o cat").contains(
        "Start request repeated too quickly."))
  }

  @Test func aBadConfigurationIsNotTriedAgain() throws {
    try system.configure("{ streams: { gate: { pth: '/srv/gate.mp4' } } }")
    #expect(try system.run("systemctl start shuffled").code == 1)
    try system.wait(for: "ActiveState", "failed")
    #expect(try system.property("NRestarts") == "0")
    #expect(try system.property("ExecMainStatus") == "78")
    #expect(
      try system.output("journalctl -u shuffled --no-pager -o cat -p err").contains(
        "cannot use configuration '/etc/shuffled/shuffled.json5': line 1: streams.gate.pth: there is no such key (did you mean 'path'?)"
      ))
  }

  @Test func theSandboxIsInForce() throws {
    try system.configure(Self.oneStream)
    #expect(try system.run("systemctl start shuffled").code == 0)
    let pid = try system.property("MainPID")
    let status = try system.output("grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/\(pid)/status")
    #expect(
      status.replacingOccurrences(of: "\t", with: " ")
        == """
        CapEff: 0000000000000000
        CapBnd: 0000000000000000
        NoNewPrivs: 1
        Seccomp: 2
        """)
    // As it sees the files, even as root: read-only, others' homes empty, its own folder its own.
    func inside(_ script: String) throws -> Int32 {
      try system.run("nsenter -t \(pid) -m -- sh -c '\(script)'").code
    }
    #expect(try inside("touch /etc/x 2>/dev/null") != 0)
    #expect(try inside("touch /usr/x 2>/dev/null") != 0)
    #expect(try inside("find /home /root -mindepth 1 | grep .") != 0)
    #expect(try inside("touch /var/lib/shuffled/x") == 0)
    #expect(try inside("touch /run/shuffled/x") == 0)
  }

  /// The sandbox hides the kernel's list of locks, by which others see that somebody writes the database.
  @Test func anOutageThatLastsIsNoTimeWithoutAService() throws {
    let port = RTSPCamera.freePort()
    let closed = RTSPCamera.freePort()
    try system.configure(
      "{ http: { port: \(port) }, streams: { gate: { url: 'rtsp://localhost:\(closed)/cam1' } } }")
    #expect(try system.run("systemctl start shuffled").code == 0)
    // Several times: what is asked just after a commit looks right in any case.
    let answers = try system.output(
      """
      ask() {
        exec 3<>/dev/tcp/127.0.0.1/\(port)
        printf 'GET /api/v1/gaps?since=1h HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3
        tail -n 1 <&3
      }
      for i in $(seq 400); do ask | grep -q 'connection refused' && break; done
      for i in $(seq 20); do ask; echo; done
      """, shell: "bash")
    let lines = answers.split(separator: "\n")
    #expect(lines.count == 20)
    for line in lines {
      let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let last = (answer?["rows"] as? [[String: Any]])?.last
      #expect(last?["reason"] as? String == "connection refused", "\(line)")
      #expect(last?["state"] as? String != "offline", "\(line)")
    }
  }

  /// A real camera by its host's name, with a password that systemd gives.
  @Test(.enabled(if: RTSPCamera.unavailable == nil, "needs GStreamer's RTSP server"))
  func aCredentialOpensACamera() throws {
    try folder.encode(
      "camera.h264", source: "testsrc2=s=320x240:r=25:d=4",
      ["-c:v", "libx264", "-bf", "0", "-g", "25", "-x264-params", "aud=1:repeat-headers=1"])
    let camera = try RTSPCamera(file: folder.file("camera.h264"), user: "viewer:hidden-word")
    try system.run("echo hidden-word > /etc/shuffled/gate.password; chmod 600 /etc/shuffled/gate.password")
    try system.override("LoadCredential=gate:/etc/shuffled/gate.password")
    try system.configure(
      "{ http: { port: 0 }, streams: { gate: { url: 'rtsp://viewer@localhost:\(camera.port)/cam1', credential: 'gate' } } }"
    )
    #expect(try system.run("systemctl start shuffled").code == 0)
    #expect(
      try system.run(
        "for i in $(seq 400); do /usr/local/bin/shuffled status gate | grep -q '^gate  *observed' && exit 0; done; exit 1"
      ).code == 0)
    let seen = try system.output(
      "journalctl -u shuffled --no-pager; systemctl status shuffled; /usr/local/bin/shuffled status -f json")
    #expect(seen.contains("rtsp://localhost:\(camera.port)/cam1"))
    #expect(!seen.contains("hidden-word"))
    #expect(try system.run("grep -q hidden-word /var/lib/shuffled/*").code == 1)
  }
}
