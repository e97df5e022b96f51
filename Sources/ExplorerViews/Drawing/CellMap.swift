import Activations
import Insights

/// Numbers of rows and columns that are held in cells of some of both.
struct CellMap {
  /// How many rows and columns a cell stands for.
  let step: Int
  /// How many cells a row has.
  let columns: Int
  /// Row by row; nil where there is nothing.
  let cells: [Float?]
  let pooling: MatrixPicture.Pooling

  /// The probabilities of a head.
  init(_ overview: HeadOverview) {
    (step, columns, cells, pooling) = (overview.factor, overview.columns, overview.cells, .largest)
  }

  /// Numbers of a head's scores.
  init(_ cells: [Float?], of scores: ScoreCells) {
    (step, columns, self.cells, pooling) = (scores.factor, scores.columns, cells, .largestMagnitude)
  }

  /// The number of a pair, where each has a cell of its own.
  subscript(row: Int, column: Int) -> Float? {
    let place = row / step * columns + column / step
    return cells.indices.contains(place) ? cells[place] : nil
  }

  /// What a row of dots shows, each of which stands for so many columns, a multiple of those of a cell.
  func dots(_ rows: Range<Int>, factor: Int) -> [Float?] {
    let perDot = max(factor / step, 1)
    let rows = rows.lowerBound / step..<(rows.upperBound + step - 1) / step
    return stride(from: 0, to: columns, by: perDot).map { first in
      var best: Float?
      for row in rows {
        for column in first..<min(first + perDot, columns) {
          guard let value = cells[row * columns + column] else { continue }
          best = best.map { pooling == .largest ? $0.pooled(with: value) : $0.pooledByMagnitude(with: value) } ?? value
        }
      }
      return best
    }
  }
}

extension Tensor {
  /// What a row of dots shows of a [row, column] tensor, each of which stands for so many columns: the largest number in either direction.
  func largestMagnitudes(_ rows: Range<Int>, factor: Int) -> [Float?] {
    let (rowStride, stride) = (strides[0], strides[1])
    return withExtendedLifetime(storage) {
      Swift.stride(from: 0, to: shape[1], by: max(factor, 1)).map { first in
        var best: Float = 0
        for row in rows {
          let start = storage.pointer + offset + row * rowStride
          for column in first..<min(first + factor, shape[1]) {
            best = best.pooledByMagnitude(with: start[column * stride])
          }
        }
        return best
      }
    }
  }
}
