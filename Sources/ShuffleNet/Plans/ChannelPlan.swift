import KernelInterface
import ShuffledCore

/// Where every channel lives: in which lane of which slab, and where that slab lies in the arena.
///
/// An operation that mixes channels may put its outputs into any order, so it sorts them by how long they are
/// needed: the channels that the next unit consumes share slabs, and so do those that pass several units by.
/// A slab is given back when the last of its channels has been read. An operation that works lane by lane
/// (depthwise, pooling) keeps each channel in the lane it came in, and what is added to something takes its place.
struct ChannelPlan {
  struct Place: Equatable {
    var slab: Int
    var lane: Int
  }

  struct Slab {
    /// In floats from the arena's start.
    var offset: Int
    /// The last operation that reads it.
    var lastRead: Int
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
  init(_ graph: NetworkGraph, _ schedule: RowSchedule, firstOffset: Int) {
    places = Array(repeating: Place(slab: -1, lane: -1), count: graph.channelCount)
    let lastRead = Self.lastReads(graph)
    for (index, operation) in graph.operations.enumerated() {
      inputSlabs.append(distinctSlabs(operation.inputs))
      outputSlabs.append(place(operation, index: index, lastRead: lastRead))
    }
    allocate(graph, schedule, firstOffset: firstOffset)
  }

  /// The offset of a channel's first pixel that is kept, from the arena's start, in floats.
  func offset(_ channel: Channel) -> Int {
    slabs[places[channel].slab].offset + places[channel].lane
  }

  /// The channels that a call makes, in order.
  func outputs(of call: RowSchedule.Call, _ graph: NetworkGraph) -> [Channel] {
    part(call.slabs, of: outputSlabs[call.operation], graph.operations[call.operation].outputs)
  }

  /// The channels that a call reads, in order.
  func inputs(of call: RowSchedule.Call, _ graph: NetworkGraph) -> [Channel] {
    part(call.inputSlabs, of: inputSlabs[call.operation], graph.operations[call.operation].inputs)
  }

  private func part(_ part: Range<Int>?, of slabs: [Int], _ channels: [Channel]) -> [Channel] {
    guard let part, part != slabs.indices else { return channels }
    let some = Set(slabs[part])
    return channels.filter { some.contains(places[$0].slab) }
  }

  /// The last operation that reads each channel; the number of operations for those that leave the network.
  private static func lastReads(_ graph: NetworkGraph) -> [Int] {
    var last = Array(repeating: graph.operations.count, count: graph.channelCount)
    for (index, operation) in graph.operations.enumerated() {
      for channel in operation.inputs + operation.addends { last[channel] = index }
    }
    return last
  }

  private func distinctSlabs(_ channels: [Channel]) -> [Int] {
    var seen = Set<Int>()
    return channels.compactMap { seen.insert(places[$0].slab).inserted ? places[$0].slab : nil }
  }

  private mutating func place(_ operation: NetworkGraph.Operation, index: Int, lastRead: [Int]) -> [Int] {
    let firstSlab = slabs.count
    func newSlab() -> Slab { Slab(offset: -1, lastRead: index) }
    if !operation.addends.isEmpty { return placeSums(operation, lastRead) }
    switch operation.kind {
    case .stem, .pointwise, .convolution:
      let longestLast = operation.outputs.sorted { (lastRead[$0], $0) < (lastRead[$1], $1) }
      for (position, channel) in longestLast.enumerated() {
        if position % slabLanes == 0 { slabs.append(newSlab()) }
        places[channel] = Place(slab: firstSlab + position / slabLanes, lane: position % slabLanes)
      }
    case .maxPool, .averagePool, .depthwise, .globalMean:
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

  /// Sums lie where their addends did.
  private mutating func placeSums(_ operation: NetworkGraph.Operation, _ lastRead: [Int]) -> [Int] {
    for (sum, addend) in zip(operation.outputs, operation.addends) {
      places[sum] = places[addend]
      slabs[places[sum].slab].lastRead = max(slabs[places[sum].slab].lastRead, lastRead[sum])
    }
    return distinctSlabs(operation.outputs)
  }

  /// First fit, group by group: a group's slabs are all placed before those that it reads last are given back,
  /// because its operations take turns.
  private mutating func allocate(_ graph: NetworkGraph, _ schedule: RowSchedule, firstOffset: Int) {
    var free = FreeSpace(first: firstOffset)
    /// What is to be given back after each group.
    var ending = Array(repeating: [Range<Int>](), count: graph.groupCount + 1)
    for (index, operation) in graph.operations.enumerated() {
      if index > 0, graph.operations[index - 1].group != operation.group {
        for space in ending[graph.operations[index - 1].group] { free.give(space.lowerBound, space.count) }
      }
      // Sums need no room of their own.
      guard operation.addends.isEmpty else { continue }
      let storage = schedule.storage[index]
      let floats = Self.spaced(storage.rows * operation.outputSize.width * slabLanes)
      // Slabs of one pixel are kept side by side, so that one can go on adding to them (`addsToOutput`).
      let kept = min(storage.slabs ?? .max, outputSlabs[index].count)
      var together: Int? = operation.outputSize.pixels == 1 ? free.take(floats * kept) : nil
      for (position, slab) in outputSlabs[index].enumerated() {
        if position >= kept {
          slabs[slab].offset = slabs[outputSlabs[index][position % kept]].offset
          continue
        }
        slabs[slab].offset = together ?? free.take(floats)
        together = together.map { $0 + floats }
        let last = slabs[slab].lastRead
        let group = last < graph.operations.count ? graph.operations[last].group : graph.groupCount
        ending[group].append(slabs[slab].offset..<slabs[slab].offset + floats)
      }
    }
    floats = free.highest - firstOffset
  }

  /// A slab's floats with the space to its neighbour: the same pixel of neighbouring slabs must not fall into the same
  /// set of the first-level cache (64 sets of cache lines), as it would where a slab has 64 lines or a multiple.
  private static func spaced(_ floats: Int) -> Int {
    let lines = floats / slabLanes
    return lines % 16 == 0 ? floats + 8 * slabLanes : floats
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
