import Activations
import Canvas
import Explorer
import Insights
import Survey
import UserInput

/// What a survey says of the marked head, in sentences: its number, what that is compared with, its pattern, and which heads are near.
struct SurveyFacts {
  let state: State
  let appearance: Appearance
  let survey: ShownSurvey
  private let words: SurveyWords
  private let head: HeadIndex

  init(state: State, appearance: Appearance, survey: ShownSurvey) {
    self.state = state
    self.appearance = appearance
    self.survey = survey
    words = SurveyWords(survey, appearance)
    head = state.markedHead
  }

  /// One after the other, the most important first.
  var sentences: [String] {
    var sentences: [String] = []
    if let number = state.surveyNumber { sentences += self.sentences(number) }
    if let pattern { sentences.append(pattern) }
    if let near = near(5) { sentences.append(near) }
    return sentences
  }

  /// The same in a line, from long to short.
  var line: [String] {
    guard let number = state.surveyNumber else {
      let place = state.name(of: head)
      guard let pattern = survey.pattern(head) else { return [place] }
      let name = "\(place): \(visible(pattern.name, glyphs: appearance.glyphs))"
      let share = survey.share(of: pattern).map { ", in \(percent($0)) of the sentences" } ?? ""
      let near = near(3).map { Signs(appearance).separator + $0 } ?? ""
      return [name + share + near, name + share, name]
    }
    let place = state.shortName(of: head)
    guard let cell = survey.cell(number, head) else { return ["\(place), \(words.name(number)): not in the corpus"] }
    let short = "\(place), \(words.name(number)): \(SurveyWords.number(cell))"
    let isDifference = cell.isDifference
    let interval = " (\(SurveyWords.interval(cell.interval, isDifference: isDifference)))"
    if isDifference {
      let verdict = cell.verdict == .noise ? ": may be noise, 0 is in the interval" : ": more than noise"
      return [short + interval + verdict, short + (cell.verdict == .noise ? " ~ noise" : ""), short]
    }
    guard let comparison = cell.figure.comparison else {
      let deviation = cell.figure.deviation.map { ", standard deviation \(SurveyWords.number($0))" } ?? ""
      return [short + interval + deviation, short + interval, short]
    }
    let baseline = ", baseline \(SurveyWords.number(comparison.baseline)) at \(Words.offset(comparison.offset))"
    let verdict =
      switch cell.verdict {
      case .above: ": above it"
      case .below: ": not above it"
      case .noise: ": the difference may be noise"
      case .plain: ""
      }
    return [
      short + interval + baseline + verdict, short + baseline + verdict, short + interval,
      short + SurveyWords.sign(cell), short,
    ]
  }

  // MARK: The number

  private func sentences(_ number: SurveyNumber) -> [String] {
    let place = "\(state.name(of: head)), \(words.name(number))"
    guard let cell = survey.cell(number, head) else { return ["\(place): nothing in the corpus to compute it from."] }
    if let other = cell.other { return comparison(cell, with: other, place) }
    let figure = cell.figure
    let interval = "95 % interval \(SurveyWords.interval(figure.interval))"
    if number.kind == .tree {
      return [
        "\(place): \(SurveyWords.number(figure.mean)) of \(Words.grouped(figure.count)) edges of the gold trees are edges of its "
          + "maximum spanning trees (undirected); \(interval)."
      ] + groups(number)
    }
    guard number.isAccuracy else {
      var sentences = [
        "\(place): mean \(SurveyWords.number(figure.mean))\(unit(number)) over \(Words.grouped(figure.count)) "
          + "\(figure.count == 1 ? "sentence" : "sentences"); \(interval)."
      ]
      if let deviation = figure.deviation {
        sentences.append("Standard deviation over the sentences: \(SurveyWords.number(deviation)).")
      }
      if let quantiles = figure.quantiles, quantiles.count == 5 {
        let values = quantiles.map { SurveyWords.number($0) }
        sentences.append(
          "Of the sentences, 5 % have at most \(values[0]), a quarter at most \(values[1]), half at most \(values[2]), "
            + "three quarters at most \(values[3]), 95 % at most \(values[4]).")
      }
      return sentences + groups(number)
    }
    var sentences = [
      "\(place): right in \(SurveyWords.number(figure.mean)) of \(Words.grouped(figure.count)) "
        + "\(figure.count == 1 ? "relation" : "relations"); \(interval)."
    ]
    if let comparison = figure.comparison { sentences += self.sentences(comparison, cell) }
    return sentences + groups(number)
  }

