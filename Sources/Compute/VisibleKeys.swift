import Activations
import Glibc

/// A mask as the softmax wants it: which keys each query sees, most often a range of them.
public struct VisibleKeys: Sendable {
  /// The mask that it was made of.
  public let mask: AttentionMask
  /// [query, 3]: the first visible key, one past the last, and 1 where keys between them are blocked.
  public let rows: [Int32]

  /// Looks through the entries of a mask.
  public init(_ mask: AttentionMask) {
    self.mask = mask
    let size = mask.size
    rows = [Int32](unsafeUninitializedCapacity: 3 * size) { rows, count in
      mask.allowed.withUnsafeBufferPointer { allowed in
        guard let allowed = allowed.baseAddress else { return }
        for query in 0..<size {
          let row = allowed + query * size
          let result: (Int32, Int32, Int32)
          // Masks of most kinds repeat one row.
          if query > 0, memcmp(row, row - size, size) == 0 {
            result = (rows[3 * query - 3], rows[3 * query - 2], rows[3 * query - 1])
          } else {
            result = VisibleKeys.row(UnsafeBufferPointer(start: row, count: size))
          }
          rows.initializeElement(at: 3 * query, to: result.0)
          rows.initializeElement(at: 3 * query + 1, to: result.1)
          rows.initializeElement(at: 3 * query + 2, to: result.2)
        }
      }
      count = 3 * size
    }
  }

  /// From the first key that any of some queries sees to the last; empty where there is none.
  public func keys(of queries: Range<Int>) -> Range<Int> {
    var (first, end) = (Int32.max, Int32(0))
    for query in queries where rows[3 * query + 1] > rows[3 * query] {
      first = min(first, rows[3 * query])
      end = max(end, rows[3 * query + 1])
    }
    return first < end ? Int(first)..<Int(end) : 0..<0
  }

  /// The mask's entries and `rows`.
  public func withUnsafePointers(_ body: (_ allowed: UnsafePointer<Bool>, _ rows: UnsafePointer<Int32>) -> Void) {
    mask.allowed.withUnsafeBufferPointer { allowed in
      rows.withUnsafeBufferPointer { rows in
        if let allowed = allowed.baseAddress, let rows = rows.baseAddress { body(allowed, rows) }
      }
    }
  }

  private static func row(_ allowed: UnsafeBufferPointer<Bool>) -> (Int32, Int32, Int32) {
    guard let first = allowed.firstIndex(of: true), let last = allowed.lastIndex(of: true) else { return (0, 0, 0) }
    return (Int32(first), Int32(last + 1), allowed[first...last].contains(false) ? 1 : 0)
  }
}
