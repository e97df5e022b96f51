import Activations
import Compute
import Foundation
import Testing

@testable import Insights

@Suite struct HeadStatisticsTests {
  private func statistics(_ probabilities: [[Float]], _ input: TokenizedInput, _ mode: MaskMode = .keys)
    -> HeadStatistics
  {
    let size = input.count
    return HeadStatistics(
      probabilities: Tensor(shape: [size, size], probabilities.flatMap(\.self)), roles: TokenRoles(input),
      mask: AttentionMask(mode, attentionMask: input.attentionMask))
  }

  @Test("even attention over three tokens, by hand")
  func even() {
    let found = statistics(.even(3), TokenizedInput(["cat"]))
    #expect(found.queries == 3)
    #expect(abs(found.entropy - log(3)) < 1e-6)
    #expect(abs(found.smoothedEntropy - log(3)) < 1e-6)
    #expect(abs(found.entropyCeiling - log(3)) < 1e-12)
    #expect(abs(found.relativeEntropy - 1) < 1e-6)
    // Distances 0 1 2, 1 0 1, 2 1 0, a third each: 8 / 9.
    #expect(abs(found.meanDistance - 8.0 / 9) < 1e-6)
    #expect(abs(found.shares.previous - 2.0 / 9) < 1e-6)
    #expect(abs(found.shares.next - 2.0 / 9) < 1e-6)
    for share in [found.shares.itself, found.shares.first, found.shares.separators, found.topKeyShare] {
      #expect(abs(share - 1.0 / 3) < 1e-6)
    }
    // Only the query cat → cat is neither the first token nor a separator, and so are CLS → cat and SEP → cat.
    #expect(abs(found.shares.neighbours - 1.0 / 3) < 1e-6)
    #expect(abs(found.confidence - 1.0 / 3) < 1e-6)
    #expect(found.shares.padding == 0 && found.shares.punctuation == 0)
    #expect(found.shares.ownText == 1 && found.shares.ownTextIfEven == 1)
  }

  @Test("attention of every token to itself")
  func identity() {
    let found = statistics(.identity(4), TokenizedInput(["the", "cat"]))
    #expect(found.entropy == 0)
    #expect(found.meanDistance == 0)
    #expect(found.shares.itself == 1)
    #expect(found.shares.previous == 0 && found.shares.next == 0)
    #expect(found.confidence == 1)
    #expect(found.offset == 0 && found.offsetShare == 1)
    // 0.999925 on one key and 0.000025 on three.
    let expected = -(0.999_925 * log(0.999_925) + 3 * 0.000_025 * log(0.000_025))
    #expect(abs(found.smoothedEntropy - expected) < 1e-6)
  }

  @Test("next is the token after the query, previous the one before")
  func neighbours() {
    let input = TokenizedInput(["the", "cat", "ran"])
    let next = statistics(.attending(5) { min($0 + 1, 4) }, input)
    #expect(abs(next.shares.next - 0.8) < 1e-6)
    #expect(next.shares.previous == 0)
    #expect(abs(next.shares.itself - 0.2) < 1e-6)
    #expect(abs(next.meanDistance - 0.8) < 1e-6)
    #expect(next.offset == 1 && next.offsetShare == 1)
    let previous = statistics(.attending(5) { max($0 - 1, 0) }, input)
    #expect(abs(previous.shares.previous - 0.8) < 1e-6)
    #expect(previous.shares.next == 0)
    #expect(previous.offset == -1 && previous.offsetShare == 1)
    // A row that sees four tokens further cannot: this offset is possible for one query only.
    let far = statistics(.attending(5) { _ in 4 }, input)
    #expect(far.offset == 0 && abs(far.offsetShare - 0.2) < 1e-6)
  }

