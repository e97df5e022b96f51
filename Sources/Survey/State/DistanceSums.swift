import Activations
import Insights
import Support
import Synchronization

/// Sums the distances between heads over sentences, on several threads at a time.
public final class DistanceSums: Sendable {
  private struct Sums {
    var sentences = 0
    var queries = 0
    /// Below the diagonal, row after row, in multiples of 2⁻³⁰ nats, summed over the queries.
    var distances: [Int128]
  }

  private let shape: SurveyShape
  private let sums: Mutex<Sums>

  /// Nothing yet.
  public init(shape: SurveyShape) {
    self.shape = shape
    sums = Mutex(Sums(distances: [Int128](repeating: 0, count: shape.count * (shape.count - 1) / 2)))
  }

  /// Adds a sentence; one whose numbers are none is left out.
  public func add(_ encoding: Encoding) {
    let distances = HeadDistances(encoding)
    let matrix = distances.matrix()
    var rounded: [Int64] = []
    rounded.reserveCapacity(shape.count * (shape.count - 1) / 2)
    for row in matrix.indices {
      for column in 0..<row {
        guard let distance = FixedPoint.rounded(matrix[row][column]) else { return }
        rounded.append(distance)
      }
    }
    sums.withLock { sums in
      sums.sentences += 1
      sums.queries += distances.queries
      for (place, distance) in rounded.enumerated() { sums.distances[place] += Int128(distance) }
    }
  }

  /// The mean over all queries, and the map; nil where nothing was added.
  public var result: SurveyDistances? {
    let (sentences, queries, distances) = sums.withLock { ($0.sentences, $0.queries, $0.distances) }
    guard queries > 0 else { return nil }
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: shape.count), count: shape.count)
    var place = 0
    for row in 0..<shape.count {
      for column in 0..<row {
        matrix[row][column] = FixedPoint.value(distances[place]) / Double(queries)
        matrix[column][row] = matrix[row][column]
        place += 1
      }
    }
    return SurveyDistances(sentences: sentences, matrix: matrix, map: classicalScaling(matrix))
  }
}
