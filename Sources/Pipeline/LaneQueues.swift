/// What waits for the workers, a queue a lane, handed out to the lanes in turn: a stream with many frames does not keep another's
/// from being classified. No locks and no threads: the pool has those.
struct LaneQueues {
  private struct Lane {
    let number: Int
    let capacity: Int
    /// A ring: `count` frames from `head` on. A place is emptied when its frame is taken, so that a picture lives no
    /// longer than its worker needs it.
    var places: [QueuedFrame?]
    var head = 0
    var count = 0
    /// Frames that workers have taken and are not done with.
    var underWay = 0

    mutating func append(_ frame: QueuedFrame) {
      places[(head + count) % capacity] = frame
      count += 1
    }

    mutating func removeFirst() -> QueuedFrame? {
      guard count > 0 else { return nil }
      defer {
        places[head] = nil
        head = (head + 1) % capacity
        count -= 1
      }
      return places[head]
    }
  }

  private var lanes: [Lane] = []
  /// Where the next search for a frame begins.
  private var turn = 0

  mutating func add(lane number: Int, capacity: Int) {
    lanes.append(Lane(number: number, capacity: capacity, places: Array(repeating: nil, count: capacity)))
  }

  mutating func remove(lane number: Int) {
    lanes.removeAll { $0.number == number }
  }

  /// Adds a frame; returns the lane's oldest that gave up its place, if there was none free.
  mutating func push(_ frame: QueuedFrame) -> QueuedFrame? {
    guard let index = index(of: frame.lane.number) else {
      preconditionFailure("a frame of a lane that has left")
    }
    let evicted = lanes[index].count == lanes[index].capacity ? lanes[index].removeFirst() : nil
    lanes[index].append(frame)
    return evicted
  }

  /// The oldest frame of the lane whose turn it is; it counts as under way until `done`.
  mutating func pop() -> QueuedFrame? {
    for step in lanes.indices {
      let index = (turn + step) % lanes.count
      if let frame = lanes[index].removeFirst() {
        lanes[index].underWay += 1
        turn = index + 1
        return frame
      }
    }
    return nil
  }

  mutating func takeAll(lane number: Int) -> [QueuedFrame] {
    guard let index = index(of: number) else { return [] }
    var taken: [QueuedFrame] = []
    while let frame = lanes[index].removeFirst() { taken.append(frame) }
    return taken
  }

  /// A frame of the lane that was popped has been dealt with.
  mutating func done(lane number: Int) {
    if let index = index(of: number) { lanes[index].underWay -= 1 }
  }

  func isIdle(lane number: Int) -> Bool {
    guard let index = index(of: number) else { return true }
    return lanes[index].count == 0 && lanes[index].underWay == 0
  }

  func depth(lane number: Int) -> Int { index(of: number).map { lanes[$0].count } ?? 0 }

  private func index(of number: Int) -> Int? { lanes.firstIndex { $0.number == number } }
}