  private func sentences(_ comparison: SurveyComparison, _ cell: SurveyCell) -> [String] {
    let steps = Words.count(abs(comparison.offset), "word")
    let goal = comparison.offset < 0 ? "\(steps) back" : "\(steps) ahead"
    let verdict =
      switch cell.verdict {
      case .above, .plain: "above the baseline"
      case .below: "below the baseline"
      case .noise: "that may be noise, 0 is in the interval"
      }
    return [
      "Baseline: always pointing \(goal), the best fixed offset, is right in \(SurveyWords.number(comparison.baseline)).",
      "Head less baseline: \(SurveyWords.number(cell.aboveBaseline ?? 0, isDifference: true)), 95 % interval "
        + "\(SurveyWords.interval(comparison.difference, isDifference: true)): \(verdict).",
      "One-sided p = \(SurveyWords.number(comparison.chance)): the share of replicates in which it is not better (paired bootstrap over "
        + "sentences).",
      "Control, with the names of relations shuffled in each sentence: \(SurveyWords.number(comparison.control)).",
    ]
  }

  private func comparison(_ cell: SurveyCell, with other: SurveyFigure, _ place: String) -> [String] {
    let verdict = cell.verdict == .noise ? "that may be noise, 0 is in it" : "more than noise, 0 is not in it"
    return [
      "\(place): A \(SurveyWords.number(cell.figure.mean)), B \(SurveyWords.number(other.mean)).",
      "B - A: \(SurveyWords.number(cell)), 95 % interval \(SurveyWords.interval(cell.interval, isDifference: true)): \(verdict).",
      "Half of that interval is the root of the summed squares of both half-widths, as for independent surveys.",
    ]
  }

  private func unit(_ number: SurveyNumber) -> String {
    guard case .statistic(let statistic) = number.kind else { return "" }
    switch statistic.unit {
    case .nats: return " nats"
    case .positions: return " positions"
    case .share: return ""
    }
  }

  /// The number in parts of the corpus.
  private func groups(_ number: SurveyNumber) -> [String] {
    guard survey.second == nil, let place = survey.shape.place(of: head) else { return [] }
    let parts = survey.first.survey.groups.compactMap { group -> String? in
      guard let figures = group.figures[number], figures.indices.contains(place), figures[place].count > 0 else {
        return nil
      }
      let name = Words.cut(visible(group.name, glyphs: appearance.glyphs), to: 24, glyphs: appearance.glyphs)
      return "\(name) \(SurveyWords.number(figures[place].mean))"
    }
    return parts.isEmpty ? [] : ["By group: \(parts.joined(separator: ", "))."]
  }

  // MARK: The head

  private var pattern: String? {
    guard let pattern = survey.pattern(head) else { return nil }
    let sentences = survey.first.survey.header.sentences
    let name = visible(pattern.name, glyphs: appearance.glyphs)
    let counts = pattern.counts.prefix(3).map {
      "\(visible($0.name, glyphs: appearance.glyphs)) in \(Words.grouped($0.sentences))"
    }
    let which = survey.second == nil ? "" : " of A"
    return "Pattern over the corpus\(which): \(name)"
      + (counts.isEmpty ? "." : "; of \(Words.grouped(sentences)) sentences, \(counts.joined(separator: ", ")).")
  }

  /// The nearest heads, as many as are asked for.
  func near(_ count: Int) -> String? {
    guard let distances = survey.first.survey.distances, let near = survey.neighbours(of: head), !near.isEmpty else {
      return nil
    }
    let names = near.prefix(count).map { "\(state.shortName(of: $0.head)) \(SurveyWords.number($0.distance))" }
    return "Most like it: \(names.joined(separator: ", ")) nats apart (mean Jensen-Shannon, "
      + "\(Words.grouped(distances.sentences)) sentences)."
  }

  private func percent(_ share: Double) -> String { "\(Words.fixed(share * 100, 0)) %" }

  // MARK: Drawing

  /// Draws the sentences into a column.
  func draw(in area: Rect, on canvas: inout Canvas) {
    var row = area.row
    for (place, sentence) in sentences.enumerated() {
      for line in Words.wrapped(sentence, to: area.columns, glyphs: appearance.glyphs) {
        guard row < area.endRow else { return }
        canvas.draw(
          line, column: area.column, row: row, style: Style(attributes: place == 0 ? .bold : []),
          glyphs: appearance.glyphs)
        row += 1
      }
      if area.rows >= 24 { row += 1 }
    }
  }
}

extension Words {
  /// An offset with its sign: +1
  static func offset(_ offset: Int) -> String { offset > 0 ? "+\(offset)" : "\(offset)" }
}
