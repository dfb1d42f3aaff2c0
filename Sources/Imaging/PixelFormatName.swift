import CFFmpeg
import ShuffledCore

extension PixelFormat {
  /// FFmpeg's name, such as `yuv420p`; the number where it has none.
  public var name: String {
    av_get_pix_fmt_name(AVPixelFormat(rawValue: number)).map { String(cString: $0) } ?? "\(number)"
  }
}
