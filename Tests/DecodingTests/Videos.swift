import Decoding
import ShuffledCore
import Testing

func frames(_ source: VideoSource) throws -> [Frame] {
  var frames: [Frame] = []
  while let frame = try source.next() { frames.append(frame) }
  return frames
}

func open(_ path: String, _ selection: FrameSelection = .all, threads: Int = 0) throws -> VideoSource {
  try VideoSource(path: path, media: .video, selection: selection, threads: threads)
}

/// The text of the `Failure` that opening and reading throws, and its kind.
func failure(_ path: String, _ media: VideoSource.Media = .video) -> (text: String, kind: Failure.Kind)? {
  do {
    let source = try VideoSource(path: path, media: media, selection: .all)
    while try source.next() != nil {}
    return nil
  } catch let failure as Failure {
    return (failure.description, failure.kind)
  } catch {
    Issue.record("\(error) is not a Failure")
    return nil
  }
}
