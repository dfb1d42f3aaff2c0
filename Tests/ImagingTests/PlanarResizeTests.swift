import CFFmpeg
import Imaging
import Kernels
import ShuffledCore
import TestSupport
import Testing

/// Pictures of luma and chroma planes, which kernels of our own resize, against the definition in Double: each plane
/// resized by Pillow's triangle, chroma by where its samples lie, then the matrix, rounded once.
@Suite struct PlanarResizeTests {
  /// A picture of three planes of seeded noise.
  struct Planes {
    var size: PixelSize
    var block: PixelSize
    var format: AVPixelFormat
    var color: ColorDescription
    var samples: [[UInt8]]

    func planeSize(_ plane: Int) -> PixelSize {
      plane == 0
        ? size
        : PixelSize(
          width: (size.width + block.width - 1) / block.width,
          height: (size.height + block.height - 1) / block.height)
    }

    init(_ size: PixelSize, block: PixelSize, format: AVPixelFormat, color: ColorDescription, seed: UInt64) {
      (self.size, self.block, self.format, self.color) = (size, block, format, color)
      samples = []
      var generator = SeededGenerator(seed: seed)
      for plane in 0..<3 {
        let size = planeSize(plane)
        samples.append(
          (0..<size.width * size.height).map { _ in UInt8.random(in: 0...255, using: &generator) })
      }
    }

    /// With rows that are followed by bytes of another value.
    func picture(padding: UInt8, orientation: Orientation = .upright) -> Picture {
      var planes: [Picture.Plane] = []
      var addresses: [UInt] = []
      for plane in 0..<3 {
        let size = planeSize(plane)
        let stride = size.width + 64
        let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: stride * size.height)
        storage.initialize(repeating: padding, count: stride * size.height)
        for y in 0..<size.height {
          for x in 0..<size.width { storage[y * stride + x] = samples[plane][y * size.width + x] }
        }
        planes.append(.init(address: UnsafePointer(storage), stride: stride))
        addresses.append(UInt(bitPattern: storage))
      }
      return Picture(
        size: size, pixelFormat: PixelFormat(number: format.rawValue), color: color, orientation: orientation,
        planes: planes,
        release: { [addresses] in
          for address in addresses { UnsafeMutablePointer<UInt8>(bitPattern: address)?.deallocate() }
        })
    }

