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
    let largest = largestMagnitudes(rows)
    return stride(from: 0, to: largest.count, by: max(factor, 1)).map { first in
      largest[first..<min(first + factor, largest.count)].reduce(0) { $0.pooledByMagnitude(with: $1) }
    }
  }

  /// Of each column of a [row, column] tensor, the number that is largest in either direction in some rows; 0 in none.
  func largestMagnitudes(_ rows: Range<Int>) -> [Float] {
    let (rowStride, stride, count) = (strides[0], strides[1], shape[1])
    return [Float](unsafeUninitializedCapacity: count) { largest, initialized in
      largest.initialize(repeating: 0)
      initialized = count
      withExtendedLifetime(storage) {
        for row in rows {
          let start = storage.pointer + offset + row * rowStride
          // Without their signs, numbers are ordered as their bits are, and NaN is above all of them.
          func take(_ number: Float, _ column: Int) {
            let magnitude = number.bitPattern & 0x7fff_ffff
            largest[column] = magnitude > largest[column].bitPattern & 0x7fff_ffff ? number : largest[column]
          }
          if stride == 1 {
            for column in 0..<count { take(start[column], column) }
          } else {
            for column in 0..<count { take(start[column * stride], column) }
          }
        }
      }
    }
  }
}
