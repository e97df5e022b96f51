import Canvas
import Explorer
import Insights

/// The table of every step.
struct StepTables {
  let steps: HeadSteps
  let state: State

  private var signs: Signs { steps.signs }
  private var softmax: SoftmaxSteps { steps.softmax }

  func table(_ stage: StepStage) -> StepTable {
    switch stage {
    case .vectors: vectors
    case .scores: scores
    case .scale: scale
    case .mask: mask
    case .softmax: parts
    case .weigh: weigh
    case .context: context
    case .output: output
    }
  }

  // MARK: What tables have in common

  private func keys(_ columns: [StepColumn], leads: [StepLine] = [], feet: [StepLine] = []) -> StepTable {
    StepTable(
      columns: columns, count: steps.positions, name: { steps.names[$0] },
      isDim: { !steps.input.attentionMask[$0] || !steps.isVisible($0) }, marked: steps.key,
      weight: { Double(steps.probability($0)) }, leads: leads, feet: feet)
  }

  private func fixed(_ value: Double, _ decimals: Int = 3) -> String {
    value == -.infinity ? signs.minusInfinity : Words.fixed(value, decimals)
  }

  private var scales: StepScales { StepScales(steps: steps) }
  private var offers: DivergingPainter { painter(scales.offers) }
  private var answers: DivergingPainter { painter(scales.answers) }
  private func painter(_ top: Float) -> DivergingPainter { DivergingPainter(appearance: steps.appearance, top: top) }

  private var heat: HeatPainter { HeatPainter(appearance: steps.appearance, colors: state.colors, top: 1) }
  private func share(_ probability: Double) -> StepCell {
    .bar(probability, low: 0, high: 1, color: heat.bar)
  }

  private func strip(_ heading: String, rank: Int, _ cell: @escaping (Int) -> StepCell) -> StepColumn {
    StepColumn(
      heading: heading, columns: (min(steps.headSize, 6), VectorStrip.idealColumns(steps.headSize)), rank: rank,
      cell: cell)
  }

  private func bars(_ heading: String, rank: Int, most: Int = 40, _ values: [Double]) -> StepColumn {
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
    return StepColumn(heading: heading, columns: (6, most), rank: rank) {
      .bar(values[$0], low: low, high: high, color: values[$0] < 0 ? below : above)
    }
  }

  private var below: Color { painter(1).color(-0.55) }
  private var above: Color { painter(1).color(0.55) }

  private var name: String { "(\(steps.queryName))" }

  // MARK: The steps

  private var vectors: StepTable {
    let (offers, answers) = (offers, answers)
    return keys(
      [
        strip("key", rank: 0) { .strip(steps.keyVector($0), offers) },
        strip("value", rank: 1) { .strip(steps.valueVector($0), answers) },
      ],
      leads: [
        StepLine(
          name: "x\(name)", cells: [.strip(steps.hiddenState, painter(scales.hidden))],
          isWide: true),
        StepLine(name: "q\(name)", cells: [.strip(steps.queryVector, offers)]),
      ])
  }

  private var scores: StepTable {
    let offers = offers
    return keys(
      [
        strip("key", rank: 1) { .strip(steps.keyVector($0), offers) },
        .number("q\(signs.dot)k", rank: 0) { fixed(softmax.scores[$0]) },
        bars("q\(signs.dot)k", rank: 2, softmax.scores),
      ],
      leads: [StepLine(name: "q\(name)", cells: [.strip(steps.queryVector, offers)])])
  }

  private var scale: StepTable {
    let undivided = steps.undivided.probabilities
    let divided = softmax.probabilities
    let addition = steps.layer.scoreBias.map { _ in
      [
        StepColumn.number("+ family", rank: 4, width: 9) { fixed(steps.bias($0) ?? 0) },
        StepColumn.number("= scaled", rank: 1, width: 9) { fixed(softmax.scaledScores[$0]) },
      ]
    }
    return keys(
      [
        .number("q\(signs.dot)k", rank: 0) { fixed(softmax.scores[$0]) },
        .number("\(signs.divided) \(steps.divisorName)", rank: addition == nil ? 1 : 3) { fixed(steps.divided($0)) },
      ] + (addition ?? []) + [
        .number("undivided", rank: 6) { share(undivided, $0) },
        StepColumn(heading: "softmax without it", columns: (8, 30), rank: 7) { share(undivided[$0]) },
        .number("divided", rank: 2) { share(divided, $0) },
        StepColumn(heading: "softmax with it", columns: (8, 30), rank: 5) { share(divided[$0]) },
      ])
  }

  /// The softmax is that of the keys that may be seen, though the mask comes with the next step.
  private func share(_ shares: [Double], _ key: Int) -> String {
    softmax.isVisible[key] ? fixed(shares[key], 4) : "blocked"
  }

