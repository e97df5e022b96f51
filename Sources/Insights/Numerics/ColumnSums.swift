import Activations

/// One running sum for each column.
///
/// Adding a row to them is independent work for every column, which vector instructions do many at a time; a sum along
/// the row is not. The sums are of single precision: `take()` them every so many rows.
final class ColumnSums {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let storage: FloatStorage
  /// Room for a row, made when it is first needed.
  private(set) lazy var scratch = FloatStorage(count: count)
  /// The columns that rows are added to: all, unless it is said. All others are 0.
  var covered: Range<Int>

  /// After this many rows the sums are taken: few enough for six digits.
  static let mostRows = 64

  init(count: Int) {
    storage = FloatStorage(count: count)
    pointer = storage.pointer
    self.count = count
    covered = 0..<count
    pointer.update(repeating: 0, count: count)
  }

  /// The total of all columns, which start at 0 again.
  func take() -> Double {
    var total = 0.0
    for column in covered { total += Double(pointer[column]) }
    clear()
    return total
  }

  /// Adds the sums to `totals`, and starts at 0 again.
  func take(into totals: UnsafeMutablePointer<Double>) {
    for column in covered { totals[column] += Double(pointer[column]) }
    clear()
  }

  private func clear() {
    (pointer + covered.lowerBound).update(repeating: 0, count: covered.count)
  }

  /// Adds p ln p of every column's p; `row` begins with the first of `columns`.
  @inline(__always)
  func addTimesLogarithm(of row: UnsafePointer<Float>, _ columns: Range<Int>) {
    let sums = pointer + columns.lowerBound
    for column in 0..<columns.count { sums[column] += timesLogarithm(row[column]) }
  }

  /// Adds p ln p, where p is the weighted sum of two rows, which begin with the first of `columns`.
  @inline(__always)
  func addTimesLogarithm(
    of a: UnsafePointer<Float>, weight weightA: Float, and b: UnsafePointer<Float>, weight weightB: Float,
    _ columns: Range<Int>
  ) {
    let sums = pointer + columns.lowerBound
    for column in 0..<columns.count { sums[column] += timesLogarithm(weightA * a[column] + weightB * b[column]) }
  }

  /// Adds p ln p, where p is the weighted sum of three rows, the first two of which have the same weight.
  @inline(__always)
  func addTimesLogarithm(
    of a: UnsafePointer<Float>, and b: UnsafePointer<Float>, weight: Float, and c: UnsafePointer<Float>,
    weight weightC: Float
  ) {
    let sums = pointer
    for column in 0..<count {
      sums[column] += timesLogarithm(weight * (a[column] + b[column]) + weightC * c[column])
    }
  }
}
