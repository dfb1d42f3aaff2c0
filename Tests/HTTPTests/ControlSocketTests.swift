import Foundation
import Glibc
import HTTP
import TestSupport
import Testing

@Suite struct ControlSocketTests {
  /// Without the one in /tmp, which depends on what is there.
  private func candidates(_ environment: [String: String]) -> [String] {
    ControlSocket.candidates(environment: environment).filter { !$0.hasPrefix("/tmp/shuffled-") }
  }

  @Test func whereADaemonMayBe() {
    #expect(candidates([:]) == ["/run/shuffled/control.sock"])
    #expect(
      candidates(["RUNTIME_DIRECTORY": "/run/a:/run/b", "XDG_RUNTIME_DIR": "/run/user/7"])
        == ["/run/a/control.sock", "/run/shuffled/control.sock", "/run/user/7/shuffled/control.sock"])
    // systemd's own name for the usual place.
    #expect(candidates(["RUNTIME_DIRECTORY": "/run/shuffled"]) == ["/run/shuffled/control.sock"])
    #expect(candidates(["RUNTIME_DIRECTORY": "", "XDG_RUNTIME_DIR": ""]) == ["/run/shuffled/control.sock"])
  }

  /// Who names a daemon wants no other's answer.
  @Test func theOneThatIsNamed() throws {
    let environment = ["SHUFFLED_SOCKET": "/srv/a.sock", "RUNTIME_DIRECTORY": "/run/a"]
    #expect(ControlSocket.candidates(environment: environment) == ["/srv/a.sock"])
    #expect(try ControlSocket.defaultPath(environment: environment) == "/srv/a.sock")
    #expect(candidates(["SHUFFLED_SOCKET": ""]) == ["/run/shuffled/control.sock"])
  }

  @Test func theFolderIsMade() throws {
    let folder = try Folder()
    let wanted = folder.file("runtime")
    let path = try ControlSocket.defaultPath(environment: ["RUNTIME_DIRECTORY": wanted])
    #expect(path == wanted + "/control.sock")
    var status = stat()
    #expect(lstat(wanted, &status) == 0 && status.st_mode & 0o7777 == 0o700)
    #expect(try ControlSocket.defaultPath(environment: ["RUNTIME_DIRECTORY": wanted]) == path)
  }

  /// A file where a folder should be, and a folder in a folder that is not there: the next place is taken.
  @Test func whatCannotBeMadeIsPassedOver() throws {
    let folder = try Folder()
    let file = try folder.write("", to: "file")
    for wanted in [file, folder.file("none/deeper")] {
      let path = try ControlSocket.defaultPath(environment: ["RUNTIME_DIRECTORY": wanted])
      #expect(!path.hasPrefix(folder.path), "\(path)")
    }
  }
}
