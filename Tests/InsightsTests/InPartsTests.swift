import Activations
import TestSupport
import Testing

@testable import Insights

extension Encoding {
  /// The same with probabilities that are not held: heads and rows are read whenever they are asked for.
  var inParts: Encoding {
    let layers = trace.layers.map { layer in
      let all = layer.attentionProbabilities
      @Sendable func heads(_ heads: Range<Int>) -> Tensor {
        Tensor(shape: [heads.count] + all.shape.dropFirst(), heads.flatMap { all[slice: $0].values() })
      }
      return LayerTrace(
        queries: layer.queries, keys: layer.keys, values: layer.values, shape: all.shape,
        contextLayer: layer.contextLayer, mask: layer.mask, scale: layer.scale, scoreBias: layer.scoreBias,
        outputProjection: layer.outputProjection, ablations: layer.ablations, traits: layer.traits,
        again: AttentionRecomputation(
          heads: { heads($0) },
          rows: { head, queries in
            Tensor(shape: [queries.count, all.shape[2]], all[slice: head][rows: queries].values())
          }))
    }
    return Encoding(
      request: request, input: input, mask: mask,
      trace: AttentionTrace(layers: layers, hiddenStates: trace.hiddenStates, isReadInParts: true))
  }

  /// The same with one number in it changed.
  func with(_ number: Float, layer index: Int, head: Int, query: Int, key: Int, inContext: Bool = true) -> Encoding {
    let layers = trace.layers.enumerated().map { place, layer in
      guard place == index else { return layer }
      let shape = layer.attentionProbabilities.shape
      var numbers = layer.attentionProbabilities.values()
      numbers[(head * shape[1] + query) * shape[2] + key] = number
      var context = layer.contextLayer.values()
      let size = layer.contextLayer.shape[2]
      // As it comes of such a probability.
      for place in 0..<(inContext ? size : 0) { context[(head * shape[1] + query) * size + place] = number }
      return LayerTrace(
        queries: layer.queries, keys: layer.keys, values: layer.values,
        attentionProbabilities: Tensor(shape: shape, numbers),
        contextLayer: Tensor(shape: layer.contextLayer.shape, context), mask: layer.mask, scale: layer.scale,
        ablations: inContext ? layer.ablations : [head: .zeroOutput])
    }
    return Encoding(
      request: request, input: input, mask: mask,
      trace: AttentionTrace(layers: layers, hiddenStates: trace.hiddenStates))
  }
}

/// What is worked out of rows that are read some at a time is what comes of all of them.
@Suite struct InPartsTests {
  /// Also such as have several blocks of rows, and cells of several tokens.
  private static let made =
    Made.variety + [
      Made(words: (0..<300).map { "w\($0)" }, pad: 9, layers: 1, heads: 2, seed: 25),
      Made(words: (0..<290).map { "w\($0)" }, pad: 9, mode: .none, layers: 1, heads: 1, spread: 0.1, seed: 26),
      Made(words: (0..<300).map { "w\($0)" }, pad: 3, side: .left, mode: .full, layers: 1, heads: 1, seed: 27),
      Made(words: (0..<280).map { "w\($0)" }, mode: .causal, layers: 1, heads: 1, seed: 28),
    ]

  @Test("what looks odd", arguments: made)
  func diagnosis(made: Made) throws {
    let encoding = Encoding(made)
    let whole = try #require(Diagnosis(encoding))
    #expect(whole == Diagnosis(encoding.inParts))
    #expect(Diagnosis(encoding.inParts, isCancelled: { true }) == nil)
  }

  @Test("an odd probability is found in the same place, also of a head that is switched off")
  func oddNumbers() throws {
    for (number, layer, head, query, key) in [
      (Float.nan, 0, 0, 0, 0), (.nan, 1, 2, 7, 3), (.infinity, 0, 1, 290, 4), (.nan, 1, 1, 300, 309),
    ] as [(Float, Int, Int, Int, Int)] {
      for inContext in [true, false] {
        let encoding = Encoding(Made(words: (0..<300).map { "w\($0)" }, pad: 8, mode: .none, seed: 3)).with(
          number, layer: layer, head: head, query: query, key: key, inContext: inContext)
        let odd = try #require(OddNumber.first(in: encoding.inParts.trace))
        #expect(odd.place == .attentionProbabilities(layer: layer) && odd.index == [head, query, key])
        #expect(odd.value.isNaN == number.isNaN && OddNumber.first(in: encoding.trace)?.index == odd.index)
      }
    }
    #expect(OddNumber.first(in: Encoding(Made(seed: 4)).inParts.trace) == nil)
  }

