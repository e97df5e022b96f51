import Activations
import Glibc

/// A mask as the softmax wants it: which keys each query sees, most often a range of them.
struct VisibleKeys: Sendable {
  struct Row: Sendable, Equatable {
    /// From the first visible key to the last.
    var range: Range<Int>
    /// Whether keys within the range are blocked.
    var hasHoles: Bool
  }

  let mask: AttentionMask
  let rows: [Row]

  init(_ mask: AttentionMask) {
    self.mask = mask
    let size = mask.size
    rows = [Row](unsafeUninitializedCapacity: size) { rows, count in
      mask.allowed.withUnsafeBufferPointer { allowed in
        guard let allowed = allowed.baseAddress else { return }
        for query in 0..<size {
          let row = allowed + query * size
          // Masks of most kinds repeat one row.
          if query > 0, memcmp(row, row - size, size) == 0 {
            rows.initializeElement(at: query, to: rows[query - 1])
          } else {
            rows.initializeElement(at: query, to: Row(UnsafeBufferPointer(start: row, count: size)))
          }
        }
      }
      count = size
    }
  }
}

extension VisibleKeys.Row {
  fileprivate init(_ allowed: UnsafeBufferPointer<Bool>) {
    guard let first = allowed.firstIndex(of: true), let last = allowed.lastIndex(of: true) else {
      self.init(range: 0..<0, hasHoles: false)
      return
    }
    let range = first..<last + 1
    self.init(range: range, hasHoles: allowed[range].contains(false))
  }
}
