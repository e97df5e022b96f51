import Activations
import Canvas
import Foundation
import Insights
import TestSupport
import Testing

@testable import Explorer
@testable import ExplorerViews

/// Goes through the views of a state, and reads what each says.
struct SentenceWalk {
  let walk: Walk
  let numbers: SentenceNumbers
  let state: State
  let truth: ShownTruth
  let appearance = Synthetic.truecolor

  /// `other` has what was worked out of the same encoding.
  init(walk: Walk, numbers: SentenceNumbers, state: State, like other: ShownTruth?) throws {
    (self.walk, self.numbers, self.state) = (walk, numbers, state)
    let encoding = try #require(state.encoding)
    let real = encoding.input.realPositions
    let hidden = state.interventions.hidden
    truth =
      other
      ?? ShownTruth(
        encoding: encoding, family: walk.family,
        isHidden: encoding.input.tokens.indices.map {
          hidden.contains(.separators) && $0 == real.last || hidden.contains(.first) && $0 == real.first
        })
  }

  var layer: Int { state.head.layer }
  var head: Int { state.head.head }
  var query: Int { state.query }
  var key: Int { state.key }
  var place: (Int, Int, Int, Int) { (layer, head, query, key) }
  var isSeen: Bool { truth.isSeen(layer, query, key) }

  /// The kinds of sentences that have to be met in a family.
  static func kinds(_ family: String) -> Set<String> {
    var kinds: Set = [
      "pair", "pair, blocked", "head", "lengths", "lengths, head off", "hidden", "hidden lengths", "rollout", "layer",
      "layer lengths", "scaled", "masked", "quotient", "context", "undivided", "entropy", "S", "S, blocked",
      "softmax formula", "length formula", "scaled formula", "rollout formula", "legend", "diverging legend",
      "PAD collects", "PAD if even", "pattern", "nearest", "blocked row", "compared pair", "compared head", "cosine",
    ]
    if ["mpnet", "deberta-v2"].contains(family) { kinds.insert("family part") }
    if family == "deberta-v2" { kinds.formUnion(["PAD of the family", "rows of the family"]) }
    if family == "modernbert" { kinds.formUnion(["neighbours", "reason neighbours"]) }
    return kinds
  }

  func go() throws {
    try lookAtGridAndHead()
    try lookAtLengths()
    try lookAtFlow()
    lookAtMask()
    for stage in StepStage.allCases { try lookAtSteps(stage) }
    try lookAtHeadsAndWords()
    lookAtDiagnosis()
  }

  func shown(_ actions: Action...) -> State {
    var state = state
    walk.perform(actions, on: &state)
    return state
  }

  func wordings(_ state: State) -> [String] { state.view.drawing.detail(state, appearance) }

  private func name(_ position: Int) -> String { truth.input.tokens[position] }

  func expect(_ isTrue: Bool, _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation) {
    if !isTrue { Issue.record("\(numbers.place): \(what())", sourceLocation: sourceLocation) }
  }

  // MARK: Grid and Head

  private func lookAtGridAndHead() throws {
    let grid = shown(.show(.grid))
    let counted = truth.counted(layer)
    let sentence = wordings(grid)[0]
    if counted.isEmpty {
      expect(sentence.hasSuffix("no query may see a key"), sentence)
    } else if let found = numbers.match("head", sentence, "layer # head #~: mean entropy # nats, strongest~ * → * #") {
      let entropy = counted.map { ShownTruth.entropy(truth.row(layer, head, $0)) }.reduce(0, +) / Double(counted.count)
      numbers.expect(found[2], entropy, "entropy")
      let largest =
        counted.filter { !truth.isHidden[$0] }.flatMap { query in
          truth.positions.filter { !truth.isHidden[$0] }.map { truth.p(layer, head, query, $0) }
        }.max() ?? 0
      numbers.expect(found[5], largest, "strongest")
    } else {
      expect(false, "unread: \(sentence)")
    }
    lookAtLegend(grid, truth.trace.layers.flatMap { $0.attentionProbabilities.values() }.max().map(Double.init))
    lookAtPair(shown(.show(.head)))
    lookAtHidden(shown(.show(.head)), truth.row(layer, head, query))
    let formula = HeadDrawing.formula(shown(.show(.head)))[0]
    guard isSeen else { return expect(formula == "blocked by the mask → 0", formula) }
    if truth.off(layer, head) == .uniformAttention {
      return expect(formula.hasPrefix("head off: 1/\(truth.seen(layer, query).count) = "), formula)
    }
    let family = truth.trace.layers[layer].scoreBias == nil ? "" : " + family"
    guard let found = numbers.match("softmax formula", formula, "softmax(q·k/√#\(family)) = #") else {
      return expect(false, "unread: \(formula)")
    }
    numbers.expect(found[0], truth.divisor * truth.divisor, "the square of the divisor")
    numbers.expect(found[1], truth.softmax(layer, query) { truth.scaled(layer, head, query, $0) }[key], "softmax")
  }

