import Activations
import Testing

@testable import Insights

@Suite struct ComparisonTests {
  @Test("a head and its opposite, by hand")
  func byHand() throws {
    let input = TokenizedInput([])
    let a = Encoding([[1, 0], [0.5, 0.5]], input)
    let b = Encoding([[0, 1], [0.5, 0.5]], input)
    let comparison = try EncodingComparison(a, b)
    let head = HeadIndex(layer: 0, head: 0)
    #expect(comparison.heads[0][0].largest == 1)
    // 0.5 / 1.5
    #expect(abs(comparison.heads[0][0].cosine - 1.0 / 3) < 1e-7)
    #expect(comparison.change(of: head).values() == [-1, 1, 0, 0])
    let changes = comparison.largestChanges(count: 5)
    #expect(changes.map(\.change) == [-1, 1])
    #expect(changes.map(\.key) == [0, 1] && changes.allSatisfy { $0.query == 0 })
    #expect(comparison.largestChanges(in: head, count: 1).count == 1)
    #expect(comparison.largestChanges(count: 0).isEmpty)
    #expect(comparison.hasSameTokens)
  }

  @Test("the largest change is that of queries that are not PAD, in all heads and in one", arguments: Made.variety)
  func largest(made: Made) throws {
    var other = made
    other.seed += 40
    let (a, b) = (Encoding(made), Encoding(other))
    let heads = try EncodingComparison(a, b).heads.flatMap(\.self)
    for row in heads {
      let one = try HeadComparison(a, row.head, b, row.head)
      #expect(one.largest == row.largest && one.largest == one.pairs.first.map { abs($0.change) } ?? 0)
      #expect(one.largestWithPad == one.change.values().map(abs).max())
    }
  }

  @Test("an encoding compared with itself")
  func same() throws {
    let encoding = Encoding(Made(pad: 3, mode: .full))
    let comparison = try EncodingComparison(encoding, encoding)
    for head in comparison.heads.flatMap(\.self) {
      #expect(abs(head.cosine - 1) < 1e-7 && head.largest == 0)
    }
    #expect(comparison.largestChanges(count: 5).isEmpty)
  }

  @Test(
    "agrees with the definitions in double precision",
    arguments: [
      (Made(), Made(seed: 2)), (Made(pad: 3), Made(pad: 3, mode: .none, seed: 3)),
      (Made(pad: 3), Made(pad: 5, side: .left, seed: 3)), (Made(), Made(pad: 9, seed: 4)),
      (Made(layers: 1, heads: 2, seed: 5), Made(mode: .causal, layers: 1, heads: 2, seed: 6)),
    ])
  func agrees(madeA: Made, madeB: Made) throws {
    let (a, b) = (Encoding(madeA), Encoding(madeB))
    let comparison = try EncodingComparison(a, b)
    #expect(comparison.positionsA.count == (madeA.pad == madeB.pad && madeA.side == madeB.side ? a.input.count : 8))
    var worst = Worst()
    var all: [Float] = []
    for difference in comparison.heads.flatMap(\.self) {
      let (mapA, mapB) = comparison.maps(of: difference.head)
      let change = comparison.change(of: difference.head)
      var (aa, ab, bb, largest) = (0.0, 0.0, 0.0, Float(0))
      for (query, position) in comparison.positionsA.enumerated() {
        for key in comparison.positionsA.indices {
          let (x, y) = (
            a.trace.probabilities(difference.head)[position, comparison.positionsA[key]],
            b.trace.probabilities(difference.head)[comparison.positionsB[query], comparison.positionsB[key]]
          )
          #expect(mapA[query, key] == x && mapB[query, key] == y && change[query, key] == y - x)
          guard a.input.attentionMask[position] else { continue }
          aa += Double(x) * Double(x)
          ab += Double(x) * Double(y)
          bb += Double(y) * Double(y)
          largest = max(largest, abs(x - y))
          all.append(abs(y - x))
        }
      }
      worst.take(difference.cosine, ab / (aa * bb).squareRoot())
      #expect(difference.largest == largest)
    }
    let changes = comparison.largestChanges(count: 12)
    #expect(changes.map { abs($0.change) } == Array(all.sorted(by: >).prefix(12)))
    for change in changes {
      #expect(comparison.change(of: change.head)[change.query, change.key] == change.b - change.a)
    }
    let sorted = comparison.mostDifferentHeads()
    #expect(sorted.count == madeA.layers * madeA.heads)
    for (more, less) in zip(sorted, sorted.dropFirst()) { #expect(more.cosine <= less.cosine) }
    print("cosine: largest difference \(worst.difference)")
    #expect(worst.difference < 1e-6)
  }

  @Test("NaN shows in the head, and other changes are still found")
  func notANumber() throws {
    var rows = [[Float]].even(3)
    rows[0] = [.nan, 0.5, 0.5]
    let comparison = try EncodingComparison(
      Encoding(.even(3), TokenizedInput(["cat"])), Encoding(rows, TokenizedInput(["cat"])))
    #expect(comparison.heads[0][0].largest.isNaN && comparison.heads[0][0].cosine.isNaN)
    #expect(comparison.largestChanges(count: 9).count == 2)
  }

  @Test("what cannot be compared says why in one line")
  func errors() {
    func message(_ a: Made, _ b: Made) -> String {
      do throws(ComparisonError) {
        _ = try EncodingComparison(Encoding(a), Encoding(b))
        return ""
      } catch { return error.description }
    }
    #expect(message(Made(), Made(words: ["cat"])) == "A has 8 tokens and B 3: compare sentences of as many tokens")
    #expect(
      message(Made(), Made(layers: 1))
        == "A has 2 layers with 3 heads each, B 1 with 3: compare models of the same size")
  }

