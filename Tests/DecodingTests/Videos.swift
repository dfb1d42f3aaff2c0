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

/// A frame's number, time and size, and a hash of all samples of its planes: what a picture is, bit for bit.
struct FrameDigest: Hashable {
  var sequence: Int64
  var mediaTime: MediaTime?
  var size: PixelSize
  var samples: UInt64
}

/// - Parameter rows: how many rows a plane has of those of the first; 4:2:0 unless told.
func digest(_ frame: Frame, chromaShift: (x: Int, y: Int) = (1, 1), bytesASample: Int = 1) -> FrameDigest {
  let picture = frame.picture
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  picture.withPlanes { planes in
    for (index, plane) in planes.enumerated() {
      let isChroma = index == 1 || index == 2
      let (sx, sy) = isChroma ? chromaShift : (0, 0)
      let width = (picture.size.width + (1 << sx) - 1) >> sx
      let height = (picture.size.height + (1 << sy) - 1) >> sy
      for y in 0..<height {
        for x in 0..<width * bytesASample {
          hash = (hash ^ UInt64(plane.address[y * plane.stride + x])) &* 0x100_0000_01b3
        }
      }
    }
  }
  return FrameDigest(
    sequence: frame.sequence, mediaTime: frame.mediaTime, size: picture.size, samples: hash)
}
