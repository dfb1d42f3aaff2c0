import KernelInterface

/// In which order the rows of a network's activations are computed, and how many of them are kept.
///
/// The operations of a group (a unit; the stem with the first unit; what follows the last unit) take turns: a band of
/// rows of the group's result is made at a time, and of what lies in between only the rows that a later band still needs
/// are kept, in a ring. So what one operation writes is read by the next while it is in a near cache.
///
///     pointwise   rows 0 1 2     | 3 4     | 5 6     ...      a band of two rows of the result needs a row more of
///     depthwise   rows 0 1       | 2 3     | 4 5     ...      what the depthwise convolution reads
///     pointwise   rows 0 1       | 2 3     | 4 5     ...
package struct RowSchedule {
  /// How many rows of a group's result are made at a time.
  package enum Bands: Hashable, Sendable {
    /// As many as the tiles need to be busy.
    case planned
    case rows(Int)
    /// All: every operation is finished before the next, and every activation is whole. For tests.
    case whole
  }

  /// One operation at work: on some rows of its output, and on some of its output's slabs.
  struct Call: Equatable {
    var operation: Int
    var rows: Range<Int>
    /// nil: all of them, as everywhere but in conv5 and the mean.
    var slabs: Range<Int>?
    /// The slabs of the input whose products are added to what earlier calls made of the slabs before them; nil: all
    /// of them at once, as everywhere but in the fully connected layer.
    var inputSlabs: Range<Int>?
  }

  /// Where the rows and slabs of an operation's output are kept.
  struct Storage: Equatable {
    /// Rows kept: all, or a ring's.
    var rows: Int
    /// Row r is kept at (r + shift) mod rows, so that the rows of a band lie side by side.
    var shift = 0
    /// Slabs kept, slab s at s mod slabs; nil: all.
    var slabs: Int?

    func position(_ row: Int) -> Int { (row + shift) % rows }

    /// `rows` in pieces whose rows lie side by side.
    func pieces(_ range: Range<Int>) -> [Range<Int>] {
      var pieces: [Range<Int>] = []
      var first = range.lowerBound
      while first < range.upperBound {
        let end = min(range.upperBound, first + rows - position(first))
        pieces.append(first..<end)
        first = end
      }
      return pieces
    }
  }

  private(set) var calls: [Call] = []
  /// By operation.
  private(set) var storage: [Storage]
  /// The calls after which each group is finished.
  private(set) var callsAtGroupEnd: [Int] = []

  /// Whether all of an operation's output is there when it is finished.
  func isWhole(_ operation: Int, _ graph: NetworkGraph) -> Bool {
    storage[operation].slabs == nil
      && storage[operation].rows == graph.operations[operation].outputSize.height
  }

  /// Slabs of conv5 that are made before their mean is taken: 64 channels.
  private static let slabsBeforeMean = 4

  init(_ graph: NetworkGraph, bands: Bands) {
    storage = graph.operations.map { Storage(rows: $0.outputSize.height) }
    for group in 0..<graph.groupCount {
      let members = graph.operations.indices.filter { graph.operations[$0].group == group }
      if members.count == 3, case .globalMean = graph.operations[members[1]].kind {
        addTail(graph, convolution: members[0], mean: members[1], classifier: members[2], bands)
      } else {
        addBands(graph, members, bands)
      }
      callsAtGroupEnd.append(calls.count)
    }
  }

  /// conv5, the mean and the fully connected layer, some slabs at a time: while one part of conv5 computes, the weights
  /// of the fully connected layer's part come nearer, which alone would only wait for them.
  private mutating func addTail(
    _ graph: NetworkGraph, convolution: Int, mean: Int, classifier: Int, _ bands: Bands
  ) {
    let rows = graph.operations[convolution].outputSize.height
    let slabs = (graph.operations[convolution].outputs.count + slabLanes - 1) / slabLanes
    let parts = stride(from: 0, to: slabs, by: Self.slabsBeforeMean)
      .map { $0..<min($0 + Self.slabsBeforeMean, slabs) }
    if bands == .whole {
      calls.append(Call(operation: convolution, rows: 0..<rows))
      calls.append(Call(operation: mean, rows: 0..<1))
    } else if slabs > Self.slabsBeforeMean {
      storage[convolution].slabs = Self.slabsBeforeMean
    }
    for part in parts {
      if bands != .whole {
        calls.append(Call(operation: convolution, rows: 0..<rows, slabs: part))
        calls.append(Call(operation: mean, rows: 0..<1, slabs: part))
      }
      // In parts always, so that sums are rounded alike.
      calls.append(Call(operation: classifier, rows: 0..<1, inputSlabs: part))
    }
  }

  private mutating func addBands(_ graph: NetworkGraph, _ members: [Int], _ bands: Bands) {
    let group = FusedGroup(graph, members)
    let rows =
      switch bands {
      case .whole: group.outputSize.height
      case .rows(let rows): rows
      case .planned: group.bandRows
      }
    let turns = group.turns(bandRows: rows)
    if bands != .whole { keepRings(group, turns) }
    for turn in turns {
      for member in members where !turn[member].isEmpty {
        for piece in pieces(graph, member, turn[member]) {
          calls.append(Call(operation: member, rows: piece))
        }
      }
    }
  }

  /// Keeps rings instead of whole activations where nobody outside of the group reads them.
  private mutating func keepRings(_ group: FusedGroup, _ turns: [FusedGroup.Turn]) {
    for member in group.members where group.isInner(member) {
      let height = storage[member].rows
      let chunks = turns.map { $0[member] }.filter { !$0.isEmpty }
      // The first chunk is another than the rest, by the rows that the windows need ahead.
      guard chunks.count > 2 else { continue }
      let chunk = chunks[1].count
      let least = group.rowsAlive(member, turns)
      let rows = (least + chunk - 1) / chunk * chunk
      guard rows < height else { continue }
      storage[member].rows = rows
      storage[member].shift = (chunk - chunks[0].count % chunk) % chunk
    }
    // A kernel finds all its input's rows in one way.
    for member in group.members {
      let producers = group.producers(of: member)
      let kept = producers.map { [storage[$0].rows, storage[$0].shift] }
      if Set(kept).count > 1 || (!producers.isEmpty && group.readsFromOutside(member)) {
        for producer in producers {
          storage[producer].rows = group.height(producer)
          storage[producer].shift = 0
        }
      }
    }
  }

  /// An operation's rows in pieces that lie side by side in its output and, where rows go in as they come out, in its
  /// input.
  private func pieces(_ graph: NetworkGraph, _ operation: Int, _ rows: Range<Int>) -> [Range<Int>] {
    let pieces = storage[operation].pieces(rows)
    guard case .pointwise = graph.operations[operation].kind,
      let producer = graph.producers(of: operation).first
    else { return pieces }
    return pieces.flatMap { storage[producer].pieces($0) }
  }
}