  @Test("other tokens of the same number are compared, and said to be others")
  func otherTokens() throws {
    let comparison = try EncodingComparison(
      Encoding(Made(words: ["the", "cat"])), Encoding(Made(words: ["the", "dog"])))
    #expect(!comparison.hasSameTokens)
  }
}

@Suite struct RepresentationTests {
  @Test("cosine similarities by hand")
  func similarities() {
    let state = Tensor(shape: [4, 2], [1, 0, 0, 2, 3, 3, 0, 0])
    let half = Float(0.5.squareRoot())
    let found = cosineSimilarities(state).values()
    let expected: [Float] = [1, 0, half, 0, 0, 1, half, 0, half, half, 1, 0, 0, 0, 0, 1]
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-6) }
    #expect(cosineSimilarities(state.withGaps).values() == found)
    let opposite = cosineSimilarities(Tensor(shape: [2, 1], [1, -3]))
    #expect(opposite.values() == [1, -1, -1, 1])
  }

  @Test("similarities are symmetric and between −1 and 1", arguments: Made.variety)
  func bounds(made: Made) {
    let state = Encoding(made).trace.hiddenStates[0]
    let found = cosineSimilarities(state)
    for a in 0..<state.shape[0] {
      for b in 0..<state.shape[0] {
        #expect(found[a, b] == found[b, a] && abs(found[a, b]) <= 1)
      }
    }
  }

  @Test("nearest tokens, PAD and the token itself left out")
  func nearest() {
    let input = TokenizedInput(["cat"], pad: 1)
    let state = Tensor(shape: [4, 2], [1, 0, -1, 0.1, 1, 1, 1, 0])
    let found = nearestTokens(to: 0, in: state, of: input)
    #expect(found.map(\.position) == [2, 1])
    #expect(abs(found[0].cosine - 0.5.squareRoot()) < 1e-7)
  }

  @Test("changes and lengths of representations")
  func changes() {
    let trace = AttentionTrace(
      layers: Encoding(.even(2), TokenizedInput([])).trace.layers,
      hiddenStates: [Tensor(shape: [2, 2], [0, 0, 3, 4]), Tensor(shape: [2, 2], [3, 4, 3, 5])])
    #expect(trace.representationChanges().values() == [5, 1])
    #expect(trace.representationNorms().row(0) == [0, 5])
    #expect(trace.representationNorms().shape == [2, 2])
    let similarities = trace.similarities(at: 1, to: trace, at: 0)
    #expect(similarities.count == 2 && similarities[0] == 0)
    #expect(abs(similarities[1] - 29 / (34.0.squareRoot() * 5)) < 1e-7)
    #expect(trace.similarities(at: 0, to: Encoding(Made()).trace, at: 0).isEmpty)
  }

  @Test("the same word in two sentences")
  func shared() {
    let a = TokenizedInput(["the", "bank", "of", "the", "river"])
    let b = TokenizedInput(["bank", "the"], pad: 2, side: .left)
    let found = sharedTokens(a, b)
    #expect(found.map(\.a) == [1, 2, 4] && found.map(\.b) == [4, 3, 4])
    // Composed and decomposed letters are different tokens.
    #expect(sharedTokens(TokenizedInput(["\u{e9}"]), TokenizedInput(["e\u{301}"])).isEmpty)
  }
}
