import Support

/// Classical scaling (Torgerson 1952): points in the plane whose distances come as near as they can to given ones.
///
/// The coordinates are the two leading eigenvectors of -½ J D² J, each times the root of its eigenvalue, with J = I - 1/n. An
/// eigenvector and its opposite do as well: the coordinate with the largest absolute value, the first of equal ones, is positive.
public func classicalScaling(_ distances: [[Double]]) -> [SurveyDistances.Point] {
  let count = distances.count
  guard count > 1, distances.allSatisfy({ $0.count == count && $0.allSatisfy(\.isFinite) }) else {
    return [SurveyDistances.Point](repeating: .init(x: 0, y: 0), count: count)
  }
  let squares = distances.map { $0.map { $0 * $0 } }
  let means = squares.map { $0.reduce(0, +) / Double(count) }
  let mean = means.reduce(0, +) / Double(count)
  var products = squares
  for row in 0..<count {
    for column in 0..<count {
      products[row][column] = -0.5 * (squares[row][column] - means[row] - means[column] + mean)
    }
  }
  let (values, vectors) = eigenvectors(of: products)
  let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
  let axes = order.prefix(2).map { index in
    let scale = max(values[index], 0).squareRoot()
    let axis = (0..<count).map { vectors[$0][index] * scale }
    let largest = axis.indices.max { (abs(axis[$0]), $1) < (abs(axis[$1]), $0) } ?? 0
    return axis[largest] < 0 ? axis.map { -$0 } : axis
  }
  return (0..<count).map { SurveyDistances.Point(x: axes[0][$0], y: axes[1][$0]) }
}

/// Eigenvalues, and eigenvectors in the columns, of a symmetric matrix: the cyclic method of Jacobi (1846), until what is beside the
/// diagonal is as small as rounding.
private func eigenvectors(of matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
  let count = matrix.count
  var matrix = matrix
  var vectors = (0..<count).map { row in (0..<count).map { row == $0 ? 1.0 : 0 } }
  let size = matrix.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
  for _ in 0..<50 {
    var rest = 0.0
    for row in 0..<count { for column in 0..<row { rest += matrix[row][column] * matrix[row][column] } }
    if rest <= 1e-28 * size { break }
    for p in 0..<count - 1 {
      for q in p + 1..<count where matrix[p][q] != 0 {
        let theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q])
        let tangent = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        rotate(&matrix, &vectors, p, q, cosine, tangent * cosine)
      }
    }
  }
  return (matrix.indices.map { matrix[$0][$0] }, vectors)
}

/// Turns the axes `p` and `q` of a symmetric matrix, and the vectors with them.
private func rotate(
  _ matrix: inout [[Double]], _ vectors: inout [[Double]], _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double
) {
  func turn(_ row: inout [Double]) {
    let (a, b) = (row[p], row[q])
    row[p] = cosine * a - sine * b
    row[q] = sine * a + cosine * b
  }
  for row in matrix.indices {
    turn(&matrix[row])
    turn(&vectors[row])
  }
  let (a, b) = (matrix[p], matrix[q])
  for column in matrix.indices {
    matrix[p][column] = cosine * a[column] - sine * b[column]
    matrix[q][column] = sine * a[column] + cosine * b[column]
  }
}
