import Activations
import Foundation
import TestSupport
import Testing

@testable import Insights

/// What looks odd, against the definitions in double precision.
@Suite struct DiagnosisTests {
  private func diagnosis(_ encoding: Encoding) throws -> Diagnosis { try #require(Diagnosis(encoding)) }

  @Test("the share of PAD is the mean over heads and real queries", arguments: Made.variety)
  func paddingShare(made: Made) throws {
    let encoding = Encoding(made)
    let found = try diagnosis(encoding).padding
    let input = encoding.input
    let pads = (0..<input.count).filter { !input.attentionMask[$0] }
    #expect((found == nil) == pads.isEmpty)
    guard let found else { return }
    var (sum, even, count, most) = (0.0, 0.0, 0, 0.0)
    for layer in encoding.trace.layers {
      for head in 0..<made.heads {
        var ofHead = 0.0
        for query in input.realPositions {
          let given = pads.reduce(0) { $0 + Double(layer.attentionProbabilities[head, query, $1]) }
          let visible = pads.count { encoding.mask[query, $0] }
          ofHead += given
          even += Double(visible) / Double(encoding.mask.visibleKeys(query: query))
          count += 1
        }
        sum += ofHead
        most = max(most, ofHead / Double(input.realCount))
      }
    }
    #expect(abs(found.share - sum / Double(count)) < 1e-6)
    #expect(abs(found.shareIfEven - even / Double(count)) < 1e-12)
    #expect(abs(found.shareOfHead - most) < 1e-6)
    #expect(made.mode == .none ? found.share > 0 : found.share == 0)
    #expect(pads.contains(found.key) && input.attentionMask[found.query])
  }

  @Test("even attention is called even, and sharp attention is not")
  func evenness() throws {
    let even = try #require(try diagnosis(Encoding(Made(spread: 0, seed: 2))).evenness)
    #expect(even.isEverywhere && abs(even.entropy - even.ceiling) < 1e-5 && abs(even.ceiling - log(8)) < 1e-6)
    let sharp = try #require(try diagnosis(Encoding(Made(spread: 12, seed: 3))).evenness)
    #expect(!sharp.isEverywhere && sharp.sharpestEntropy < 0.95 * sharp.sharpestCeiling)
    // Of two keys nothing can be said.
    #expect(try diagnosis(Encoding(Made(words: [], seed: 12))).evenness == nil)
  }

  /// Heads whose queries or keys are the same everywhere, or random.
  private func encoding(sameQueries: Bool, sameKeys: Bool, spread: Float = 3) -> Encoding {
    var random = SeededGenerator(seed: 40)
    let input = TokenizedInput(["the", "cat", "ran"])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    func vectors(_ areSame: Bool) -> Tensor {
      let one = (0..<4).map { _ in random.float(-1...1) }
      return Tensor(
        shape: [1, 5, 4], (0..<5).flatMap { _ in areSame ? one : (0..<4).map { _ in random.float(-1...1) } })
    }
    let layer = LayerTrace(
      queries: vectors(sameQueries), keys: vectors(sameKeys), values: vectors(false), mask: mask, scale: spread)
    let hidden = Tensor(shape: [5, 4]) { $0.update(repeating: 0) }
    return Encoding(
      request: EncodeRequest(texts: ["the cat ran"]), input: input, mask: mask,
      trace: AttentionTrace(layers: [layer], hiddenStates: [hidden, hidden]))
  }

  @Test("a head that never varies is traced to its queries, to its keys, or to where it rests")
  func constantHeads() throws {
    let usual = try diagnosis(encoding(sameQueries: false, sameKeys: false))
    #expect(usual.constantHeads.isEmpty && usual.looksAtConstantHeads)
    let queries = try diagnosis(encoding(sameQueries: true, sameKeys: false))
    #expect(queries.constantHeads.map(\.cause) == [.sameQueries])
    #expect(abs(queries.constantHeads[0].deviation) < 1e-6)
    let keys = try diagnosis(encoding(sameQueries: false, sameKeys: true))
    #expect(keys.constantHeads.map(\.cause) == [.sameKeys])

    // The same rows whatever the vectors: nearly all on [SEP], or on a word.
    let input = TokenizedInput(["cat", "ran"])
    func rows(_ top: Int) -> [[Float]] { (0..<4).map { _ in (0..<4).map { $0 == top ? 0.97 : 0.01 } } }
    func constant(_ rows: [[Float]]) throws -> [ConstantHead.Cause] {
      let plain = Encoding(rows, input)
      let layer = plain.trace.layers[0]
      let vectors = Tensor(shape: [1, 4, 1], [1, 2, 3, 4])
      let varied = LayerTrace(
        queries: vectors, keys: vectors, values: vectors, attentionProbabilities: layer.attentionProbabilities,
        contextLayer: vectors, mask: layer.mask, scale: 1)
      let trace = AttentionTrace(layers: [varied], hiddenStates: plain.trace.hiddenStates)
      return try diagnosis(Encoding(request: plain.request, input: input, mask: plain.mask, trace: trace))
        .constantHeads.map(\.cause)
    }
    #expect(try constant(rows(3)) == [.resting])
    #expect(try constant(rows(0)) == [.resting])
    #expect(try constant(rows(1)) == [.keysAlone])
    #expect(try constant(.even(4)) == [.even])
    #expect(try constant(.identity(4)).isEmpty)
  }

  @Test("the deviation is half the mean distance from the mean row", arguments: [0, 0.02, 0.4])
  func deviation(spread: Float) throws {
    let encoding = Encoding(Made(spread: spread, seed: 21))
    let found = try diagnosis(encoding).constantHeads
    for (layer, trace) in encoding.trace.layers.enumerated() {
      for head in 0..<trace.attentionProbabilities.shape[0] {
        let rows = (0..<8).map { trace.attentionProbabilities[slice: head].row($0).map(Double.init) }
        let mean = (0..<8).map { key in rows.reduce(0) { $0 + $1[key] } / 8 }
        let expected = rows.reduce(0) { $0 + zip($1, mean).reduce(0) { $0 + abs($1.0 - $1.1) } } / 16
        let index = HeadIndex(layer: layer, head: head)
        let constant = found.first { $0.index == index }
        #expect((constant != nil) == (expected < ConstantHead.threshold))
        if let constant { #expect(abs(constant.deviation - expected) < 1e-6) }
      }
    }
  }

  @Test("rows without a key, tokens without a name, numbers that are none")
  func theRest() throws {
    let full = Encoding(Made(pad: 3, mode: .full, seed: 6))
    #expect(try diagnosis(full).blockedQueries == [8, 9, 10])
    #expect(try diagnosis(Encoding(Made(pad: 3))).blockedQueries.isEmpty)
    // Each query sees other keys: rows differ whatever the head does.
    #expect(try !diagnosis(Encoding(Made(mode: .causal, seed: 9))).looksAtConstantHeads)

    let unknown = Encoding(Made(words: ["a", "[UNK]", "b", "[UNK]"], pad: 2))
    #expect(try diagnosis(unknown).unknownTokens == [2, 4])

    var rows: [[Float]] = .even(3)
    rows[1][2] = .nan
    let odd = try diagnosis(Encoding(rows, TokenizedInput(["cat"])))
    #expect(odd.oddNumber?.place == .attentionProbabilities(layer: 0) && odd.oddNumber?.index == [0, 1, 2])
    #expect(odd.evenness == nil)
    #expect(try diagnosis(full).oddNumber == nil)
  }

  @Test("it can be given up between layers")
  func cancelled() {
    var asked = 0
    #expect(
      Diagnosis(Encoding(Made(layers: 3))) {
        asked += 1
        return asked > 4
      } == nil)
    #expect(asked <= 6)
  }
}
