import Glibc
import ShuffledCore

/// The most likely classes of a vector of logits.
public enum Softmax {
  /// The `count` most likely classes, most likely first, equal ones by index. Confidences are the softmax over
  /// all classes. Throws `failed` when a logit is not finite: no label is made up from NaN.
  /// - Parameter wanted: classes to choose among, in ascending order; nil: all.
  public static func top(
    _ count: Int, of logits: [Float], among wanted: [Int]? = nil
  ) throws -> [Prediction] {
    precondition(count > 0 && !logits.isEmpty, "\(count) of \(logits.count) classes")
    guard logits.allSatisfy(\.isFinite) else {
      throw Failure(
        .failed, cannot: "classify picture", because: "the network's output is not finite",
        remedy: "check the model with its source; a weight may be damaged")
    }
    let largest = logits.max() ?? 0
    let exponentials = logits.map { exp(Double($0) - Double(largest)) }
    let sum = exponentials.reduce(0, +)
    let order = topIndices(count, of: logits, among: wanted)
    return order.map { Prediction(index: $0, confidence: Float(exponentials[$0] / sum)) }
  }

  /// One pass, keeping a short sorted list: the count is small, the classes may be many.
  private static func topIndices(_ count: Int, of logits: [Float], among wanted: [Int]?) -> [Int] {
    guard let wanted else { return topIndices(count, of: logits, in: logits.indices) }
    return topIndices(count, of: logits, in: wanted)
  }

  private static func topIndices(_ count: Int, of logits: [Float], in indices: some Sequence<Int>) -> [Int] {
    var best: [Int] = []
    best.reserveCapacity(count + 1)
    for index in indices {
      if best.count == count, logits[index] <= logits[best[count - 1]] { continue }
      let position = best.firstIndex { logits[$0] < logits[index] } ?? best.count
      best.insert(index, at: position)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
