import Activations
import Compute

extension AttentionTrace {
  /// The probabilities of one head, [query, key]: where they are not held, computed on all threads that are free.
  public func probabilitiesOnAllThreads(_ index: HeadIndex) -> Tensor {
    let layer = layers[index.layer]
    let (team, queries, keys) = (ThreadTeam.shared, queries, keys)
    guard isReadInParts, layer.readsRows, team.size > 1 else { return probabilities(index) }
    return Tensor(shape: [queries, keys]) { numbers in
      guard let start = numbers.baseAddress else { return }
      team.run(team.size) { member, count in
        let rows = ThreadTeam.rows(queries, member: member, of: count)
        guard !rows.isEmpty else { return }
        let part = layer.probabilities(head: index.head, queries: rows).withPackedRows
        withExtendedLifetime(part) {
          (start + rows.lowerBound * keys).update(from: part.pointer(row: 0), count: rows.count * keys)
        }
      }
    }
  }
}
