import Glibc
import Synchronization

/// Memory that is either in use by one storage or waiting in the pool.
struct MemoryBlock: @unchecked Sendable {
  // Unchecked, because a pointer is not Sendable; whoever holds the block owns the memory.
  let start: UnsafeMutableRawPointer
  /// In bytes.
  let capacity: Int

  /// Blocks of this size and more ask for huge pages, which cost one page fault instead of 512.
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

/// Large blocks that were given back, kept for the next one who needs as much.
///
/// Fresh memory costs a page fault for every 4 KiB; an encoder that captures 100 MB in each run would spend more time
/// there than with its smaller products. What waits here is bounded, the oldest blocks go first.
final class MemoryPool: Sendable {
  static let shared = MemoryPool(limit: 128 << 20)

  /// Smaller blocks are left to the C library, which keeps them in its own lists.
  static let smallest = 64 << 10

  /// How many bytes may wait.
  let limit: Int
  private let waiting = Mutex<(blocks: [MemoryBlock], bytes: Int)>(([], 0))

  init(limit: Int) { self.limit = limit }

  /// How many bytes wait to be used again.
  var waitingBytes: Int { waiting.withLock { $0.bytes } }

  /// A block of `bytes` or at most a quarter more.
  func take(atLeast bytes: Int) -> MemoryBlock {
    guard bytes >= MemoryPool.smallest else { return MemoryBlock(capacity: bytes) }
    let reused = waiting.withLock { waiting -> MemoryBlock? in
      var best: Int?
      for (index, block) in waiting.blocks.enumerated()
      where block.capacity >= bytes && block.capacity - bytes <= bytes / 4 {
        if let found = best, waiting.blocks[found].capacity <= block.capacity { continue }
        best = index
      }
      guard let best else { return nil }
      waiting.bytes -= waiting.blocks[best].capacity
      return waiting.blocks.remove(at: best)
    }
    return reused ?? MemoryBlock(capacity: bytes)
  }

  func giveBack(_ block: MemoryBlock) {
    guard block.capacity >= MemoryPool.smallest, block.capacity <= limit else { return block.free() }
    let superfluous = waiting.withLock { waiting -> ArraySlice<MemoryBlock> in
      waiting.blocks.append(block)
      waiting.bytes += block.capacity
      var count = 0
      while waiting.bytes > limit {
        waiting.bytes -= waiting.blocks[count].capacity
        count += 1
      }
      let oldest = waiting.blocks.prefix(count)
      waiting.blocks.removeFirst(count)
      return oldest
    }
    for block in superfluous { block.free() }
  }
}