  @Test("confidence leaves separators out, as queries and as keys")
  func confidence() {
    let input = TokenizedInput(["cat", "."])
    let found = statistics(
      [[0.1, 0.2, 0.3, 0.4], [0.5, 0.2, 0.2, 0.1], [0.0, 0.1, 0.0, 0.9], [0, 1, 0, 0]], input)
    #expect(abs(found.confidence - (0.3 + 0.5 + 0.1) / 3) < 1e-6)
    #expect(abs(found.shares.punctuation - 0.5 / 4) < 1e-6)
    #expect(abs(found.shares.separators - 1.4 / 4) < 1e-6)
    #expect(found.topKey == 1 && abs(found.topKeyShare - 1.5 / 4) < 1e-6)
  }

  @Test("PAD queries do not count, PAD keys do, and PAD is no neighbour")
  func padding() {
    let input = TokenizedInput(["cat"], pad: 1, side: .left)
    let found = statistics(
      [[0, 0, 0, 1], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25], [0, 0, 1, 0]], input, .none)
    #expect(found.queries == 3)
    #expect(abs(found.shares.padding - 0.25) < 1e-6)
    #expect(abs(found.shares.first - 0.25) < 1e-6)
    #expect(abs(found.shares.previous - 1.25 / 3) < 1e-6)
    #expect(abs(found.entropyCeiling - log(4)) < 1e-12)
  }

  @Test("a query that sees nothing does not count")
  func blockedRow() {
    let input = TokenizedInput(["cat"])
    var mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    for key in 0..<3 { mask[1, key] = false }
    let probabilities = Tensor(shape: [3, 3], [1, 0, 0, 0, 0, 0, 0, 0, 1])
    let found = HeadStatistics(probabilities: probabilities, roles: TokenRoles(input), mask: mask)
    #expect(found.queries == 2)
    #expect(found.shares.itself == 1)
    for query in 0..<3 {
      for key in 0..<3 { mask[query, key] = false }
    }
    #expect(
      HeadStatistics(probabilities: probabilities, roles: TokenRoles(input), mask: mask) == HeadStatistics())
  }

  @Test("attention within one's own text of a pair")
  func pair() {
    let input = TokenizedInput(["a"], second: ["b"])
    // CLS a SEP | b SEP
    let found = statistics(
      [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0.5, 0, 0, 0.5, 0], [0, 0, 0, 0, 1]], input)
    #expect(abs(found.shares.ownText - (1 + 1 + 0 + 0.5 + 1) / 5) < 1e-6)
    #expect(abs(found.shares.ownTextIfEven - (3 * 0.6 + 2 * 0.4) / 5) < 1e-6)
  }

  @Test("hits on PAD are no part of an offset's share: of two queries that have a next token, one attends to it most")
  func offsetsLeaveOutPad() {
    // [CLS] hi [SEP] PAD PAD
    let input = TokenizedInput(["hi"], pad: 2)
    let found = statistics(.attending(5) { [1, 3, 3, 0, 0][$0] }, input, .none)
    #expect(found.offset == 1 && found.offsetShare == 0.5)
    let onlyPad = statistics(.attending(5) { max($0 + 1, 3) }, input, .none)
    #expect(onlyPad.offset == 0 && onlyPad.offsetShare == 0)
  }

  /// Short texts among much PAD, on either side, under every mask: where what is counted in a share most easily differs from
  /// what it is a share of.
  static let padded: [Made] = MaskMode.allCases.flatMap { mode in
    [PadSide.left, .right].flatMap { side in
      [(0, 1), (1, 3), (2, 2), (5, 3), (1, 30)].flatMap { words, pad in
        [[], ["dogs", "!"]].map { second in
          let words = Array(["cat", ".", "ran", "over", "there"].prefix(words))
          return Made(
            words: words, second: second, pad: pad, side: side, mode: mode, layers: 1, heads: 2, spread: 6,
            seed: UInt64(100 + words.count * 7 + pad + second.count))
        }
      }
    }
  }

  @Test("agrees with the definitions in double precision", arguments: Made.variety + padded)
  func agrees(made: Made) {
    let encoding = Encoding(made)
    let table = HeadStatistics.table(of: encoding)
    var worst = Worst()
    for (layer, trace) in encoding.trace.layers.enumerated() {
      for head in 0..<made.heads {
        let found = table[layer][head]
        let expected = reference(trace.attentionProbabilities[slice: head].rows, encoding.input, trace.mask)
        #expect(found.queries == expected.queries)
        #expect(found.offset == expected.offset)
        #expect(found.topKey == expected.topKey)
        worst.take(found.offsetShare, expected.offsetShare)
        worst.take(found.shares.neighbours, expected.shares.neighbours)
        worst.take(found.shares.ownTextIfEven, expected.shares.ownTextIfEven)
        worst.take(found.entropyCeiling, expected.entropyCeiling)
        for measure in HeadStatistic.all { worst.take(found[measure], expected[measure]) }
        #expect(found.entropy >= 0 && found.entropy <= found.entropyCeiling + 1e-6)
        #expect(found.relativeEntropy <= 1 + 1e-6)
        for measure in HeadStatistic.all where measure.unit == .share {
          #expect((0...1 + 1e-6).contains(found[measure]), "\(measure.name)")
        }
        #expect(found.meanDistance >= 0 && found.meanDistance <= Double(encoding.input.count - 1))
        // The same name, but for numbers that lie so near a threshold that rounding decides.
        #expect([0, 1e-5, -1e-5].map { kind(expected, $0) }.contains(HeadPattern(found).kind))
      }
    }
    #expect(worst.difference < 5e-6, "\(worst.difference)")
  }

  @Test("all instructions find the same", arguments: Kernels.available)
  func instructionsAgree(kernels: Kernels) {
    for made in Made.variety + Self.padded {
      let encoding = Encoding(made)
      let roles = TokenRoles(encoding.input)
      let scan = HeadScan(queries: roles, keys: roles, isOfOneSentence: true, kernels: kernels)
      let table = HeadStatistics.table(of: encoding)
      var worst = Worst()
      for (layer, trace) in encoding.trace.layers.enumerated() {
        let visible = VisibleQueries(trace.mask, of: encoding)
        for head in 0..<made.heads {
          let (found, expected) = (scan.statistics(of: trace.probabilities(head: head), visible), table[layer][head])
          #expect(found.offset == expected.offset && found.confidence == expected.confidence)
          for measure in HeadStatistic.all { worst.take(found[measure], expected[measure]) }
        }
      }
      #expect(worst.difference < 5e-6, "\(worst.difference)")
    }
  }

  @Test("probabilities that are not numbers show, and do no harm")
  func notNumbers() throws {
    for odd in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1] {
      var rows = [[Float]].even(5)
      rows[2][1] = odd
      let found = statistics(rows, TokenizedInput(["the", "cat", "ran"]))
      #expect(!HeadPattern(found).reason.isEmpty)
      guard !odd.isFinite else { continue }
      #expect(HeadPattern(found).kind == .none)
      for measure in ["entropy", "relativeEntropy", "smoothedEntropy", "distance", "previous", "confidence"] {
        #expect(!found[try #require(HeadStatistic.named(measure))].isFinite, "\(measure)")
      }
      #expect(found.offsetShare.isNaN)
      #expect(odd < 0 || found.topKey == 1 && !found.topKeyShare.isFinite)
    }
  }
}