  /// Of a head that never varies all rows have to be read, of another few: that is known without reading them all.
  @Test("of a head that varies, few rows are read") func fewRows() throws {
    final class Count: @unchecked Sendable { var rows = 0 }
    let count = Count()
    let encoding = Encoding(Made(words: (0..<1200).map { "w\($0)" }, layers: 1, heads: 1, spread: 3, seed: 30))
    let layer = encoding.trace.layers[0]
    let all = layer.attentionProbabilities
    let counted = LayerTrace(
      queries: layer.queries, keys: layer.keys, values: layer.values, shape: all.shape,
      contextLayer: layer.contextLayer, mask: layer.mask, scale: layer.scale,
      again: AttentionRecomputation(
        heads: { _ in all },
        rows: { head, queries in
          count.rows += queries.count
          return all[slice: head][rows: queries]
        }))
    let trace = AttentionTrace(layers: [counted], hiddenStates: encoding.trace.hiddenStates, isReadInParts: true)
    let inParts = Encoding(request: encoding.request, input: encoding.input, mask: encoding.mask, trace: trace)
    let table = HeadStatistics.table(of: encoding)
    let found = try #require(ConstantHead.all(in: inParts, table, isCancelled: { false }))
    #expect(found.heads.isEmpty && found.wereLookedAt)
    #expect(count.rows <= 200, "\(count.rows) rows")
  }

  @Test("how heads vary between sentences, and how they differ between two pictures", arguments: made)
  func comparisons(made: Made) throws {
    var other = made
    other.seed += 70
    let (a, b) = (Encoding(made), Encoding(other))
    #expect(attentionVariability(of: [a, b]) == attentionVariability(of: [a.inParts, b.inParts]))
    let whole = try EncodingComparison(a, b).heads
    for layer in a.trace.layers.indices {
      // One may be held while the other is not.
      #expect(try EncodingComparison.layer(layer, of: a.inParts, b, isCancelled: { false }) == whole[layer])
      #expect(try EncodingComparison.layer(layer, of: a.inParts, b.inParts, isCancelled: { false }) == whole[layer])
    }
    #expect(try EncodingComparison.layer(0, of: a, b, isCancelled: { true }) == nil)
    #expect(try EncodingComparison.layer(9, of: a, b, isCancelled: { false }) == nil)
    let head = HeadIndex(layer: 0, head: 0)
    let all = try HeadComparison(a, head, b, head)
    let parts = try HeadComparison.$mostTokens.withValue(1) { try HeadComparison(a.inParts, head, b.inParts, head) }
    #expect(all == parts && all.factor == 1)
    #expect(parts.factor == max((max(parts.queriesB.count, parts.positionsB.count) + 127) / 128, 1))
    for (map, cells) in [(all.a, parts.a), (all.b, parts.b), (all.change, parts.change)] {
      #expect(cells.values() == pooled(map, parts.factor))
    }
  }

  /// The number of each cell that is largest in either direction.
  private func pooled(_ map: Tensor, _ factor: Int) -> [Float] {
    stride(from: 0, to: map.shape[0], by: factor).flatMap { row in
      stride(from: 0, to: map.shape[1], by: factor).map { column in
        var largest: Float = 0
        for key in column..<min(column + factor, map.shape[1]) {
          for query in row..<min(row + factor, map.shape[0]) where abs(map[query, key]) > abs(largest) {
            largest = map[query, key]
          }
        }
        return largest
      }
    }
  }

  @Test("runs of a mask are what it lets through", arguments: [1, 7, 8, 9, 40, 131])
  func maskRuns(size: Int) {
    var random = SeededGenerator(seed: UInt64(size))
    let real = (0..<size).map { _ in Int.random(in: 0..<4, using: &random) > 0 }
    let other = AttentionMask(size: size, allowed: (0..<size * size).map { _ in Bool.random(using: &random) })
    let runsOfOther = MaskRuns(other)
    for mask in MaskMode.allCases.map({ AttentionMask($0, attentionMask: real) }) + [other] {
      let runs = MaskRuns(mask)
      for query in 0..<size {
        #expect(runs[query].flatMap { $0.map(Int.init) } == (0..<size).filter { mask[query, $0] })
        #expect(runs.visibleKeys(query: query) == mask.visibleKeys(query: query))
        let later = query + 1..<max(size, query + 1)
        #expect(runs.visibleKeys(query: query, among: later) == later.count { mask[query, $0] })
        #expect(
          runs.sharedKeys(query: query, with: runsOfOther)
            == (0..<size).count { mask[query, $0] && other[query, $0] })
      }
      // Of all tokens, and of some.
      for shown in [Array(0..<size), (0..<size).filter { real[$0] }] where !shown.isEmpty {
        let places = (0...size).map { position in shown.count { $0 < position } }
        for factor in [1, 2, 5, size] {
          for first in stride(from: 0, to: shown.count, by: factor) {
            let rows = shown[first..<min(first + factor, shown.count)]
            let expected = stride(from: 0, to: shown.count, by: factor).map { column -> Float in
              let keys = shown[column..<min(column + factor, shown.count)]
              let allowed = rows.reduce(0) { sum, query in sum + keys.count { mask[query, $0] } }
              return Float(allowed) / Float(rows.count * keys.count)
            }
            #expect(runs.shares(rows, places: places, factor: factor) == expected)
          }
        }
      }
    }
  }
}
