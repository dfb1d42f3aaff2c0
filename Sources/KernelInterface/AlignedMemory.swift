import Glibc

/// Zeroed memory for kernels: aligned to cache lines, or, where it has a good part of one, to huge pages, which the
/// operating system is asked to use. It never moves and is freed with the last reference.
///
/// `@unchecked Sendable`: the address is constant; whoever shares the memory sees to it that it is written by
/// one thread at a time, or only before it is shared.
public final class AlignedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int

  public init(count: Int) {
    precondition(count > 0, "memory for \(count) elements")
    let hugePage = 2 << 20
    let bytes = count * MemoryLayout<Element>.stride
    let alignment = bytes >= hugePage / 4 ? hugePage : 64
    let rounded = (bytes + alignment - 1) / alignment * alignment
    guard let raw = aligned_alloc(alignment, rounded) else {
      preconditionFailure("no memory for \(rounded) bytes")
    }
    // Advice only: without huge pages everything works, a little slower.
    if alignment == hugePage { _ = madvise(raw, rounded, MADV_HUGEPAGE) }
    memset(raw, 0, rounded)
    pointer = raw.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  public convenience init(_ elements: [Element]) {
    self.init(count: max(elements.count, 1))
    elements.withUnsafeBufferPointer { source in
      if let address = source.baseAddress { pointer.update(from: address, count: source.count) }
    }
  }

  deinit { free(pointer) }
}