/// What a head is called by `docs/definitions.md`; `slack` moves all thresholds.
private func kind(_ statistics: HeadStatistics, _ slack: Double) -> HeadPattern.Kind {
  let shares = statistics.shares
  guard statistics.queries > 0 else { return .none }
  if shares.padding > 0.6 + slack { return .padding }
  if shares.punctuation > 0.6 + slack { return .punctuation }
  if shares.separators > 0.6 + slack { return .separator }
  if shares.first > 0.6 + slack { return .first }
  if statistics.topKeyShare > 0.6 + slack { return .key(statistics.topKey ?? 0) }
  if shares.previous > 0.5 + slack { return .previous }
  if shares.next > 0.5 + slack { return .next }
  if shares.itself > 0.5 + slack { return .itself }
  let left = (shares.ownText - shares.ownTextIfEven) / (1 - shares.ownTextIfEven)
  if shares.ownTextIfEven < 1, left > 0.6 + slack { return .block }
  if statistics.entropyCeiling > 0, statistics.entropy / statistics.entropyCeiling > 0.7832 + slack { return .broad }
  guard statistics.offsetShare >= 0.9 + slack else { return .heterogeneous }
  return switch statistics.offset {
  case -1: .previous
  case 0: .itself
  case 1: .next
  default: .offset(statistics.offset)
  }
}

