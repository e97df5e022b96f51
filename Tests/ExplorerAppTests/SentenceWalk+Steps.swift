import Activations
import Canvas
import Foundation
import Insights
import TestSupport
import Testing

@testable import Explorer
@testable import ExplorerViews

extension SentenceWalk {
  // MARK: Steps

  func lookAtSteps(_ stage: StepStage) throws {
    let state = shown(.show(.steps), .steps(.stage(stage)))
    guard let steps = HeadSteps(state, appearance) else { return expect(false, "no steps") }
    let lines = StepWording(steps: steps).formulas(stage, columns: 4000)
    let insight = StepInsight(steps: steps, state: state).wordings.first ?? ""
    let table = StepTables(steps: steps, state: state).table(stage)
    let formula = StepsDrawing.formula(state)[0]
    switch stage {
    case .vectors:
      let hasNorm = lines.contains { $0.contains("norm(x)") }
      expect(hasNorm == (walk.family == "modernbert" && layer > 0), "\(lines)")
    case .scores: break
    case .scale: lookAtScale(lines, insight, table, formula)
    case .mask: lookAtMasked(lines, insight, table)
    case .softmax: lookAtSoftmax(lines, insight, table)
    case .weigh: break
    case .context: lookAtContext(lines, insight)
    case .output: break
    }
    lookAtScales(state, stage)
  }

  private var scaledRow: [Double] { truth.positions.map { truth.scaled(layer, head, query, $0) } }

  /// The texts of a column.
  private func column(_ table: StepTable, _ heading: String) -> [String]? {
    guard let column = table.columns.first(where: { $0.heading == heading }) else { return nil }
    return (0..<table.count).map { if case .text(let text) = column.cell($0) { text } else { "" } }
  }

  private func lookAtScale(_ lines: [String], _ insight: String, _ table: StepTable, _ formula: String) {
    let (layer, head, query, key) = place
    let hasPart = truth.trace.layers[layer].scoreBias != nil
    if let found = numbers.match("scaled", lines[0], "S(*, *) ÷ √~ = # ÷ # = #") {
      numbers.expect(found[2], truth.score(layer, head, query, key), "score")
      numbers.expect(found[3], truth.divisor, "divisor")
      numbers.expect(found[4], truth.score(layer, head, query, key) / truth.divisor, "quotient")
    } else {
      expect(false, "unread: \(lines[0])")
    }
    expect(hasPart == (lines.count == 2), "\(lines)")
    if hasPart {
      let line = lines.last?.replacing("(", with: "").replacing(")", with: "") ?? ""
      if let found = numbers.match("family part", line, "scaled = # + # = #: the family adds ~") {
        numbers.expect(found[1], truth.bias(layer, head, query, key), "the family's part")
        numbers.expect(found[2], truth.scaled(layer, head, query, key), "scaled")
      } else {
        expect(false, "unread: \(line)")
      }
    }
    // Of what is not divided, the family's part is neither where it is a part of the same sum.
    let undivided = truth.softmax(layer, query) {
      let (score, bias) = (truth.score(layer, head, query, $0), truth.bias(layer, head, query, $0))
      return walk.family == "deberta-v2" ? score + bias * truth.divisor : score + bias
    }
    let divided = truth.softmax(layer, query) { scaledRow[$0] }
    if !truth.seen(layer, query).isEmpty {
      if let found = numbers.match(
        "undivided", insight,
        "~Undivided the largest share is # (entropy # nats), divided # (#).~")
      {
        numbers.expect(found[0], undivided.max() ?? 0, "the largest share without")
        numbers.expect(found[1], ShownTruth.entropy(undivided), "entropy without", slack: 1e-4)
        numbers.expect(found[2], divided.max() ?? 0, "the largest share with")
        numbers.expect(found[3], ShownTruth.entropy(divided), "entropy with", slack: 1e-4)
      } else {
        expect(false, "unread: \(insight)")
      }
    }
    // The column of quotients and the family's part are the scaled scores; the next column is their softmax.
    let last = column(table, hasPart ? "= scaled" : "÷ \(table.columns[1].heading.dropFirst(2))") ?? []
    expect(last.count == truth.count, "no column of scaled scores: \(table.columns.map(\.heading))")
    for (key, text) in last.enumerated() { numbers.expect(text, scaledRow[key], "scaled of \(key)") }
    for (heading, shares) in [("divided", divided), ("undivided", undivided)] {
      for (key, text) in (column(table, heading) ?? []).enumerated() {
        if truth.isSeen(layer, query, key) {
          numbers.expect(text, shares[key], "\(heading) of \(key)")
        } else {
          expect(text == "blocked", "\(heading) of \(key) is \(text)")
        }
      }
    }
    if let found = numbers.match("scaled formula", formula, "q·k/√#\(hasPart ? " + family" : "") = #") {
      numbers.expect(found[0], truth.divisor * truth.divisor, "the square of the divisor")
      numbers.expect(found[1], truth.scaled(layer, head, query, key), "scaled")
    } else {
      expect(false, "unread: \(formula)")
    }
  }

