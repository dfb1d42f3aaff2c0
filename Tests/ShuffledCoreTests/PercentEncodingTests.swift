import ShuffledCore
import Testing

@Suite struct PercentEncodingTests {
  @Test func onlyWhatMeansNothingStays() {
    #expect(PercentEncoding.encode("aZ09-._~") == "aZ09-._~")
    #expect(PercentEncoding.encode("a/b c%?é") == "a%2Fb%20c%25%3F%C3%A9")
    #expect(PercentEncoding.encode("/a b", keeping: "/") == "/a%20b")
  }
}