/// The statistics of one head, as `docs/definitions.md` says, without any haste.
private func reference(_ p: [[Double]], _ input: TokenizedInput, _ mask: AttentionMask) -> HeadStatistics {
  let roles = TokenRoles(input)
  let keys = Array(0..<input.count)
  let queries = keys.filter { input.attentionMask[$0] && mask.visibleKeys(query: $0) > 0 }
  func mean(_ value: (Int) -> Double) -> Double { queries.map(value).reduce(0, +) / Double(max(queries.count, 1)) }
  func entropy(_ row: [Double]) -> Double { row.map { $0 > 0 ? -$0 * log($0) : 0 }.reduce(0, +) }
  func share(_ isTarget: @escaping (_ query: Int, _ key: Int) -> Bool) -> Double {
    mean { query in keys.filter { isTarget(query, $0) }.map { p[query][$0] }.reduce(0, +) }
  }
  let isReal = input.attentionMask
  var result = HeadStatistics()
  result.queries = queries.count
  result.entropy = mean { entropy(p[$0]) }
  result.smoothedEntropy = mean { query in
    let visible = Double(mask.visibleKeys(query: query))
    return entropy(keys.map { mask[query, $0] ? 0.9999 * p[query][$0] + 0.0001 / visible : 0 })
  }
  result.entropyCeiling = mean { log(Double(mask.visibleKeys(query: $0))) }
  let total = queries.map { p[$0].reduce(0, +) }.reduce(0, +)
  result.meanDistance =
    queries.map { query in keys.map { p[query][$0] * Double(abs(query - $0)) }.reduce(0, +) }.reduce(0, +) / total
  result.shares.previous = share { $1 == $0 - 1 && isReal[$1] }
  result.shares.next = share { $1 == $0 + 1 && isReal[$1] }
  result.shares.itself = share { $0 == $1 }
  result.shares.first = share { $1 == roles.first }
  result.shares.separators = share { roles.isSeparator[$1] }
  result.shares.punctuation = share { roles.isPunctuation[$1] }
  result.shares.padding = share { !isReal[$1] }
  result.shares.neighbours = share { abs($0 - $1) <= 1 && isReal[$1] && $1 != roles.first && !roles.isSeparator[$1] }
  if roles.isPair {
    result.shares.ownText = share { roles.segments[$0] == roles.segments[$1] }
    result.shares.ownTextIfEven = mean { query in
      let visible = keys.filter { mask[query, $0] }
      return Double(visible.count { roles.segments[$0] == roles.segments[query] }) / Double(visible.count)
    }
  } else {
    (result.shares.ownText, result.shares.ownTextIfEven) = (1, 1)
  }
  let words = queries.filter { !roles.isSeparator[$0] }
  let maxima = words.map { query in keys.filter { !roles.isSeparator[$0] }.map { p[query][$0] }.max() ?? 0 }
  result.confidence = maxima.reduce(0, +) / Double(max(maxima.count, 1))
  // Both of an offset: the queries that have a real token there, and those of them whose largest probability it has.
  let tops = queries.map { query in (query, keys.max { p[query][$0] < p[query][$1] } ?? 0) }
  var most = 0
  for distance in keys {
    for offset in distance == 0 ? [0] : [-distance, distance] {
      let possible = queries.filter { keys.contains($0 + offset) && isReal[$0 + offset] }
      let hits = tops.count { query, key in possible.contains(query) && key == query + offset }
      guard hits > most, 2 * possible.count >= queries.count else { continue }
      most = hits
      (result.offset, result.offsetShare) = (offset, Double(hits) / Double(possible.count))
    }
  }
  for key in keys {
    let received = share { $1 == key }
    if received > result.topKeyShare { (result.topKey, result.topKeyShare) = (key, received) }
  }
  return result
}
