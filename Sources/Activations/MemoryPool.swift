import Glibc
import Synchronization

/// Memory that is either in use by one storage or waiting in the pool.
package struct MemoryBlock: @unchecked Sendable {
  // Unchecked, because a pointer is not Sendable; the holder of the block owns the memory.
  package let start: UnsafeMutableRawPointer
  /// In bytes.
  let capacity: Int
  private let isMapped: Bool

  /// Blocks of twice this size and more ask for huge pages, which cost one page fault instead of 512.
  private static let hugePage = 2 << 20

  init(capacity: Int) {
    self.capacity = capacity
    // Such blocks come from the system and return to it. The C library would keep some of them.
    let mapped = capacity >= 2 * MemoryBlock.hugePage ? MemoryBlock.map(capacity) : nil
    isMapped = mapped != nil
    start = mapped ?? .allocate(byteCount: capacity, alignment: 64)
  }

  /// Fresh memory of the system, on a boundary of huge pages; nil where it has none.
  private static func map(_ capacity: Int) -> UnsafeMutableRawPointer? {
    let length = capacity + hugePage
    let whole = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let whole, whole != MAP_FAILED else { return nil }
    let skipped = (hugePage - Int(bitPattern: whole) % hugePage) % hugePage
    let start = whole + skipped
    if skipped > 0 { munmap(whole, skipped) }
    let end = (capacity + pageSize - 1) / pageSize * pageSize
    if skipped + end < length { munmap(start + end, length - skipped - end) }
    // Only advice: where the system does not follow it, nothing but speed is lost.
    _ = madvise(start, capacity, MADV_HUGEPAGE)
    return start
  }

  private static let pageSize = max(4096, Int(sysconf(Int32(_SC_PAGESIZE))))

  func free() {
    if isMapped { munmap(start, capacity) } else { start.deallocate() }
  }
}

/// Blocks that were given back, kept for the next one who needs as much.
///
/// Fresh memory costs a page fault for every 4 KiB; an encoder that captures everything in each run would spend more
/// time there than with its smaller products, and the C library returns memory to the system in the middle of it. What
/// waits here is bounded, and the more is in use, the less may wait: the blocks that have waited longest go first.
package final class MemoryPool: Sendable {
  package static let shared = MemoryPool(limit: 128 << 20, total: 608 << 20)

  /// Smaller blocks are left to the C library.
  static let smallest = 1 << 10

  /// How many bytes may wait.
  let limit: Int
  /// How many bytes may wait and be in use together; where more are in use, none wait.
  let total: Int
  /// Whether blocks wait only as long as somebody has a lease.
  private let isLeased: Bool
  private let waiting = Mutex(Waiting())

  /// The blocks that wait, by size.
  private struct Waiting {
    var bytes = 0
    /// What is in use.
    var used = 0
    var leases = 0
    /// Rises with every block that is given back.
    var time = 0
    /// One list a size, the latest block last.
    var lists: [Int: [(block: MemoryBlock, since: Int)]] = [:]
  }

  package init(limit: Int, total: Int = .max, isLeased: Bool = false) {
    self.limit = limit
    self.total = total
    self.isLeased = isLeased
  }

  /// How many bytes wait to be used again.
  var waitingBytes: Int { waiting.withLock { $0.bytes } }

  /// Lets blocks of a pool wait as long as it is held. When the last one goes, so does everything that waits.
  package final class Lease: Sendable {
    private let pool: MemoryPool

    fileprivate init(_ pool: MemoryPool) {
      self.pool = pool
      pool.waiting.withLock { $0.leases += 1 }
    }

    deinit { pool.endLease() }
  }

  /// For a time in which as much memory is wanted again and again.
  package func lease() -> Lease { Lease(self) }

  private func endLease() {
    let lists = waiting.withLock { waiting in
      waiting.leases -= 1
      guard isLeased, waiting.leases == 0 else { return [:] as [Int: [(block: MemoryBlock, since: Int)]] }
      defer { (waiting.lists, waiting.bytes) = ([:], 0) }
      return waiting.lists
    }
    for (block, _) in lists.values.joined() { block.free() }
  }

  /// The size of the blocks that serve a request: four sizes between a power of two and the next, so that a block is at
  /// most a quarter larger than it has to be.
  static func capacity(for bytes: Int) -> Int {
    let step = max(64, (1 << (Int.bitWidth - 1 - max(bytes, 1).leadingZeroBitCount)) / 4)
    return (bytes + step - 1) / step * step
  }

  /// A block of at least `bytes`.
  package func take(atLeast bytes: Int) -> MemoryBlock {
    guard bytes >= MemoryPool.smallest else { return MemoryBlock(capacity: bytes) }
    let capacity = MemoryPool.capacity(for: bytes)
    let reused = waiting.withLock { waiting -> MemoryBlock? in
      waiting.used += capacity
      guard let latest = waiting.lists[capacity]?.popLast() else { return nil }
      waiting.bytes -= capacity
      return latest.block
    }
    return reused ?? MemoryBlock(capacity: capacity)
  }

  package func giveBack(_ block: MemoryBlock) {
    guard block.capacity >= MemoryPool.smallest else { return block.free() }
    let superfluous = waiting.withLock { waiting -> [MemoryBlock] in
      waiting.used -= block.capacity
      let limit = isLeased && waiting.leases == 0 ? 0 : min(self.limit, max(0, total - waiting.used))
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