  private func lookAtMasked(_ lines: [String], _ insight: String, _ table: StepTable) {
    let (layer, head, query, key) = place
    let sign = isSeen ? "0 (may be seen) = #" : "-∞ (blocked) = -∞"
    if let found = numbers.match("masked", lines[0], "masked(*, *) = scaled + mask = # + \(sign)") {
      for text in found.dropFirst(2) { numbers.expect(text, truth.scaled(layer, head, query, key), "masked") }
    } else {
      expect(false, "unread: \(lines[0])")
    }
    for (key, text) in (column(table, "= masked") ?? []).enumerated() {
      guard truth.isSeen(layer, query, key) else {
        expect(text == "-∞", "masked of \(key) is \(text)")
        continue
      }
      numbers.expect(text, scaledRow[key], "masked of \(key)")
    }
    let seen = truth.seen(layer, query)
    let far = truth.positions.count { truth.isAsked(query, $0) && !truth.isSeen(layer, query, $0) }
    let padTakes = !truth.isPad(query) && seen.contains(where: truth.isPad)
    guard seen.count < truth.count, !seen.isEmpty, !padTakes else { return }
    guard let found = numbers.match("blocked row", insight, "Mask ~: # key~ of # blocked for *. ~") else {
      return expect(false, "unread: \(insight)")
    }
    numbers.expect(found[0], truth.count - seen.count, "blocked keys")
    expect(insight.contains("neighbours") == (far > 0), insight)
    if far > 0, far < truth.count - seen.count,
      let found = numbers.match(
        "reason neighbours", insight, "~, # of them because this layer only looks at neighbours~")
    {
      numbers.expect(found[0], far, "keys out of reach")
    }
  }

  private func lookAtSoftmax(_ lines: [String], _ insight: String, _ table: StepTable) {
    let row = truth.softmax(layer, query) { scaledRow[$0] }
    // What stands in the column of masked scores is turned into the column of quotients by a softmax.
    let masked = column(table, "masked") ?? []
    expect(masked.count == truth.count, "no column of masked scores")
    let written = masked.map { Double($0) ?? -.infinity }
    let largest = written.max() ?? 0
    let sum = written.reduce(0) { $0 + ($1.isFinite ? exp($1 - largest) : 0) }
    for (key, text) in (column(table, "÷ sum") ?? []).enumerated() {
      numbers.expect(text, row[key], "quotient of \(key)")
      let ofColumn = written[key].isFinite && sum > 0 ? exp(written[key] - largest) / sum : 0
      expect(abs((Double(text) ?? -1) - ofColumn) < 1e-3, "softmax of the column is \(ofColumn), the next says \(text)")
    }
    if truth.off(layer, head) == .uniformAttention {
      for (key, text) in (column(table, "head off") ?? []).enumerated() {
        numbers.expect(text, truth.p(layer, head, query, key), "even attention of \(key)")
      }
      expect(column(table, "head off") != nil, "no column for the head that is off")
    }
    guard !truth.seen(layer, query).isEmpty else { return }
    if isSeen {
      guard
        let found = numbers.match(
          "quotient",
          lines[0].replacing("; head off: 1 ÷ ", with: " off 1/").replacing("- (-", with: "- -").replacing(
            "))", with: ")"),
          "p(*, *) = e^(# - #) ÷ sum = # ÷ # = #~")
      else { return expect(false, "unread: \(lines[0])") }
      numbers.expect(found[2], scaledRow[key], "masked")
      expect(
        abs((Double(found[4]) ?? 0) / (Double(found[5]) ?? 1) - (Double(found[6]) ?? -1)) < 2e-4,
        "no equation: \(lines[0])")
      numbers.expect(found[6], row[key], "quotient")
    }
    if let found = numbers.match("entropy", insight, "~entropy # of at most # nats. ~") {
      numbers.expect(found[0], ShownTruth.entropy(row), "entropy", slack: 1e-4)
      numbers.expect(found[1], log(Double(truth.seen(layer, query).count)), "ceiling")
    } else {
      expect(false, "unread: \(insight)")
    }
  }

  /// The sum is true of its terms, whatever went on.
  private func lookAtContext(_ lines: [String], _ insight: String) {
    guard let line = lines.first, !truth.seen(layer, query).isEmpty else { return }
    guard let found = numbers.match("context", line, "context(*)[0] = ~ = #") else {
      return expect(false, "unread: \(line)")
    }
    let sum = truth.positions.reduce(0) {
      $0 + truth.p(layer, head, query, $1) * Double(truth.trace.layers[layer].values[head, $1, 0])
    }
    numbers.expect(found[1], sum, "the sum")
    let isOff = truth.off(layer, head) == .zeroOutput
    expect(lines[1].hasPrefix("set to 0") == isOff && insight.contains("differs from this sum") == !isOff, "\(lines)")
  }