  private var masked: [Double] {
    softmax.scaledScores.indices.map { softmax.isVisible[$0] ? softmax.scaledScores[$0] : -.infinity }
  }

  private var mask: StepTable {
    let masked = masked
    return keys([
      .number("scaled", rank: 2, width: 9) { fixed(softmax.scaledScores[$0]) },
      .number("+ mask", rank: 1) { softmax.isVisible[$0] ? "0" : signs.minusInfinity },
      .number("= masked", rank: 0, width: 9) { fixed(masked[$0]) },
      bars("masked scores", rank: 4, masked),
    ])
  }

  /// The softmax of the masked scores; where the head is off, what was put in its place stands beside it.
  private var parts: StepTable {
    let maximum = softmax.maximum ?? 0
    let masked = masked
    let isEven = steps.ablation == .uniformAttention
    let shares = softmax.probabilities
    let sums = [shares.reduce(0, +), Double(steps.probabilities.reduce(0, +))]
    return keys(
      [
        .number("masked", rank: 2, width: 10) { fixed(masked[$0]) },
        bars("before", rank: 5, most: 24, masked),
        .number("- max", rank: 6) { fixed(masked[$0] - maximum) },
        .number("e^", rank: 3, width: 10) { fixed(softmax.exponentials[$0], 4) },
        .number("\(signs.divided) sum", rank: 0, width: 10) { fixed(shares[$0], 4) },
      ] + (isEven ? [.number("head off", rank: 1, width: 10) { fixed(Double(steps.probability($0)), 4) }] : []) + [
        StepColumn(heading: "after", columns: (6, 40), rank: 4) {
          share(isEven ? Double(steps.probability($0)) : shares[$0])
        }
      ],
      feet: [
        StepLine(
          name: "row",
          cells: [
            .text(softmax.maximum.map { "max \(fixed($0, 2))" } ?? "no max"), .empty, .empty,
            .text("sum \(fixed(softmax.sum, 4))"),
          ] + sums.prefix(isEven ? 2 : 1).map { .text("sum \(fixed($0, 4))") } + [.empty])
      ])
  }

  private var weigh: StepTable {
    let answers = answers
    return keys([
      .number("p", rank: 0, width: 6) { fixed(Double(steps.probability($0)), 4) },
      strip("value", rank: 2) { .strip(steps.valueVector($0), answers) },
      strip("p \(signs.times) value", rank: 1) { .strip(steps.weighted($0), answers) },
    ])
  }

  private var context: StepTable {
    let painter = painter(scales.contexts)
    return keys(
      [
        .number("p", rank: 1, width: 6) { fixed(Double(steps.probability($0)), 4) },
        strip("p \(signs.times) value", rank: 0) { .strip(steps.weighted($0), painter) },
      ],
      feet: [
        StepLine(
          name: steps.ablation == .zeroOutput ? "set to 0" : "\(signs.sum) context",
          cells: [.empty, .strip(steps.context, painter)])
      ])
  }

  private var output: StepTable {
    var table = StepTable(
      columns: [], count: 0, name: { "head \($0 + steps.countFrom)" }, marked: steps.index.head, weight: { _ in 0 })
    let task = SharesTask(layer: steps.index.layer, query: steps.query)
    if let shares = state.found(task) {
      fill(&table, shares)
    } else {
      table.remark = state.reason(against: Analysis(task)) ?? "computing" + signs.ellipsis
    }
    return table
  }

  private func fill(_ table: inout StepTable, _ shares: HeadShares) {
    let norms = shares.norms
    let longest = norms.filter(\.isFinite).max() ?? 1
    let painter = painter(shares.outputs.map(\.largestMagnitude).max() ?? 0)
    let share = shares.outputs.indices.contains(steps.index.head) ? shares.outputs[steps.index.head] : []
    table.count = shares.outputs.count
    table.weight = { norms[$0] }
    table.columns = [
      .number("length", rank: 0) { fixed(norms[$0]) },
      StepColumn(heading: "beside others", columns: (13, 24), rank: 1) {
        .bar(norms[$0], low: 0, high: longest, color: above)
      },
      StepColumn(
        heading: "share [hidden \(steps.hiddenSize)]", columns: (8, VectorStrip.idealColumns(steps.hiddenSize)), rank: 2
      ) {
        .strip(shares.outputs[$0], painter)
      },
    ]
    table.leads = [
      StepLine(
        name: "context", cells: [.strip(steps.context, self.painter(steps.context.largestMagnitude))], isWide: true),
      StepLine(name: "share", cells: [.strip(share, self.painter(share.largestMagnitude))], isWide: true),
    ]
    let sum = shares.sum
    let length = sum.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    table.feet = [
      StepLine(
        name: shares.bias == nil ? "all heads" : "all + b_O",
        cells: [.text(fixed(length)), .empty, .strip(sum, self.painter(sum.largestMagnitude))])
    ]
  }
}