  private func lookAtPair(_ state: State) {
    let sentence = wordings(state)[0]
    let (layer, head, query, key) = place
    let (score, scaled) = (truth.score(layer, head, query, key), truth.scaled(layer, head, query, key))
    if isSeen {
      guard
        let found = numbers.match(
          "pair", sentence, "query * (#) → key * (#): probability #~, rank # of #, score #, scaled #")
      else { return expect(false, "unread: \(sentence)") }
      let row = truth.row(layer, head, query)
      numbers.expect(found[4], row[key], "probability")
      numbers.expect(found[5], row.count { $0 > row[key] } + 1, "rank")
      numbers.expect(found[6], truth.seen(layer, query).count, "how many keys are seen")
      numbers.expect(found[7], score, "score")
      numbers.expect(found[8], scaled, "scaled")
    } else {
      guard
        let found = numbers.match(
          "pair, blocked", sentence, "query * (#) → key * (#): ~blo~, probability 0, score #, scaled #")
      else { return expect(false, "unread: \(sentence)") }
      expect(sentence.contains("whole row") == truth.seen(layer, query).isEmpty, sentence)
      numbers.expect(found[4], score, "score")
      numbers.expect(found[5], scaled, "scaled")
    }
  }

  /// What is hidden of the row that is shown, and in the mean.
  private func lookAtHidden(_ state: State, _ row: [Double], lengths: Bool = false) {
    guard truth.isHidden.contains(true), let computation = state.computation else { return }
    let sentence = HiddenWords(state: state, appearance: appearance, computation: computation).wordings[0]
    let pattern =
      lengths
      ? "Hidden from the picture: ~. With it goes # of ~ in the row of *, # in a row on average. ~"
      : "Hidden from the picture: ~. With it goes # of the row of *, # of a row on average: ~"
    guard let found = numbers.match(lengths ? "hidden lengths" : "hidden", sentence, pattern) else {
      return expect(false, "unread: \(sentence)")
    }
    numbers.expect(found[0], truth.hidden(row), "what is hidden of the row")
    // And the column beside the picture.
    let mass = HeadPicture(onScreen: state)?.hiddenMass?[query]
    expect(
      mass.map { abs($0 - truth.hidden(row)) < 1e-4 } ?? false,
      "the hidden column has \(mass ?? -1), not \(truth.hidden(row))")
  }

  private func lookAtLegend(_ state: State, _ largest: Double?) {
    guard let largest, let legend = state.view.drawing.legend(state) else { return expect(false, "no legend") }
    if numbers.match("legend", legend.high, "#~") != nil { numbers.expect(legend.high, largest, "legend") }
    expect(
      legend.low == "0" && !legend.scopes[0].isEmpty, "the legend says from \(legend.low) of what: \(legend.scopes)")
  }

  // MARK: Lengths

  private func lookAtLengths() throws {
    let lengths = try truth.lengths(layer, head)
    let state = shown(.show(.head), .flow(.norms(true)))
    let sentence = wordings(state)[0]
    lookAtHidden(state, lengths[query], lengths: true)
    if isSeen {
      let formula = HeadDrawing.formula(state)[0]
      if let found = numbers.match("length formula", formula, "|p f(x)| = #") {
        numbers.expect(found[0], lengths[query][key], "length")
      } else {
        expect(false, "unread: \(formula)")
      }
    }
    if truth.off(layer, head) == .zeroOutput {
      expect(
        numbers.match("lengths, head off", sentence, "this head is switched off ~ every length is 0") != nil, sentence)
      return
    }
    let pad = truth.real.count < truth.count ? " (PAD queries left out)" : ""
    guard
      let found = numbers.match(
        "lengths", sentence,
        "* gets # % of the attention, and gives # % of the length\(pad): its f(x) is # long, that of a word # on average"
      )
    else { return expect(false, "unread: \(sentence)") }
    guard let key = [truth.real.first, truth.real.last].compactMap(\.self).first(where: { name($0) == found[0] }) else {
      return expect(false, "\(found[0]) is no separator")
    }
    let counted = truth.counted(layer)
    func share(_ numbers: (Int, Int) -> Double) -> Double {
      let all = counted.flatMap { query in truth.positions.map { numbers(query, $0) } }.reduce(0, +)
      return all == 0 ? 0 : counted.map { numbers($0, key) }.reduce(0, +) / all * 100
    }
    numbers.expect(found[1], share { truth.p(layer, head, $0, $1) }, "the share of attention", slack: 2e-3)
    numbers.expect(found[2], share { lengths[$0][$1] }, "the share of length", slack: 2e-3)
    numbers.expect(found[3], ShownTruth.length(try truth.carried(layer, head, key)), "the length of f(x)")
  }

  // MARK: Flow

