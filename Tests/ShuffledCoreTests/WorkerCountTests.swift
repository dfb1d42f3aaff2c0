import ShuffledCore
import Testing

@Suite struct WorkerCountTests {
  @Test(arguments: [(0, 1), (1, 1), (8, 8), (200, 200), (512, 200)])
  func asManyAsProcessorsAsFarAsAllowed(processors: Int, workers: Int) {
    #expect(WorkerCount.usual(processors: processors) == workers)
  }
}
