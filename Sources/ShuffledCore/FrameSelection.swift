/// Which of a stream's frames are wanted.
public enum FrameSelection: Hashable, Sendable {
  case all
  /// One in so many, starting with the first. At least 1.
  case every(Int)
  /// At most so many a second of media time: the first frame of each slot of 1 / rate seconds, where the first
  /// slot begins with the first frame. Above 0.
  case rate(Double)
  /// Those that need no other to be decoded; only they are. They come as often as the encoder made them: from every frame to one in
  /// some hundred.
  case keyframes
}
