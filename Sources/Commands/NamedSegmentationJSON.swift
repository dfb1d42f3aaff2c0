import FoundationEssentials
import ModelFiles
import Segmentation
import ShuffledCore

extension NamedSegmentation {
  /// Throws a usage failure for a label that the model does not have.
  func checkLabels(of model: ModelDescription) throws {
    guard let unknown = labels.keys.filter({ !model.labels.contains($0) }).min() else { return }
    throw Failure(
      .usage, cannot: "find label", unknown, because: "model '\(model.name)' does not have it",
      remedy: nearestName(to: unknown, in: model.labels).map { "did you mean '\($0)'?" }
        ?? "see 'shuffled model inspect \(model.name)'")
  }
}

extension NamedSegmentation: Decodable {
  private enum Key: String, CodingKey {
    case enter, exit, labels
    case smoothing = "smooth_seconds"
    case minimumDuration = "min_seconds"
    case longestGap = "longest_gap_seconds"
  }

  /// As a run's row keeps it.
  var json: JSON {
    var members: [(Key, JSON)] = [
      (.enter, .number(common.thresholds.enter)), (.exit, .number(common.thresholds.exit)),
      (.smoothing, .number(common.smoothing.seconds)),
      (.minimumDuration, .number(common.minimumDuration.seconds)),
      (.longestGap, .number(common.longestGap.seconds)),
    ]
    if !labels.isEmpty {
      members.append(
        (.labels, .object(labels.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) })))
    }
    return .object(members.map { ($0.0.rawValue, $0.1) })
  }

  private static func json(_ label: SegmentationSettings.LabelSettings) -> JSON {
    let members: [(Key, Double?)] = [
      (.enter, label.enter), (.exit, label.exit), (.minimumDuration, label.minimumDuration?.seconds),
    ]
    return .object(members.compactMap { key, value in value.map { (key.rawValue, .number($0)) } })
  }

  /// What a run's row keeps; the usual ones where it keeps none.
  init(ofRun json: String) {
    struct Kept: Decodable { var segments: NamedSegmentation? }
    let kept = try? JSONDecoder().decode(Kept.self, from: Data(json.utf8))
    self = kept?.segments ?? NamedSegmentation()
  }

  public init(from decoder: any Decoder) throws {
    self.init()
    let kept = try decoder.container(keyedBy: Key.self)
    let usual = SegmentationSettings()
    common = SegmentationSettings(
      thresholds: .init(
        enter: try kept.decode(Double.self, forKey: .enter),
        exit: try kept.decode(Double.self, forKey: .exit)),
      smoothing: try Self.duration(kept, .smoothing) ?? usual.smoothing,
      minimumDuration: try Self.duration(kept, .minimumDuration) ?? usual.minimumDuration,
      longestGap: try Self.duration(kept, .longestGap) ?? usual.longestGap)
    labels = try kept.decodeIfPresent([String: KeptLabel].self, forKey: .labels)?.mapValues(\.settings) ?? [:]
  }

  private struct KeptLabel: Decodable {
    let settings: SegmentationSettings.LabelSettings

    init(from decoder: any Decoder) throws {
      let kept = try decoder.container(keyedBy: Key.self)
      settings = .init(
        enter: try kept.decodeIfPresent(Double.self, forKey: .enter),
        exit: try kept.decodeIfPresent(Double.self, forKey: .exit),
        minimumDuration: try NamedSegmentation.duration(kept, .minimumDuration))
    }
  }

  /// nil where there is none. Throws for what no duration can be.
  private static func duration(_ kept: KeyedDecodingContainer<Key>, _ key: Key) throws -> Duration? {
    guard let seconds = try kept.decodeIfPresent(Double.self, forKey: key) else { return nil }
    guard seconds.magnitude <= 1e9 else {
      throw DecodingError.dataCorruptedError(forKey: key, in: kept, debugDescription: "\(seconds) seconds")
    }
    return .seconds(seconds)
  }
}
