import Glibc
import HTTP
import Testing

@Suite struct HostCheckTests {
  @Test(arguments: [
    "127.0.0.1", "127.0.0.1:9470", "[::1]:9470", "[::1]", "localhost", "LOCALHOST:80", "192.0.2.7:1",
  ])
  func ownAddresses(host: String) { #expect(HostCheck.allows(host)) }

  @Test(arguments: [
    "evil.example", "evil.example:9470", "localhost.evil.example", "127.0.0.1.evil.example", "", "[evil]",
  ])
  func othersNames(host: String) { #expect(!HostCheck.allows(host)) }

  @Test func noNameAndThisMachines() throws {
    #expect(HostCheck.allows(nil))
    var name = [CChar](repeating: 0, count: 256)
    try #require(gethostname(&name, 255) == 0)
    let own = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    #expect(HostCheck.allows(own + ":9470"))
  }
}
