import Glibc
import Synchronization

/// Memory that is either in use by one storage or waiting in the pool.
struct MemoryBlock: @unchecked Sendable {
  // Unchecked, because a pointer is not Sendable; whoever holds the block owns the memory.
  let start: UnsafeMutableRawPointer
  /// In bytes.
  let capacity: Int

  /// Blocks of twice this size and more ask for huge pages, which cost one page fault instead of 512.
  private static let hugePage = 2 << 20

  init(capacity: Int) {
    self.capacity = capacity
    let isHuge = capacity >= 2 * MemoryBlock.hugePage
    start = .allocate(byteCount: capacity, alignment: isHuge ? MemoryBlock.hugePage : 64)
    // Only advice: where the system does not follow it, nothing but speed is lost.
    if isHuge { _ = madvise(start, capacity, MADV_HUGEPAGE) }
  }

  func free() { start.deallocate() }
}

/// Blocks that were given back, kept for the next one who needs as much.
///
/// Fresh memory costs a page fault for every 4 KiB; an encoder that captures everything in each run would spend more
/// time there than with its smaller products, and the C library returns memory to the system in the middle of it. What
/// waits here is bounded: the blocks that have waited longest go first.
final class MemoryPool: Sendable {
  static let shared = MemoryPool(limit: 128 << 20)

  /// Smaller blocks are left to the C library.
  static let smallest = 1 << 10

  /// How many bytes may wait.
  let limit: Int
  private let waiting = Mutex(Waiting())

  /// The blocks that wait, by size.
  private struct Waiting {
    var bytes = 0
    /// Rises with every block that is given back.
    var time = 0
    /// One list a size, the latest block last.
    var lists: [Int: [(block: MemoryBlock, since: Int)]] = [:]
  }

  init(limit: Int) { self.limit = limit }

  /// How many bytes wait to be used again.
  var waitingBytes: Int { waiting.withLock { $0.bytes } }

  /// The size of the blocks that serve a request: four sizes between a power of two and the next, so that a block is at
  /// most a quarter larger than it has to be.
  static func capacity(for bytes: Int) -> Int {
    let step = max(64, (1 << (Int.bitWidth - 1 - max(bytes, 1).leadingZeroBitCount)) / 4)
    return (bytes + step - 1) / step * step
  }

  /// A block of at least `bytes`.
  func take(atLeast bytes: Int) -> MemoryBlock {
    guard bytes >= MemoryPool.smallest else { return MemoryBlock(capacity: bytes) }
    let capacity = MemoryPool.capacity(for: bytes)
    let reused = waiting.withLock { waiting -> MemoryBlock? in
      guard let latest = waiting.lists[capacity]?.popLast() else { return nil }
      waiting.bytes -= capacity
      return latest.block
    }
    return reused ?? MemoryBlock(capacity: capacity)
  }

  func giveBack(_ block: MemoryBlock) {
    guard block.capacity >= MemoryPool.smallest, block.capacity <= limit else { return block.free() }
    let superfluous = waiting.withLock { waiting -> [MemoryBlock] in
      waiting.time += 1
      waiting.lists[block.capacity, default: []].append((block, waiting.time))
      waiting.bytes += block.capacity
      var oldest: [MemoryBlock] = []
      while waiting.bytes > limit {
        let list = waiting.lists.min { ($0.value.first?.since ?? .max) < ($1.value.first?.since ?? .max) }
        guard let capacity = list?.key, let removed = waiting.lists[capacity]?.removeFirst() else { break }
        waiting.bytes -= capacity
        oldest.append(removed.block)
      }
      return oldest
    }
    for block in superfluous { block.free() }
  }
}
