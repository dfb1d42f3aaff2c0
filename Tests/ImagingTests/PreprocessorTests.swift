import Imaging
import ShuffledCore
import Testing

@Suite struct PreprocessorTests {
  @Test func placeholder() {}
}
