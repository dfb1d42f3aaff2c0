import Glibc
import ShuffledCore
import Testing

@Suite struct FileIdentityTests {
  @Test func aFileIsItselfByAnyName() throws {
    let descriptor = open("/", O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    let root = try #require(FileIdentity(of: descriptor))
    #expect(root == FileIdentity(at: "/../."))
    #expect(root != FileIdentity(at: "/dev"))
    #expect(FileIdentity(at: "/no such file") == nil)
    #expect(FileIdentity(of: -1) == nil)
  }
}
