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

  /// A picture of these cells, `columns` in each row.
  public init(factor: Int, columns: Int, cells: [Float?], pooling: Pooling) {
    (self.factor, self.columns, self.cells, self.pooling) = (factor, columns, cells, pooling)
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
        case .share: pooled = (pooled ?? 0) + cell / Float(rows.count)
        }
      }
    }
    return pooled
  }
}

extension HeadOverview {
  /// The coarse picture.
  public var picture: CoarsePicture {
    CoarsePicture(factor: factor, columns: columns, cells: cells, pooling: .largest)
  }
}
