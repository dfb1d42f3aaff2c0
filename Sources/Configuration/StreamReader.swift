import ShuffledCore

/// Reads `defaults` and `streams`, and puts each stream together.
struct StreamReader {
  private static let names = "^[A-Za-z0-9_-]{1,64}$"
  /// Of keys that all say which frames; one object may have one of them.
  private static let selections = ["fps", "every", "keyframes"]

  let surroundings: ConfigSurroundings
  private(set) var defaults = StreamKeys.Draft()
  private(set) var streams: [StreamSettings] = []
  private(set) var unreadCredentials: [String] = []

  /// - base: what holds where nobody says otherwise.
  init(_ surroundings: ConfigSurroundings, keepFrames: Duration?, keepMinutes: Duration?) {
    self.surroundings = surroundings
    defaults.settings.keepFrames = keepFrames
    defaults.settings.keepMinutes = keepMinutes
  }

  static var schemas: [ConfigSchema.Property] {
    let stream = ConfigSchema(objectOf: StreamKeys.own + StreamKeys.shared, "one stream")
    let defaults = ConfigSchema(
      objectOf: StreamKeys.shared, "what holds for streams that do not say otherwise")
    return [
      .init(name: "defaults", schema: defaults),
      .init(
        name: "streams", schema: ConfigSchema(namesMatching: names, of: stream, "what is watched, by name")),
    ]
  }

  mutating func readDefaults(_ value: ConfigValue, _ reader: inout ConfigReader) {
    reader.within("defaults") { reader in
      let members = reader.object(value, StreamKeys.shared, into: &defaults)
      Self.checkSelection(members, &reader)
    }
  }

  mutating func readStreams(_ value: ConfigValue, _ reader: inout ConfigReader) {
    reader.within("streams") { reader in
      for member in reader.members(value) {
        reader.within(member.name) {
          $0.remember(member.place)
          readStream(member, &$0)
        }
      }
    }
  }

  private mutating func readStream(_ member: ConfigValue.Member, _ reader: inout ConfigReader) {
    let isName = (1...64).contains(member.name.utf8.count) && member.name.utf8.allSatisfy(Self.isNameByte)
    if !isName {
      reader.report(member.place, "a stream's name has 1 to 64 letters A-Z and a-z, digits, '_' and '-'")
    }
    var draft = defaults
    draft.settings.name = member.name
    let members = reader.object(member.value, StreamKeys.own + StreamKeys.shared, into: &draft)
    Self.checkSelection(members, &reader)
    do {
      try draft.settings.segmentation.validate()
    } catch {
      reader.report(member.place, (error as? Failure)?.cause ?? "\(error)")
    }
    guard let source = readSource(draft, members, member.place, &reader) else { return }
    draft.settings.source = source
    draft.settings.model = modelPath(draft.settings.model)
    streams.append(draft.settings)
  }

  /// Of a model that is named by its file, the path.
  private func modelPath(_ name: String) -> String {
    let isFile = name.contains("/") || [".safetensors", ".pth", ".pt"].contains(where: name.hasSuffix)
    return isFile ? surroundings.absolute(name) : name
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func checkSelection(_ members: [ConfigValue.Member], _ reader: inout ConfigReader) {
    let given = members.filter { selections.contains($0.name) && $0.value.content != .boolean(false) }
    guard let first = given.first, let second = given.dropFirst().first, first.name != second.name else {
      return
    }
    reader.report(second.place, "'\(first.name)' and '\(second.name)' both choose frames", remedy: "give one")
  }

  // MARK: Sources

  private mutating func readSource(
    _ draft: StreamKeys.Draft, _ members: [ConfigValue.Member], _ place: ConfigPlace,
    _ reader: inout ConfigReader
  ) -> SourceSettings? {
    let given = members.filter { ["url", "path", "device"].contains($0.name) }
    guard let kind = given.first, given.allSatisfy({ $0.name == kind.name }) else {
      reader.report(
        given.dropFirst().first?.place ?? place,
        given.isEmpty ? "it has no source" : "it has several sources",
        remedy: "give one of url, path or device")
      return nil
    }
    // Keys that mean nothing to such a source are mistakes.
    let useless =
      kind.name == "url"
      ? ["loop", "paced"] : kind.name == "path" ? ["credential"] : ["loop", "paced", "credential"]
    for member in members where useless.contains(member.name) {
      reader.within(member.name) {
        $0.report(member.place, "it means nothing to a source with '\(kind.name)'")
      }
    }
    if let url = draft.url { return readCamera(url, draft, &reader) }
    if let device = draft.device { return .camera(CameraAddress(device: device)) }
    return draft.path.map {
      .recording(.init(path: surroundings.absolute($0), loops: draft.loops, isPaced: draft.isPaced))
    }
  }

  private mutating func readCamera(
    _ url: (text: String, place: ConfigPlace), _ draft: StreamKeys.Draft, _ reader: inout ConfigReader
  ) -> SourceSettings? {
    var result: CameraAddress?
    reader.within("url") { reader in
      var address: CameraAddress
      do throws(CameraAddress.Fault) {
        address = try CameraAddress(url: url.text)
      } catch {
        return reader.report(url.place, error.cause, remedy: error.remedy)
      }
      if !address.secrets.isEmpty, surroundings.isReadableByAll {
        reader.report(
          url.place, "it has a password in it, and every user may read the file",
          remedy: "chmod 640 \(surroundings.path), or better, use 'credential'")
      }
      address.transport = draft.transport
      result = address
    }
    guard let address = result else { return nil }
    guard let credential = draft.credential else { return .camera(address) }
    result = nil
    reader.within("credential") { reader in
      switch surroundings.credential(credential.text) {
      case .failure(let fault): reader.report(credential.place, fault.text, remedy: fault.remedy)
      case .success(nil):
        result = address
        unreadCredentials.append(credential.text)
      case .success(let text?):
        guard let whole = address.with(credential: text) else {
          let cause =
            address.scheme == .udp
            ? "udp has no passwords" : "the address names no user, and the credential is not USER:PASSWORD"
          return reader.report(credential.place, cause)
        }
        result = whole
      }
    }
    return result.map(SourceSettings.camera)
  }
}
