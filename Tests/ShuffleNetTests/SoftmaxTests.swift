import ShuffleNet
import ShuffledCore
import Testing

@Suite struct SoftmaxTests {
  @Test func someClassesAreChosenAmongAndKeepTheirConfidences() throws {
    let logits: [Float] = [1, 0, 3, 2]
    let all = try Softmax.top(4, of: logits)
    let some = try Softmax.top(2, of: logits, among: [0, 1, 3])
    #expect(some.map(\.index) == [3, 0])
    #expect(
      some.map(\.confidence) == [3, 0].map { index in all.first { $0.index == index }?.confidence ?? 0 })
    #expect(try Softmax.top(5, of: logits, among: [1]).map(\.index) == [1])
  }

  @Test func confidencesAreTheSoftmaxOverAllClasses() throws {
    // e^0, e^1, e^2, e^3: 1, 2.71828, 7.38906, 20.08554; sum 31.19288.
    let top = try Softmax.top(2, of: [1, 0, 3, 2])
    #expect(top.map(\.index) == [2, 3])
    #expect(abs(top[0].confidence - 0.643_914) < 1e-6)
    #expect(abs(top[1].confidence - 0.236_883) < 1e-6)
  }

  @Test func hugeLogitsDoNotOverflow() throws {
    let top = try Softmax.top(3, of: [1e30, -1e30, 0])
    #expect(
      top == [
        Prediction(index: 0, confidence: 1), Prediction(index: 2, confidence: 0),
        Prediction(index: 1, confidence: 0),
      ])
  }

  @Test func equalLogitsComeByIndex() throws {
    #expect(try Softmax.top(3, of: [5, 5, 5, 5]).map(\.index) == [0, 1, 2])
    #expect(try Softmax.top(3, of: [5, 5, 5, 5]).map(\.confidence) == [0.25, 0.25, 0.25])
  }

  @Test func moreThanThereAreGivesAll() throws {
    #expect(try Softmax.top(9, of: [1, 2]).map(\.index) == [1, 0])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func nothingIsMadeUpFromNonsense(value: Float) {
    let failure = #expect(throws: Failure.self) { try Softmax.top(1, of: [0, value, 1]) }
    #expect(failure?.kind == .failed)
    #expect(
      failure?.description
        == "cannot classify picture: the network's output is not finite "
        + "(check the model with its source; a weight may be damaged)")
  }
}
