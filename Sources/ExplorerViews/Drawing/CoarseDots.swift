import Activations
import Insights

extension CoarsePicture {
  /// The number of a pair, where each has a cell of its own.
  subscript(row: Int, column: Int) -> Float? {
    let place = row / factor * columns + column / factor
    return cells.indices.contains(place) ? cells[place] : nil
  }

  /// What a row of dots shows, each of which stands for so many columns, a multiple of those of a cell.
  func dots(_ rows: Range<Int>, factor: Int) -> [Float?] {
    let perDot = max(factor / self.factor, 1)
    let rows = rows.lowerBound / self.factor..<(rows.upperBound + self.factor - 1) / self.factor
    return stride(from: 0, to: columns, by: perDot).map { first in
      pooled(rows: rows, columns: first..<min(first + perDot, columns))
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
