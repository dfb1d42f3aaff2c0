import KernelInterface
import ShuffledCore

/// The operations of one group and what they need of each other's rows.
struct FusedGroup {
  /// Rows that each operation computes in one turn; empty for those that are ahead.
  struct Turn {
    private var rows: [Int: Range<Int>] = [:]
    subscript(_ operation: Int) -> Range<Int> {
      get { rows[operation] ?? 0..<0 }
      set { rows[operation] = newValue }
    }
  }

  private let graph: NetworkGraph
  let members: [Int]
  /// For each member, the members that read it.
  private var readers: [Int: [Int]] = [:]
  private var inner: Set<Int> = []

  init(_ graph: NetworkGraph, _ members: [Int]) {
    self.graph = graph
    self.members = members
    let isMember = Set(members)
    var readElsewhere = Set<Int>()
    for operation in graph.operations.indices {
      for producer in graph.producers(of: operation) where isMember.contains(producer) {
        if isMember.contains(operation) {
          readers[producer, default: []].append(operation)
        } else {
          readElsewhere.insert(producer)
        }
      }
    }
    inner = Set(members.filter { readers[$0] != nil && !readElsewhere.contains($0) })
  }

  /// Whether only members read it.
  func isInner(_ member: Int) -> Bool { inner.contains(member) }

  func height(_ operation: Int) -> Int { graph.operations[operation].outputSize.height }

  /// The members that an operation reads.
  func producers(of operation: Int) -> [Int] {
    graph.producers(of: operation).filter { graph.operations[$0].group == graph.operations[operation].group }
  }

  func readsFromOutside(_ operation: Int) -> Bool {
    graph.producers(of: operation).count != producers(of: operation).count
  }

  /// Of the results that leave the group, which are all of one size.
  var outputSize: PixelSize { graph.operations[members[members.count - 1]].outputSize }

  /// Enough rows for a few tiles a panel, so that fetching a panel's weights is not most of the work.
  var bandRows: Int {
    let pixels = 196
    return max(1, (pixels + outputSize.width - 1) / outputSize.width)
  }

  /// What is computed in each turn, so that each turn finishes `bandRows` rows of the results.
  func turns(bandRows: Int) -> [Turn] {
    var turns: [Turn] = []
    var done: [Int: Int] = [:]
    for first in stride(from: 0, to: outputSize.height, by: bandRows) {
      var needed: [Int: Int] = [:]
      for member in members where !isInner(member) { needed[member] = min(first + bandRows, height(member)) }
      for member in members.reversed() {
        for producer in producers(of: member) {
          let rows = graph.operations[member].inputRows(for: 0..<(needed[member] ?? 0))
          needed[producer] = max(needed[producer] ?? 0, rows.upperBound)
        }
      }
      var turn = Turn()
      for member in members {
        let (from, to) = (done[member] ?? 0, needed[member] ?? 0)
        guard to > from else { continue }
        turn[member] = from..<to
        done[member] = to
      }
      turns.append(turn)
    }
    return turns
  }

  /// The most rows of a member's output, in one turn, between the first that is still read and the last that is made.
  func rowsAlive(_ member: Int, _ turns: [Turn]) -> Int {
    var (made, most) = (0, 0)
    var done: [Int: Int] = [:]
    for turn in turns {
      if !turn[member].isEmpty { made = turn[member].upperBound }
      let firstRead =
        (readers[member] ?? []).map { reader in
          let next = done[reader] ?? 0
          return next < height(reader)
            ? graph.operations[reader].inputRows(for: next..<next + 1).lowerBound : made
        }.min() ?? made
      most = max(most, made - firstRead)
      for other in members where !turn[other].isEmpty { done[other] = turn[other].upperBound }
    }
    return most
  }
}

extension NetworkGraph.Operation {
  /// Rows of the input that rows of the output are made of.
  func inputRows(for rows: Range<Int>) -> Range<Int> {
    guard !rows.isEmpty else { return 0..<0 }
    func window(stride: Int, reach: Int) -> Range<Int> {
      let first = max(rows.lowerBound * stride - reach, 0)
      return first..<min((rows.upperBound - 1) * stride + reach + 1, inputSize.height)
    }
    switch kind {
    case .pointwise: return rows
    case .stem, .maxPool: return window(stride: 2, reach: 1)
    case .depthwise(_, let stride, let dilation), .convolution(_, let stride, let dilation):
      return window(stride: stride, reach: dilation)
    case .averagePool(let stride): return window(stride: stride, reach: 1)
    case .globalMean: return 0..<inputSize.height
    }
  }
}
