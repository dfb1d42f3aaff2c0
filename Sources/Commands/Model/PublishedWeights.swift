import ShuffleNet

/// The weights that torchvision publishes, trained on ImageNet.
struct PublishedWeights {
  /// Of the network, as `model fetch` takes it.
  var name: String
  /// On the server. What follows the last dash are the first digits of the file's SHA-256.
  var file: String

  static let all = [
    PublishedWeights(name: "shufflenet_v2_x0_5", file: "shufflenetv2_x0.5-f707e7126e.pth"),
    PublishedWeights(name: "shufflenet_v2_x1_0", file: "shufflenetv2_x1-5666bf0f80.pth"),
    PublishedWeights(name: "shufflenet_v2_x1_5", file: "shufflenetv2_x1_5-3c479a10.pth"),
    PublishedWeights(name: "shufflenet_v2_x2_0", file: "shufflenetv2_x2_0-8be3c8ee.pth"),
  ]

  static let server = "https://download.pytorch.org/models/"

  /// What the file's SHA-256 begins with.
  var digits: String { Self.digits(in: file) ?? "" }

  /// The digits between the last dash of a file's name and its ending; nil where there are none.
  static func digits(in file: String) -> String? {
    let stem = file.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
    guard let dash = stem.lastIndex(of: "-") else { return nil }
    let digits = stem[stem.index(after: dash)...]
    return digits.count >= 8 && digits.allSatisfy { $0.isASCII && $0.isHexDigit } ? String(digits) : nil
  }
}
