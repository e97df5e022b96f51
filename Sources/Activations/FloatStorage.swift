/// A block of float32 memory: filled once by the code that makes it, only read afterwards.
///
/// The memory starts on a 64-byte boundary at least, as vector units like it. Large blocks come out of a
/// pool and return to it, so that one run of an encoder after the other reuses pages that the system has already given.
public final class FloatStorage: @unchecked Sendable {
  // Unchecked, because Swift cannot see that every write happens before the storage is shared.
  /// Where the numbers begin: on a 64-byte boundary at least.
  public let pointer: UnsafeMutablePointer<Float>
  /// How many numbers there is memory for.
  public let count: Int
  private let owner: Owner

  private enum Owner {
    case pool(MemoryBlock)
    case disk(DiskMemory)
  }

  /// Memory for `count` numbers, not set to anything.
  public init(count: Int) {
    precondition(count >= 0, "a count is not negative")
    self.count = count
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    precondition(!overflow, "more numbers than memory can hold")
    let block = MemoryPool.shared.take(atLeast: bytes)
    pointer = block.start.bindMemory(to: Float.self, capacity: max(count, 1))
    owner = .pool(block)
  }

  /// The next `count` numbers of a file, not set to anything; nil where the file is used up.
  public init?(count: Int, on disk: DiskMemory) {
    guard let pointer = disk.take(count) else { return nil }
    self.pointer = pointer
    self.count = count
    owner = .disk(disk)
  }

  deinit {
    if case .pool(let block) = owner { MemoryPool.shared.giveBack(block) }
  }
}