  private func lookAtFlow() throws {
    for pooling in HeadPooling.allCases {
      let rollout = shown(.show(.flow), .flow(.pooling(pooling)))
      let rolled = truth.rollout(layer, pooling)
      let sentence = wordings(rollout)[0]
      if let found = numbers.match(
        "rollout", sentence, "after layer #, query *: # comes from * of the input; most from * (#); itself #")
      {
        numbers.expect(found[2], rolled[query][key], "rollout")
        let shown = truth.positions.filter { !truth.isHidden[$0] }
        numbers.expect(found[5], shown.map { rolled[query][$0] }.max() ?? 0, "most")
        numbers.expect(found[6], rolled[query][query], "itself")
      } else {
        expect(false, "unread: \(sentence)")
      }
      lookAtHidden(rollout, rolled[query])
      lookAtLegend(rollout, rolled.joined().max())
      let formula = pooling == .mean ? "R = (A + I)/2 · R" : "R = norm(A + I) · R"
      if let found = numbers.match("rollout formula", FlowDrawing.formula(rollout)[0], formula + " = #") {
        numbers.expect(found[0], rolled[query][key], "rollout")
      } else {
        expect(false, "unread: \(FlowDrawing.formula(rollout)[0])")
      }
      // Of the largest of the heads a row sums to more than 1.
      expect(
        FlowDrawing.explanation(rollout)[0].contains("half comes by") == (pooling == .mean),
        "how much comes by attention")
      expect(
        HeadPicture(onScreen: rollout).map { picture in
          truth.positions.allSatisfy { picture.shown(query, $0) != nil && !picture.isEditedByHand(query, $0) }
        } ?? false, "a rollout has no mask")
      let one = shown(.show(.flow), .flow(.measure(.layer)), .flow(.pooling(pooling)))
      lookAtLayer(one, truth.pooled(layer, pooling), "layer", "* attends to *: #; most from * (#)")
      lookAtLegend(one, truth.pooled(layer, pooling).joined().max())
    }
    let lengths = try truth.lengths(layer)
    let state = shown(.show(.flow), .flow(.norms(true)))
    lookAtLayer(
      state, lengths, "layer lengths", "layer ~ carries a vector of length # from * to *; most from * (#)", number: 0)
    lookAtHidden(state, lengths[query], lengths: true)
    lookAtLegend(state, lengths.joined().max())
  }

  private func lookAtLayer(_ state: State, _ map: [[Double]], _ kind: String, _ pattern: String, number: Int = 2) {
    let sentence = wordings(state)[0]
    guard isSeen else { return expect(sentence.contains("blocked by the mask of this layer"), sentence) }
    guard let found = numbers.match(kind, sentence, pattern) else { return expect(false, "unread: \(sentence)") }
    numbers.expect(found[number], map[query][key], kind)
    let shown = truth.seen(layer, query).filter { !truth.isHidden[$0] }
    numbers.expect(found[4], shown.map { map[query][$0] }.max() ?? 0, "most")
  }

  // MARK: Mask

  private func lookAtMask() {
    let state = shown(.show(.mask))
    let sentence = wordings(state)[0]
    let (layer, head, query, key) = place
    let (score, scaled) = (truth.score(layer, head, query, key), truth.scaled(layer, head, query, key))
    if isSeen {
      guard let found = numbers.match("S", sentence, "S(*, *) = # is let through (1~): scaled #, probability #~") else {
        return expect(false, "unread: \(sentence)")
      }
      numbers.expect(found[2], score, "S")
      numbers.expect(found[3], scaled, "scaled")
      numbers.expect(found[4], truth.p(layer, head, query, key), "probability")
    } else {
      guard
        let found = numbers.match(
          "S, blocked", sentence, "S(*, *) = # is blocked (0~): scaled #, masked -∞, probability 0. ~")
      else { return expect(false, "unread: \(sentence)") }
      numbers.expect(found[2], score, "S")
      numbers.expect(found[3], scaled, "scaled")
      expect(
        sentence.contains("only looks at neighbours") == (truth.isAsked(query, key) && truth.isLocal(layer)), sentence)
    }
    guard let steps = HeadSteps(state, appearance) else { return expect(false, "no steps") }
    let additions = MaskWording(steps: steps, state: state).additions
    let narrowed = truth.positions.map { query in
      truth.positions.count { truth.isAsked(query, $0) && !truth.isSeen(layer, query, $0) }
    }.reduce(0, +)
    let isLocal = truth.isLocal(layer)
    let neighbours = additions.filter { $0.contains("neighbours") }
    expect(neighbours.isEmpty == (!isLocal || narrowed == 0), "\(additions)")
    if let line = neighbours.first {
      if let found = numbers.match(
        "neighbours", line, "Layers ~ of ~ only look at neighbours: # pairs more are blocked. ~")
      {
        numbers.expect(found[0], narrowed, "pairs")
      } else {
        expect(false, "unread: \(line)")
      }
      expect(line.contains("Layers 1 and 2 of") && line.contains("The other 2 layers look at all"), line)
    }
    let ofFamily = additions.filter { $0.contains("blocks PAD queries") }
    expect(ofFamily.isEmpty == (walk.family != "deberta-v2" || narrowed == 0), "\(additions)")
    if let line = ofFamily.first,
      let found = numbers.match(
        "PAD of the family", line, "~ blocks PAD queries whatever the mask says: # pairs more are blocked.")
    {
      numbers.expect(found[0], narrowed, "pairs")
    }
  }
}
