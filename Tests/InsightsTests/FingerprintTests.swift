import Activations
import Foundation
import Testing

@testable import Insights

@Suite struct FingerprintTests {
  @Test("even attention has the entropy ln n, attention to one key has none")
  func knownEntropies() {
    #expect(abs(entropy(of: [0.25, 0.25, 0.25, 0.25]) - log(4)) < 1e-12)
    #expect(entropy(of: [0, 1, 0]) == 0)
    #expect(entropy(of: []) == 0)
    #expect(entropy(of: [0.5, .nan]).isNaN)
    let input = TokenizedInput(["cat"])
    #expect(abs(Fingerprint(Encoding(.even(3), input)).meanEntropies[0] - log(3)) < 1e-6)
    #expect(Fingerprint(Encoding(.identity(3), input)).meanEntropies == [0])
  }

  @Test("agrees with −Σ p ln p in double precision", arguments: Made.variety)
  func agrees(made: Made) {
    let encoding = Encoding(made)
    var worst = Worst()
    for (found, layer) in zip(Fingerprint(encoding).meanEntropies, encoding.trace.layers) {
      let rows = (0..<made.heads).flatMap { head in
        encoding.input.realPositions.map { entropy(of: layer.attentionProbabilities[slice: head].row($0)) }
      }
      worst.take(found, rows.reduce(0, +) / Double(rows.count))
    }
    print("fingerprint: largest difference \(worst.difference)")
    #expect(worst.difference < 1e-5)
  }

  @Test("PAD queries do not count, NaN shows")
  func whatCounts() {
    let input = TokenizedInput(["cat"], pad: 1)
    var rows = [[Float]].even(3).map { $0 + [0] } + [[1, 0, 0, 0]]
    #expect(abs(Fingerprint(Encoding(rows, input)).meanEntropies[0] - log(3)) < 1e-6)
    rows[1][2] = .nan
    #expect(Fingerprint(Encoding(rows, input)).meanEntropies[0].isNaN)
  }

  @Test("tensors with gaps between their numbers give the same")
  func gaps() {
    let made = Made(pad: 2)
    let encoding = Encoding(made)
    let loose = Encoding(
      request: encoding.request, input: encoding.input, mask: encoding.mask,
      trace: AttentionTrace(
        layers: encoding.trace.layers.map { layer in
          LayerTrace(
            queries: layer.queries, keys: layer.keys, values: layer.values,
            attentionProbabilities: layer.attentionProbabilities.withGaps, contextLayer: layer.contextLayer,
            mask: layer.mask, scale: layer.scale)
        }, hiddenStates: encoding.trace.hiddenStates.map(\.withGaps)))
    #expect(Fingerprint(loose) == Fingerprint(encoding))
    #expect(TraceDifference(loose, encoding) == TraceDifference(attention: 0, hidden: 0))
    #expect(
      loose.trace.layers[0].attentionProbabilities.largest()
        == encoding.trace.layers[0].attentionProbabilities.largest())
  }
}

extension [[Float]] {
  /// Every query attends evenly to all keys.
  static func even(_ size: Int) -> [[Float]] {
    Array(repeating: [Float](repeating: 1 / Float(size), count: size), count: size)
  }

  /// Every query attends to itself.
  static func identity(_ size: Int) -> [[Float]] { attending(size) { $0 } }

  /// Every query attends to one key.
  static func attending(_ size: Int, to key: (Int) -> Int) -> [[Float]] {
    (0..<size).map { query in (0..<size).map { $0 == key(query) ? 1 : 0 } }
  }
}
