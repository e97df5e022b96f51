import Activations
import Insights

/// Numbers in rows and columns.
public struct NumberMatrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// Row-major.
  public let values: [Float]

  package subscript(row: Int, column: Int) -> Float { values[row * columns + column] }
}

extension Findings {
  /// q · k of a head, [query, key].
  static func scores(of index: HeadIndex, in trace: AttentionTrace) -> Findings? {
    guard trace.layers.indices.contains(index.layer), index.head < trace.heads else { return nil }
    let layer = trace.layers[index.layer]
    let (queries, keys) = (layer.queries[slice: index.head], layer.keys[slice: index.head])
    let positions = queries.shape[0]
    let keyRows = (0..<positions).map { keys.row($0) }
    var values: [Float] = []
    values.reserveCapacity(positions * positions)
    for query in 0..<positions {
      let row = queries.row(query)
      for key in keyRows {
        var sum: Float = 0
        for place in row.indices { sum += row[place] * key[place] }
        values.append(sum)
      }
    }
    return .scores(NumberMatrix(rows: positions, columns: positions, values: values))
  }

  static func shares(layer: Int, query: Int, in trace: AttentionTrace) -> Findings? {
    guard trace.layers.indices.contains(layer) else { return nil }
    let layer = trace.layers[layer]
    guard let projection = layer.outputProjection else {
      return .unavailable("the output projection of this model is not at hand")
    }
    do {
      let (weight, bias) = (try projection.weight(), try projection.bias())
      guard let shares = HeadShares(context: layer.contextLayer, weight: weight, bias: bias, query: query) else {
        return .unavailable("the output projection does not fit the heads of this layer")
      }
      return .shares(shares)
    } catch {
      return .unavailable("the output projection cannot be read: \(error)")
    }
  }
}