    /// A plane's value under a sample of the resized picture.
    func resized(_ plane: Int, to target: PixelSize, x: Int, y: Int) -> Double {
      let size = planeSize(plane)
      let shared = plane == 0 ? PixelSize(width: 1, height: 1) : block
      func taps(_ position: Int, _ full: Int, _ resized: Int, _ count: Int, _ block: Int, _ offset: Double)
        -> [(
          Int, Double
        )]
      {
        let scale = Double(full) / Double(resized)
        // Distances in samples of this plane, whose sample i lies at offset + i * block.
        let support = max(scale / Double(block), 1)
        let center = (Double(position) + 0.5) * scale
        let weights = (0..<count).map { index in
          max(0, 1 - abs(offset + Double(index * block) - center) / Double(block) / support)
        }
        let sum = weights.reduce(0, +)
        return weights.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element / sum) }
      }
      let isLeft = [.left, .topLeft, .bottomLeft].contains(color.chromaLocation)
      let left = plane > 0 && !isLeft ? Double(shared.width) / 2 : 0.5
      let top: Double =
        switch color.chromaLocation {
        case .topLeft, .top: 0.5
        case .left, .center: Double(shared.height) / 2
        case .bottomLeft, .bottom: Double(shared.height) - 0.5
        }
      var sum = 0.0
      for (row, rowWeight) in taps(y, self.size.height, target.height, size.height, shared.height, top) {
        for (column, weight) in taps(x, self.size.width, target.width, size.width, shared.width, left) {
          sum += rowWeight * weight * Double(samples[plane][row * size.width + column])
        }
      }
      return sum
    }
  }

  /// Kr and Kb of each matrix.
  static let shares: [(ColorDescription.Matrix, kr: Double, kb: Double)] = [
    (.bt601, 0.299, 0.114), (.bt709, 0.2126, 0.0722), (.bt2020, 0.2627, 0.0593), (.smpte240m, 0.212, 0.087),
    (.fcc, 0.3, 0.11),
  ]

  private func expected(_ planes: Planes, _ specification: InputSpecification) throws -> [UInt8] {
    let geometry = CropGeometry(upright: planes.size, specification: specification)
    let (_, kr, kb) = try #require(Self.shares.first { $0.0 == planes.color.matrix })
    let (width, height) = (specification.size.width, specification.size.height)
    var result: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (sx, sy) = (x + geometry.left, y + geometry.top)
        guard (0..<geometry.resized.width).contains(sx), (0..<geometry.resized.height).contains(sy) else {
          result += [0, 0, 0]
          continue
        }
        let isFull = planes.color.range == .full
        let values = (0..<3).map { planes.resized($0, to: geometry.resized, x: sx, y: sy) }
        let luma = isFull ? values[0] / 255 : (values[0] - 16) / 219
        let (cb, cr) = ((values[1] - 128) / (isFull ? 255 : 224), (values[2] - 128) / (isFull ? 255 : 224))
        let (red, blue) = (luma + 2 * (1 - kr) * cr, luma + 2 * (1 - kb) * cb)
        let green = (luma - kr * red - kb * blue) / (1 - kr - kb)
        result += [red, green, blue].map { UInt8(min(max(($0 * 255).rounded(), 0), 255)) }
      }
    }
    return result
  }

  static let formats: [(AVPixelFormat, PixelSize)] = [
    (AV_PIX_FMT_YUV420P, .init(width: 2, height: 2)), (AV_PIX_FMT_YUVJ420P, .init(width: 2, height: 2)),
    (AV_PIX_FMT_YUV422P, .init(width: 2, height: 1)), (AV_PIX_FMT_YUV440P, .init(width: 1, height: 2)),
    (AV_PIX_FMT_YUV444P, .init(width: 1, height: 1)), (AV_PIX_FMT_YUV411P, .init(width: 4, height: 1)),
    (AV_PIX_FMT_YUV410P, .init(width: 4, height: 4)),
  ]

  static let sizes: [PixelSize] = [
    (1, 1), (2, 1), (1, 3), (3, 2), (4, 4), (7, 5), (16, 9), (17, 64), (63, 65), (64, 64), (97, 31), (31, 97),
    (200, 5), (5, 200), (161, 90),
  ].map { PixelSize(width: $0.0, height: $0.1) }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func isTheDefinition(set: InstructionSet) throws {
    var number = 0
    for (format, block) in Self.formats {
      for size in Self.sizes {
        let locations: [ColorDescription.ChromaLocation] = [
          .left, .center, .topLeft, .top, .bottomLeft, .bottom,
        ]
        let color = ColorDescription(
          matrix: Self.shares[number % 5].0, range: number % 2 == 0 ? .limited : .full,
          chromaLocation: locations[number % 6])
        number += 1
        let planes = Planes(size, block: block, format: format, color: color, seed: UInt64(number))
        for specification in [plain(size: 16, resizeShorter: 18), plain(size: 13, resizeShorter: 11)] {
          let expected = try expected(planes, specification)
          let input = try prepare(planes.picture(padding: 0), specification, set.kernels)
          #expect(
            input == (try prepare(planes.picture(padding: 255), specification, set.kernels)), "padding shows")
          let (mean, most) = difference(input, expected, size: specification.size.width)
          #expect(
            most <= 1 && mean < 0.01,
            "\(set) \(size), block \(block), \(color): mean \(mean), most \(most)")
        }
      }
    }
  }

  /// Rows may be stored bottom up.
  @Test func negativeStrides() throws {
    let planes = Planes(
      PixelSize(width: 40, height: 30), block: PixelSize(width: 2, height: 2), format: AV_PIX_FMT_YUV420P,
      color: ColorDescription(matrix: .bt709, range: .limited), seed: 1)
    let picture = planes.picture(padding: 0)
    var reversed = planes
    for plane in 0..<3 {
      let width = planes.planeSize(plane).width
      reversed.samples[plane] = Swift.stride(
        from: planes.samples[plane].count - width, through: 0, by: -width
      )
      .flatMap { planes.samples[plane][$0..<$0 + width] }
    }
    let upsideDown = reversed.picture(padding: 0)
    let bottomUp = Picture(
      size: planes.size, pixelFormat: picture.pixelFormat, color: picture.color, orientation: .upright,
      planes: upsideDown.withPlanes { stored in
        (0..<3).map { plane in
          let height = planes.planeSize(plane).height
          return Picture.Plane(
            address: stored[plane].address + (height - 1) * stored[plane].stride,
            stride: -stored[plane].stride)
        }
      }, release: { withExtendedLifetime(upsideDown) {} })
    let specification = plain(size: 16, resizeShorter: 18)
    #expect(try prepare(bottomUp, specification) == prepare(picture, specification))
  }

  /// Pictures that are turned are made of the same samples.
  @Test func turned() throws {
    let planes = Planes(
      PixelSize(width: 64, height: 48), block: PixelSize(width: 2, height: 2), format: AV_PIX_FMT_YUV420P,
      color: ColorDescription(matrix: .bt601, range: .limited, chromaLocation: .center), seed: 2)
    let specification = plain(size: 20, resizeShorter: 20)
    let upright = try prepare(planes.picture(padding: 0), specification)
    let turned = try prepare(
      planes.picture(padding: 0, orientation: Orientation(quarterTurns: 2)), specification)
    let layout = PlanarLayout(size: specification.size)
    for y in 0..<20 {
      for x in 0..<20 {
        #expect(
          upright[layout.index(channel: 0, y: y, x: x)]
            == turned[layout.index(channel: 0, y: 19 - y, x: 19 - x)])
      }
    }
  }
}