  /// Scales that reach as far as the numbers do.
  private func lookAtScales(_ state: State, _ stage: StepStage) {
    guard let legend = state.view.drawing.legend(state) else {
      return expect(
        stage == .mask && truth.seen(layer, query).isEmpty || stage == .context || stage == .output,
        "no legend of \(stage)")
    }
    expect(!legend.scopes[0].isEmpty, "a legend says of what")
    guard stage == .vectors, let found = numbers.match("diverging legend", legend.high, "+#") else { return }
    let trace = truth.trace.layers[layer]
    let largest = [trace.queries, trace.keys].flatMap { $0[slice: head].values() }.map(abs).max() ?? 0
    numbers.expect(found[0], Double(largest), "the largest of q and k", slack: 1e-3)
  }

  // MARK: Heads, Words, what looks odd

  func lookAtHeadsAndWords() throws {
    let heads = shown(.show(.heads))
    let sentence = wordings(heads).last { $0.contains("because") } ?? wordings(heads)[0]
    if let found = numbers.match("pattern", sentence, "~ because # % of ~, more than # %~") {
      let (share, threshold) = (Double(found[0]) ?? 0, Double(found[1]) ?? 100)
      expect(share > threshold, sentence)
    } else {
      _ = numbers.match("pattern", sentence, "~because~")
    }
    let rows = heads.headRows
    let ceilings = truth.trace.layers.indices.map { layer in
      let counted = truth.counted(layer)
      return counted.map { log(Double(truth.seen(layer, $0).count)) }.reduce(0, +) / Double(max(counted.count, 1))
    }
    for (layer, ceiling) in ceilings.enumerated() {
      for row in rows where row.index.layer == layer {
        expect(abs(row.statistics.entropyCeiling - ceiling) < 1e-6, "ln n of layer \(layer)")
      }
    }
    if let row = rows.first(where: { $0.index == state.head }) {
      let counted = truth.counted(layer)
      let entropy =
        counted.map { ShownTruth.entropy(truth.row(layer, head, $0)) }.reduce(0, +) / Double(max(counted.count, 1))
      expect(abs(row.statistics.entropy - entropy) < 1e-4, "entropy in the table")
    }
    let words = wordings(shown(.show(.words))).last ?? ""
    if let found = numbers.match("nearest", words, "* is nearest to * (cosine ~, PAD left out)") {
      expect(found[1] != "[PAD]", words)
    } else {
      expect(false, "unread: \(words)")
    }
  }

  func lookAtDiagnosis() {
    let state = shown(.diagnosis(.open))
    let list = OddityList(state, appearance)
    let blocked = truth.trace.layers.indices.flatMap { layer in
      truth.positions.filter { truth.seen(layer, $0).isEmpty }
    }
    expect(
      list.checks.contains { $0.hasPrefix("every query may see") } == blocked.isEmpty,
      "\(list.checks) while \(blocked) see nothing")
    let byFamily = Set(blocked).filter { query in truth.positions.contains { truth.isAsked(query, $0) } }
    let rows = list.oddities.first { $0.symptom.contains("though the mask gives") }
    expect((rows == nil) == byFamily.isEmpty, "\(rows?.symptom ?? "nothing is said of") \(byFamily)")
    if let rows,
      let found = numbers.match("rows of the family", rows.symptom, "# PAD quer~ may see no key in any layer, ~")
    {
      numbers.expect(found[0], byFamily.count, "queries of PAD")
    }
    guard let odd = list.oddities.first(where: { $0.symptom.hasPrefix("PAD collects") }),
      let found = numbers.match(
        "PAD collects", odd.symptom, "PAD collects attention: # of what the tokens give, in layer # head # #")
    else { return }
    let heads = truth.trace.layers.indices.flatMap { layer in
      (0..<truth.trace.heads).map { head in
        let counted = truth.counted(layer)
        return counted.map { query in
          truth.positions.filter(truth.isPad).map { truth.p(layer, head, query, $0) }.reduce(0, +)
        }.reduce(0, +) / Double(max(counted.count, 1))
      }
    }
    numbers.expect(found[0], heads.reduce(0, +) / Double(heads.count), "what PAD gets")
    numbers.expect(found[3], heads.max() ?? 0, "what PAD gets most")
    let even =
      truth.trace.layers.indices.map { layer in
        let counted = truth.counted(layer)
        return counted.map { query in
          let seen = truth.seen(layer, query)
          return Double(seen.count(where: truth.isPad)) / Double(seen.count)
        }.reduce(0, +) / Double(max(counted.count, 1))
      }.reduce(0, +) / Double(truth.trace.layers.count)
    if let found = numbers.match("PAD if even", odd.cause, "~ would give it #") {
      numbers.expect(found[0], even, "what even attention would give PAD")
    }
  }
}
