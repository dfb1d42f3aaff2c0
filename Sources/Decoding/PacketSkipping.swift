import CFFmpeg

/// Which of a codec's packets can be left out such that the other frames stay the same, bit for bit.
///
/// Not in here, because results would change or numbers could not be told: FFmpeg's own `skip_frame` for HEVC, since what it calls
/// unreferenced may be referenced by pictures of a higher temporal layer; VP8, MPEG-2 and MPEG-4, whose packets may hold no frame
/// or two; `skip_loop_filter`, since other pictures are predicted from filtered ones.
struct PacketSkipping {
  /// Each packet is a frame that needs no other.
  let isIntraOnly: Bool
  /// The decoder can be told to pass a packet over unless other frames are predicted from it: H.264 says so in each.
  let canAskDecoder: Bool
  /// A packet that its container marks as needed by no other is one frame.
  let canDropDisposable: Bool
  /// Two packets may be the fields of one frame: then only the decoder can tell what is a frame. Some cameras send field pictures, and
  /// the parameters do not say whether an interlaced stream has any.
  let mayHaveFields: Bool

  init(_ parameters: AVCodecParameters) {
    let descriptor = avcodec_descriptor_get(parameters.codec_id)
    let properties = descriptor?.pointee.props ?? 0
    isIntraOnly = properties & AV_CODEC_PROP_INTRA_ONLY != 0
    let isProgressive = [AV_FIELD_PROGRESSIVE, AV_FIELD_UNKNOWN].contains(parameters.field_order)
    mayHaveFields = !isIntraOnly && !isProgressive
    canAskDecoder = parameters.codec_id == AV_CODEC_ID_H264 && !mayHaveFields
    canDropDisposable =
      [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC].contains(parameters.codec_id) && !mayHaveFields
  }
}

/// What is done with a packet.
enum PacketTreatment: Equatable {
  case decode
  /// With nothing before or after it.
  case decodeAlone
  /// If other frames are predicted from it; the decoder knows.
  case decodeIfReferenced
  /// Nobody asks for its frame.
  case skip
  /// A keyframe is waited for, and it is none.
  case passOver
}
