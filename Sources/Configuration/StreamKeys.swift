import Segmentation
import ShuffledCore

/// What a configuration may say of a stream.
enum StreamKeys {
  /// What was written before it is put together.
  struct Draft {
    var settings: StreamSettings
    var url: (text: String, place: ConfigPlace)?
    var path: String?
    var device: String?
    var credential: (text: String, place: ConfigPlace)?
    var transport = CameraAddress.Transport.tcp
    var loops = false
    var isPaced = true

    /// What holds where nobody says otherwise.
    init() {
      settings = StreamSettings(
        name: "", source: .recording(.init(path: "", loops: false, isPaced: true)))
    }
  }

  private static let defaults = Draft()

  /// Those of a stream alone.
  static var own: [ConfigKey<Draft>] {
    [
      ConfigKey(
        "enabled", ConfigType.boolean, \.settings.isEnabled, default: defaults, "false: it is not watched"),
      ConfigKey("url", "a live source: rtsp, rtsps, http, https, udp or srt") { $0.url = ($1, $2) },
      ConfigKey("device", "a camera of this machine: /dev/video0") { draft, text, _ in draft.device = text },
      ConfigKey("path", "a video file, or a folder of them") { draft, text, _ in draft.path = text },
      ConfigKey("loop", ConfigType.boolean, \.loops, default: defaults, "of path: begin again after the end"),
      ConfigKey(
        "paced", ConfigType.boolean, \.isPaced, default: defaults,
        "of path: as fast as it was recorded; false: as fast as it can be worked on"),
      ConfigKey(
        "credential",
        "of url: the name of a systemd credential, or the path of a file, with the password (or USER:PASSWORD)"
      ) { $0.credential = ($1, $2) },
    ]
  }

  /// Those that `defaults` may have too.
  static var shared: [ConfigKey<Draft>] { frames + classification + limits }

  private static var frames: [ConfigKey<Draft>] {
    [
      ConfigKey(
        "transport", ConfigType<CameraAddress.Transport>.choice(), \.transport, default: defaults,
        "of rtsp: what carries the video"),
      ConfigKey(
        "fps", ConfigType.number(0.001...1000).schemaWithDefault(.number(5)),
        "at most so many frames a second are classified"
      ) { value, draft, reader in
        if let rate = reader.value(value, ConfigType.number(0.001...1000)) {
          draft.settings.selection = .rate(rate)
        }
      },
      ConfigKey(
        "every", ConfigType.integer(1...1_000_000).schema, "one frame in so many is classified; 1: all"
      ) {
        value, draft, reader in
        if let n = reader.value(value, ConfigType.integer(1...1_000_000)) {
          draft.settings.selection = n == 1 ? .all : .every(n)
        }
      },
      ConfigKey("keyframes", ConfigType.boolean.schema, "true: keyframes only, the cheapest to decode") {
        value, draft, reader in
        if reader.value(value, ConfigType.boolean) == true { draft.settings.selection = .keyframes }
      },
      ConfigKey(
        "region", ConfigType.region.optional, \.settings.region, default: defaults,
        "the part of the picture that counts: left, top, width, height as fractions; null: all of it"),
    ]
  }

  private static var classification: [ConfigKey<Draft>] {
    [
      ConfigKey("model", ConfigType.text, \.settings.model, default: defaults, "a model's name or file"),
      ConfigKey(
        "top", ConfigType.integer(1...1000), \.settings.top, default: defaults, "classes kept of a frame"),
      ConfigKey(
        "labels", ConfigType.texts, \.settings.labels, default: defaults,
        "the labels that are looked at; none: all of the model's"),
      ConfigKey(
        "segments", \.settings.segmentation, "how confidences of frames become stretches of time",
        SegmentKeys.all),
    ]
  }

  private static var limits: [ConfigKey<Draft>] {
    let wait = Duration.seconds(1)...Duration.seconds(3600)
    return [
      ConfigKey(
        "keep_frames", ConfigType.duration(ServiceKeys.ages).optional, \.settings.keepFrames, default: nil,
        "as in database, for this stream"),
      ConfigKey(
        "keep_minutes", ConfigType.duration(ServiceKeys.ages).optional, \.settings.keepMinutes, default: nil,
        "as in database, for this stream"),
      ConfigKey(
        "connect_timeout", ConfigType.duration(wait), \.settings.connectTimeout, default: defaults,
        "how long connecting may take"),
      ConfigKey(
        "stall_timeout", ConfigType.duration(wait), \.settings.stallTimeout, default: defaults,
        "without a frame for so long, the source is connected to anew"),
      ConfigKey(
        "frozen_timeout", ConfigType.duration(wait.lowerBound...Duration.seconds(86_400)).optional,
        \.settings.frozenTimeout,
        default: defaults,
        "when the picture has not changed at all for so long, the stream counts as frozen; null: never"),
      ConfigKey(
        "max_result_age", ConfigType.duration(.milliseconds(10)...Duration.seconds(60)),
        \.settings.maximumResultAge,
        default: defaults, "a frame of a live source that has waited longer is dropped"),
      ConfigKey(
        "queue", ConfigType.integer(1...1000), \.settings.queue, default: defaults,
        "decoded frames that may wait"),
    ]
  }
}

extension ConfigType {
  fileprivate func schemaWithDefault(_ value: ConfigSchema.Scalar) -> ConfigSchema {
    var schema = schema
    schema.default = value
    return schema
  }
}

extension ConfigKey where Settings == StreamKeys.Draft {
  /// A text that is kept with its place.
  fileprivate init(
    _ name: String, _ about: String, keep: @escaping (inout StreamKeys.Draft, String, ConfigPlace) -> Void
  ) {
    self.init(name, ConfigType.text.schema, about) { value, draft, reader in
      if let text = reader.value(value, ConfigType.text) { keep(&draft, text, value.place) }
    }
  }
}
