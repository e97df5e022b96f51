import Activations

/// Where activations and gradients come from. Whoever takes many steps has a lease: each needs as much as the one before, and fresh
/// memory would cost page faults.
let trainingMemory = MemoryPool(limit: 768 << 20, isLeased: true)

/// A block of numbers that the owner writes to: activations, gradients and what an optimizer keeps.
///
/// Kernels may read up to the next multiple of 16 numbers of a row: there is room behind the last one.
package final class Numbers<Real: BinaryFloatingPoint & Sendable>: @unchecked Sendable {
  // Unchecked: one trainer owns it, and its threads write to parts that do not overlap.
  package let pointer: UnsafeMutablePointer<Real>
  package let count: Int
  private let block: MemoryBlock
  private let pool: MemoryPool

  /// Larger blocks are parameters, and what an optimizer keeps of them: they stay for as long as the training.
  private static var mostBytesOfActivations: Int { 32 << 20 }

  private static var room: Int { 64 }

  /// Memory for `count` numbers, set to zero where `zeroed` says so.
  package init(_ count: Int, zeroed: Bool = false) {
    precondition(count >= 0, "a count is not negative")
    self.count = count
    let (bytes, overflow) = (count + Self.room).multipliedReportingOverflow(by: MemoryLayout<Real>.stride)
    precondition(!overflow, "more numbers than memory can hold")
    pool = bytes <= Self.mostBytesOfActivations ? trainingMemory : .shared
    block = pool.take(atLeast: bytes)
    pointer = block.start.bindMemory(to: Real.self, capacity: count + Self.room)
    (pointer + count).update(repeating: 0, count: Self.room)
    if zeroed { pointer.update(repeating: 0, count: count) }
  }

  deinit { pool.giveBack(block) }

  /// Σ over `count` numbers from `first` on of their products with others, in double precision.
  func products(with other: Numbers, from first: Int, count: Int) -> Double {
    (first..<first + count).reduce(0.0) { $0 + Double(pointer[$1]) * Double(other.pointer[$1]) }
  }

  /// The same numbers in memory of their own.
  func copy() -> Numbers {
    let result = Numbers(count)
    result.pointer.update(from: pointer, count: count)
    return result
  }

  /// All numbers, in an array.
  package var values: [Real] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
