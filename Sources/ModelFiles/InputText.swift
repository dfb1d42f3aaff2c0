import ShuffledCore

/// The input as JSON.
struct InputText: Decodable {
  var height: Int
  var width: Int
  var resizeShorter: Int
  var channelOrder: String
  var scale: Double
  var mean: [Double]
  var std: [Double]

  enum CodingKeys: String, CodingKey {
    case height, width, scale, mean, std
    case resizeShorter = "resize_shorter"
    case channelOrder = "channel_order"
  }

  func specification() throws -> InputSpecification {
    guard let order = InputSpecification.ChannelOrder(rawValue: channelOrder) else {
      throw DescriptionFault(cause: "its channel order '\(channelOrder)' is not known; known are rgb, bgr")
    }
    guard (1...2048).contains(height), (1...2048).contains(width), (1...2048).contains(resizeShorter) else {
      throw DescriptionFault(
        cause: "its input is \(width)x\(height), resized to \(resizeShorter); 1 to 2048 are possible")
    }
    guard mean.count == 3, std.count == 3, std.allSatisfy({ $0 > 0 }), scale > 0 else {
      throw DescriptionFault(cause: "its mean, std and scale do not make a normalisation of 3 channels")
    }
    return InputSpecification(
      size: PixelSize(width: width, height: height), resizeShorter: resizeShorter, channelOrder: order,
      scale: scale, mean: mean, std: std)
  }
}

extension InputSpecification {
  /// As a model file's metadata has it: a JSON object.
  public var json: String {
    func list(_ numbers: [Double]) -> String { "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]" }
    return "{\"height\":\(size.height),\"width\":\(size.width),\"resize_shorter\":\(resizeShorter),"
      + "\"channel_order\":\"\(channelOrder.rawValue)\",\"scale\":\(scale),\"mean\":\(list(mean)),\"std\":\(list(std))}"
  }
}
