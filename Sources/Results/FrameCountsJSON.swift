import ShuffledCore
import Store

extension FrameCounts {
  var json: JSON {
    .object([
      ("classified", .integer(classified)), ("failed", .integer(failed)), ("dropped", .integer(dropped)),
    ])
  }
}
