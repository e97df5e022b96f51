import Activations
import Foundation
import Testing

@testable import Insights

@Suite struct HeadDistancesTests {
  @Test("two heads that share nothing, by hand")
  func opposite() {
    let input = TokenizedInput([])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let vectors = Tensor(shape: [2, 2, 1], [0, 0, 0, 0])
    let layer = LayerTrace(
      queries: vectors, keys: vectors, values: vectors,
      attentionProbabilities: Tensor(shape: [2, 2, 2], [1, 0, 0, 1, 0, 1, 1, 0]), contextLayer: vectors, mask: mask,
      scale: 1)
    let hidden = Tensor(shape: [2, 2], [0, 0, 0, 0])
    let distances = HeadDistances(
      Encoding(
        request: EncodeRequest(texts: [""]), input: input, mask: mask,
        trace: AttentionTrace(layers: [layer], hiddenStates: [hidden, hidden])))
    // In each of two rows (a, b) and (b, a) with a = 0.9995, b = 0.0005 and mean ½: ln 2 + a ln a + b ln b.
    let expected = 2 * (log(2) + 0.9995 * log(0.9995) + 0.0005 * log(0.0005))
    let found = distances.distance(HeadIndex(layer: 0, head: 0), HeadIndex(layer: 0, head: 1))
    #expect(abs(found - expected) < 1e-6)
    #expect(distances.queries == 2)
  }

  @Test("agrees with the definition in double precision", arguments: Made.variety)
  func agrees(made: Made) {
    let encoding = Encoding(made)
    let distances = HeadDistances(encoding)
    let count = made.layers * made.heads
    let indices = (0..<count).map { HeadIndex(layer: $0 / made.heads, head: $0 % made.heads) }
    let matrix = distances.matrix()
    var worst = Worst()
    for a in 0..<count {
      #expect(matrix[a][a] == 0)
      for b in 0..<count {
        #expect(matrix[a][b] == matrix[b][a])
        #expect(matrix[a][b] >= 0 && matrix[a][b] <= Double(distances.queries) * log(2) + 1e-6)
        let expected = reference(encoding, indices[a], indices[b])
        worst.take(matrix[a][b] / Double(distances.queries), expected / Double(distances.queries))
        worst.take(
          distances.distance(indices[a], indices[b]) / Double(distances.queries),
          expected / Double(distances.queries))
      }
    }
    print("distance a query: largest difference \(worst.difference)")
    #expect(worst.difference < 2e-6)
  }

  @Test("neighbours come nearest first, without the head itself")
  func neighbours() {
    let made = Made(layers: 3, heads: 4)
    let distances = HeadDistances(Encoding(made))
    let head = HeadIndex(layer: 1, head: 2)
    let found = distances.neighbours(of: head)
    #expect(found.count == 11 && !found.contains { $0.head == head })
    #expect(Set(found.map(\.head)).count == 11)
    for (near, far) in zip(found, found.dropFirst()) { #expect(near.distance <= far.distance) }
    #expect(found.allSatisfy { $0.distance == distances.distance(head, $0.head) })
    #expect(distances.distances(from: head)[1][2] == 0)
  }

  private func reference(_ encoding: Encoding, _ a: HeadIndex, _ b: HeadIndex) -> Double {
    let (a, b) = (encoding.trace.probabilities(a).rows, encoding.trace.probabilities(b).rows)
    var sum = 0.0
    for query in encoding.input.realPositions {
      let keys = (0..<encoding.input.count).filter { encoding.mask[query, $0] }
      for key in keys {
        let p = 0.999 * a[query][key] + 0.001 / Double(keys.count)
        let q = 0.999 * b[query][key] + 0.001 / Double(keys.count)
        let mean = (p + q) / 2
        sum += (p * log(p / mean) + q * log(q / mean)) / 2
      }
    }
    return sum
  }
}
