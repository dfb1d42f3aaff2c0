import Glibc
import ShuffledCore
import Testing

@Suite struct SystemTextTests {
  @Test(arguments: [
    (EACCES, "permission denied"), (ENOSPC, "no space left on device"), (123_456, "error 123456"),
  ])
  func errorsHaveTexts(code: Int32, text: String) {
    #expect(systemText(code) == text)
  }
}
