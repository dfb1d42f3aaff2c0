import KernelInterface
import ShuffledCore

/// Where every channel lives: in which lane of which slab, and where that slab lies in the arena.
///
/// An operation that mixes channels may put its outputs into any order, so it sorts them by how long they are
/// needed: the channels that the next unit consumes share slabs, and so do those that pass several units by.
/// A slab is given back when the last of its channels has been read. An operation that works lane by lane
/// (depthwise, pooling) keeps each channel in the lane it came in.
struct ChannelPlan {
  struct Place: Equatable {
    var slab: Int
    var lane: Int
  }

  struct Slab {
    var size: PixelSize
    /// In floats from the arena's start.
    var offset: Int
    /// Index of the operation that writes it, and of the last one that reads it.
    var written: Int
    var lastRead: Int
    var floats: Int { size.pixels * slabLanes }
  }

  /// By channel.
  private(set) var places: [Place]
  private(set) var slabs: [Slab] = []
  /// The output slabs of each operation.
  private(set) var outputSlabs: [[Int]] = []
  /// The distinct input slabs of each operation, in the order in which its outputs mirror them.
  private(set) var inputSlabs: [[Int]] = []
  /// Floats that the slabs need.
  private(set) var floats = 0

  /// - firstOffset: where the slabs may start in the arena, in floats.
  init(_ graph: NetworkGraph, firstOffset: Int) {
    places = Array(repeating: Place(slab: -1, lane: -1), count: graph.channelCount)
    let lastRead = Self.lastReads(graph)
    for (index, operation) in graph.operations.enumerated() {
      inputSlabs.append(distinctSlabs(operation.inputs))
      outputSlabs.append(place(operation, index: index, lastRead: lastRead))
    }
    allocate(graph.operations.count, firstOffset: firstOffset)
  }

  /// The offset of a channel's first pixel from the arena's start, in floats.
  func offset(_ channel: Channel) -> Int {
    slabs[places[channel].slab].offset + places[channel].lane
  }

  /// The last operation that reads each channel; the number of operations for those that leave the network.
  private static func lastReads(_ graph: NetworkGraph) -> [Int] {
    var last = Array(repeating: graph.operations.count, count: graph.channelCount)
    for (index, operation) in graph.operations.enumerated() {
      for channel in operation.inputs { last[channel] = index }
    }
    return last
  }

  private func distinctSlabs(_ channels: [Channel]) -> [Int] {
    var seen = Set<Int>()
    return channels.compactMap { seen.insert(places[$0].slab).inserted ? places[$0].slab : nil }
  }

  private mutating func place(_ operation: NetworkGraph.Operation, index: Int, lastRead: [Int]) -> [Int] {
    let firstSlab = slabs.count
    func newSlab() -> Slab { Slab(size: operation.outputSize, offset: -1, written: index, lastRead: index) }
    switch operation.kind {
    case .stem, .pointwise:
      let longestLast = operation.outputs.sorted { (lastRead[$0], $0) < (lastRead[$1], $1) }
      for (position, channel) in longestLast.enumerated() {
        if position % slabLanes == 0 { slabs.append(newSlab()) }
        places[channel] = Place(slab: firstSlab + position / slabLanes, lane: position % slabLanes)
      }
    case .maxPool, .depthwise, .globalMean:
      var mirror: [Int: Int] = [:]
      for slab in inputSlabs[index] {
        mirror[slab] = slabs.count
        slabs.append(newSlab())
      }
      for (input, output) in zip(operation.inputs, operation.outputs) {
        guard let slab = mirror[places[input].slab] else { preconditionFailure("an input has no slab") }
        places[output] = Place(slab: slab, lane: places[input].lane)
      }
    }
    for channel in operation.outputs {
      let slab = places[channel].slab
      slabs[slab].lastRead = max(slabs[slab].lastRead, lastRead[channel])
    }
    return Array(firstSlab..<slabs.count)
  }

  /// First fit over the operations in order: the slabs of an operation are placed before those it reads last
  /// are given back, so that an output never lies over an input.
  private mutating func allocate(_ operations: Int, firstOffset: Int) {
    var free = FreeSpace(first: firstOffset)
    for index in 0..<operations {
      for slab in outputSlabs[index] { slabs[slab].offset = free.take(slabs[slab].floats) }
      for slab in slabs.indices where slabs[slab].lastRead == index && slabs[slab].written <= index {
        free.give(slabs[slab].offset, slabs[slab].floats)
      }
    }
    floats = free.highest - firstOffset
  }
}

/// The unused stretches of an arena that may grow at its end.
struct FreeSpace {
  private var stretches: [Range<Int>]
  private(set) var highest: Int

  init(first: Int) {
    stretches = [first..<Int.max]
    highest = first
  }

  mutating func take(_ count: Int) -> Int {
    guard let index = stretches.firstIndex(where: { $0.count >= count }) else {
      preconditionFailure("the last stretch has no end")
    }
    let start = stretches[index].lowerBound
    let rest = start + count..<stretches[index].upperBound
    if rest.isEmpty { stretches.remove(at: index) } else { stretches[index] = rest }
    highest = max(highest, start + count)
    return start
  }

  mutating func give(_ start: Int, _ count: Int) {
    let index = stretches.firstIndex { $0.lowerBound >= start + count } ?? stretches.count
    stretches.insert(start..<start + count, at: index)
    if index + 1 < stretches.count, stretches[index].upperBound == stretches[index + 1].lowerBound {
      stretches[index] = stretches[index].lowerBound..<stretches[index + 1].upperBound
      stretches.remove(at: index + 1)
    }
    if index > 0, stretches[index - 1].upperBound == stretches[index].lowerBound {
      stretches[index - 1] = stretches[index - 1].lowerBound..<stretches[index].upperBound
      stretches.remove(at: index)
    }
  }
}
