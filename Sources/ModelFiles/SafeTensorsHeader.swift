import FoundationEssentials

/// The header of a safetensors file: JSON, one member a tensor, and texts under `__metadata__`.
struct SafeTensorsHeader: Decodable {
  struct Entry: Sendable {
    /// As the file names it; it need not be one that can be read.
    var type: String
    var shape: [Int]
    /// Relative to the end of the header.
    var range: Range<Int>
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [String: Entry] = [:]

  /// Throws `TensorFileFault` with the reason.
  init(json: [UInt8]) throws {
    try JSONScan.check(json)
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch let fault as TensorFileFault {
      throw fault
    } catch {
      throw TensorFileFault(cause: "its header is not valid JSON")
    }
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct RawEntry: Decodable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      let name = key.stringValue
      if name == "__metadata__" {
        guard let texts = try? container.decode([String: String].self, forKey: key) else {
          throw TensorFileFault(cause: "its metadata is not a map of texts")
        }
        metadata = texts
        continue
      }
      guard let raw = try? container.decode(RawEntry.self, forKey: key) else {
        throw TensorFileFault(cause: "the entry of tensor '\(name.shortened)' is malformed")
      }
      guard raw.offsets.count == 2, raw.offsets[0] >= 0, raw.offsets[1] >= raw.offsets[0] else {
        throw TensorFileFault(
          cause: "tensor '\(name.shortened)' has impossible offsets \(raw.offsets.prefix(3))")
      }
      entries[name] = Entry(type: raw.dtype, shape: raw.shape, range: raw.offsets[0]..<raw.offsets[1])
    }
  }
}
