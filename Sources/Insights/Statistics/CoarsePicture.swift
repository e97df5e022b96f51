/// A matrix between tokens in coarse cells, of a text that has too many pairs for each of them to be held.
public struct CoarsePicture: Sendable, Equatable {
  /// What several pairs, or several cells, are made into.
  public enum Pooling: Sendable {
    /// Their maximum.
    case largest
    /// What is largest of them in either direction.
    case largestMagnitude
    /// What goes to some keys, summed, as the mean over some queries: of shares, that is a share again.
    case share
  }

  /// How many queries and keys a cell stands for.
  public let factor: Int
  /// How many cells a row has.
  public let columns: Int
  /// Row by row; nil where the mask blocks all of a cell.
  public let cells: [Float?]
  /// What the pairs of a cell were made into.
  public let pooling: Pooling
  /// Over how many queries the cells of each row are a mean; empty where they are none.
  private let counts: [Int]

  /// A picture of these cells, `columns` in each row.
  ///
  /// - Parameter counts: of shares, over how many queries the cells of each row are a mean.
  public init(factor: Int, columns: Int, cells: [Float?], pooling: Pooling, counts: [Int] = []) {
    (self.factor, self.columns, self.cells, self.pooling) = (factor, columns, cells, pooling)
    self.counts = counts
  }

  /// How many rows of cells there are.
  public var rows: Int { columns > 0 ? cells.count / columns : 0 }

  /// Some cells as one; nil where there is nothing in any of them.
  public func pooled(rows: Range<Int>, columns: Range<Int>) -> Float? {
    let (rows, columns) = (rows.clamped(to: 0..<self.rows), columns.clamped(to: 0..<self.columns))
    var pooled: Float?
    for row in rows {
      for column in columns {
        guard let cell = cells[row * self.columns + column] else { continue }
        switch pooling {
        // NaN is never hidden.
        case .largest: pooled = pooled.map { $0.isNaN || $0 > cell ? $0 : cell } ?? cell
        case .largestMagnitude: pooled = pooled.map { $0.isNaN || abs(cell) <= abs($0) ? $0 : cell } ?? cell
        case .share: pooled = (pooled ?? 0) + cell * Float(count(row))
        }
      }
    }
    guard pooling == .share, let sum = pooled else { return pooled }
    return sum / Float(max(rows.reduce(0) { $0 + count($1) }, 1))
  }

  private func count(_ row: Int) -> Int { counts.indices.contains(row) ? counts[row] : 1 }
}

extension HeadOverview {
  /// The coarse picture.
  public var picture: CoarsePicture {
    CoarsePicture(factor: factor, columns: columns, cells: cells, pooling: .largest)
  }
}
