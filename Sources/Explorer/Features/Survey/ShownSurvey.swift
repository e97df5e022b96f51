import Activations
import Insights
import Support
import Survey

/// A survey on the screen, or what differs between two of them: B - A.
package struct ShownSurvey: Sendable {
  /// The survey; of two, A.
  package let first: OpenedSurvey
  /// B; nil where one survey is shown.
  package let second: OpenedSurvey?
  /// Why there is no B where one was chosen, in words.
  package let problem: String?
  /// The numbers that can be shown: of two surveys, those that both have.
  package let numbers: [SurveyNumber]

  init(first: OpenedSurvey, second: OpenedSurvey?, problem: String? = nil) {
    self.first = first
    self.second = second
    self.problem = problem
    let known = second.map { Set($0.numbers) }
    numbers = first.numbers.filter { known?.contains($0) ?? true }
  }

  /// How many layers and heads there are.
  package var shape: SurveyShape { first.survey.header.shape }

  /// All heads, layer by layer.
  package var heads: [HeadIndex] { (0..<shape.count).map(shape.head) }

  /// A number of a head; nil where it was computed from nothing.
  package func cell(_ number: SurveyNumber, _ head: HeadIndex) -> SurveyCell? {
    guard let figure = first.figure(number, head) else { return nil }
    guard let second else { return SurveyCell(figure) }
    return second.figure(number, head).map { SurveyCell(from: figure, to: $0) }
  }

  /// What a head's pattern is over the corpus; of two surveys, that of A.
  package func pattern(_ head: HeadIndex) -> SurveyPattern? {
    guard let place = shape.place(of: head), first.survey.patterns.indices.contains(place) else { return nil }
    return first.survey.patterns[place]
  }

  /// In which share of the sentences a head's pattern holds; nil where that is not known.
  package func share(of pattern: SurveyPattern) -> Double? {
    let sentences = first.survey.header.sentences
    guard sentences > 0, let count = pattern.counts.first(where: { $0.name == pattern.name }) else { return nil }
    return Double(count.sentences) / Double(sentences)
  }

  /// The head with the largest number, the first of equal ones; nil where no head has it.
  package func best(_ number: SurveyNumber) -> (head: HeadIndex, cell: SurveyCell)? {
    var best: (head: HeadIndex, cell: SurveyCell)?
    for head in heads {
      guard let cell = cell(number, head), cell.value.isFinite, cell.value > best?.cell.value ?? -.infinity else {
        continue
      }
      best = (head, cell)
    }
    return best
  }

  /// The other heads, the nearest first, with the distances in nats; nil where distances were not computed.
  package func neighbours(of head: HeadIndex) -> [(head: HeadIndex, distance: Double)]? {
    guard let distances = first.survey.distances, let place = shape.place(of: head) else { return nil }
    let row = distances.matrix[place]
    return row.indices.filter { $0 != place }
      // Swift's sort is stable.
      .sorted { row[$0].isSmaller(than: row[$1]) }
      .map { (shape.head(at: $0), row[$0]) }
  }
}

/// What is said of a number of a head beside the number.
package enum SurveyVerdict: Sendable, Equatable {
  /// Nothing: it is compared with nothing.
  case plain
  /// Of a relation: better than the best fixed offset. Of two surveys: they differ.
  case above
  /// Of a relation: worse than the best fixed offset.
  case below
  /// The interval of the difference contains 0.
  case noise
}

/// A number of a head as a survey has it, or the difference of two.
package struct SurveyCell: Sendable, Equatable {
  /// The mean over the sentences, or the share of the relations; of two surveys, B - A.
  package let value: Double
  /// The interval that holds 95 %.
  package let interval: ClosedRange<Double>
  /// What all of this follows from: of two surveys, that of A.
  package let figure: SurveyFigure
  /// That of B, where two are compared.
  package let other: SurveyFigure?

  init(_ figure: SurveyFigure) {
    value = figure.mean
    interval = figure.interval
    self.figure = figure
    other = nil
  }

  /// The difference of two independent numbers: the half-width of its interval is the root of the summed squares of theirs.
  init(from a: SurveyFigure, to b: SurveyFigure) {
    value = b.mean - a.mean
    let halves = (a.halfWidth, b.halfWidth)
    let half = (halves.0 * halves.0 + halves.1 * halves.1).squareRoot()
    interval = half.isFinite && value.isFinite ? value - half...value + half : 0...0
    figure = a
    other = b
  }

  /// Half the width of the interval.
  package var halfWidth: Double { (interval.upperBound - interval.lowerBound) / 2 }

  /// Whether it is the difference of two surveys.
  package var isDifference: Bool { other != nil }

  /// Of a relation, how far the head is above the best fixed offset; nil where it is not compared with it.
  package var aboveBaseline: Double? {
    isDifference ? nil : figure.comparison.map { figure.mean - $0.baseline }
  }

  /// What is said of it beside the number.
  package var verdict: SurveyVerdict {
    let difference = isDifference ? interval : figure.comparison?.difference
    guard let difference else { return .plain }
    if difference.lowerBound <= 0, difference.upperBound >= 0 { return .noise }
    return isDifference || difference.lowerBound > 0 ? .above : .below
  }
}

extension SurveyFigure {
  fileprivate var halfWidth: Double { (interval.upperBound - interval.lowerBound) / 2 }
}

extension SurveyNumber {
  /// Its name in the room of a column: `nsubj`, `rev nsubj`, `entr`.
  package var shortTitle: String {
    switch kind {
    case .statistic(let statistic): statistic.shortTitle
    case .share(let wordClass): "on \(wordClass)"
    case .relation(let name, .dependentToHead): name
    case .relation(let name, .headToDependent): "<\(name)"
    case .tree: "tree"
    }
  }

  /// What it is, as the beginning of a sentence. Names of relations are untrusted text.
  package var meaning: String {
    switch kind {
    case .statistic(let statistic): statistic.meaning
    case .share(let wordClass): "The share of the attention on words of the class \(wordClass)"
    case .relation(let name, .dependentToHead): "How often a word attends most to the one that it is \(name) of"
    case .relation(let name, .headToDependent): "How often a word is attended to most by the one that it is \(name) of"
    case .tree: "How much of the gold tree the maximum spanning tree of the attention has (undirected attachment score)"
    }
  }
}
