import Activations
import JSON

/// Puts what a survey says into lines.
struct SurveyWriter {
  private let survey: Survey
  /// The sentences that figures refer to, by number.
  private let sentences: SentenceTable

  init(_ survey: Survey) {
    self.survey = survey
    sentences = SentenceTable(
      (survey.figures + survey.groups.flatMap(\.figures.values)).joined().flatMap { $0.witnesses.sentences })
  }

  var lines: [JSONValue] {
    let shape = survey.header.shape
    var lines = [header]
    for (place, sentence) in sentences.sentences.enumerated() {
      lines.append([
        "sentence": .integer(place), "id": JSONValue(sentence.identity), "text": JSONValue(sentence.text),
      ])
    }
    for place in 0..<shape.count {
      for (number, figures) in zip(survey.numbers, survey.figures) {
        lines.append(.object(JSONObject(line(number, figures[place], place: place))))
      }
    }
    for (place, pattern) in survey.patterns.enumerated() {
      let counts = pattern.counts.map { (JSONString($0.name), JSONValue.integer($0.sentences)) }
      lines.append(
        .object(
          JSONObject(
            head(place) + [("pattern", JSONValue(pattern.name)), ("counts", .object(JSONObject(counts)))])))
    }
    return lines + groups + distances
  }

  private var header: JSONValue {
    let header = survey.header
    return [
      "headscope-survey": .integer(SurveyFile.version), "model": JSONValue(header.model),
      "weights": JSONValue(header.weights), "layers": .integer(header.shape.layers),
      "heads": .integer(header.shape.heads), "sentences": .integer(header.sentences),
      "tokens": .integer(header.tokens), "seed": .integer(header.seed), "sample": JSONValue(header.sample),
      "by": header.grouping.map { JSONValue($0.rawValue) } ?? .null,
      "instructions": .array(header.instructions.map { JSONValue($0) }),
      "problems": .object(
        JSONObject(header.problems.sorted { $0.key < $1.key }.map { (JSONString($0.key), JSONValue.integer($0.value)) })
      ),
      "replicates": .integer(BootstrapWeights.replicates),
      "numbers": .array(survey.numbers.map { JSONValue($0.name) }),
    ]
  }

  private func head(_ place: Int) -> [(JSONString, JSONValue)] {
    let head = survey.header.shape.head(at: place)
    return [("layer", .integer(head.layer)), ("head", .integer(head.head))]
  }

  private func line(
    _ number: SurveyNumber, _ figure: SurveyFigure, place: Int
  ) -> [(JSONString, JSONValue)] {
    var line = head(place)
    line += [
      ("number", JSONValue(number.name)), ("n", .integer(figure.count)), ("mean", .number(figure.mean)),
      ("low", .number(figure.interval.lowerBound)), ("high", .number(figure.interval.upperBound)),
    ]
    if let deviation = figure.deviation { line.append(("deviation", .number(deviation))) }
    for (name, quantile) in zip(SurveyWriter.quantiles, figure.quantiles ?? []) {
      line.append((JSONString(name), .number(quantile)))
    }
    if let comparison = figure.comparison {
      line += [
        ("offset", .integer(comparison.offset)), ("baseline", .number(comparison.baseline)),
        ("differenceLow", .number(comparison.difference.lowerBound)),
        ("differenceHigh", .number(comparison.difference.upperBound)), ("p", .number(comparison.chance)),
        ("control", .number(comparison.control)),
      ]
    }
    let witnesses = figure.witnesses
    for (name, list) in zip(SurveyWriter.witnesses, [witnesses.strongest, witnesses.against, witnesses.sampled])
    where !list.isEmpty {
      line.append((JSONString(name), .array(list.map(json))))
    }
    return line
  }

  /// What quantiles are called.
  static let quantiles = ["q05", "q25", "q50", "q75", "q95"]
  /// What the sentences for a number, those against it and those that were drawn are called.
  static let witnesses = ["for", "against", "drawn"]

  private func json(_ witness: Witness) -> JSONValue {
    var members: [(JSONString, JSONValue)] = [
      ("sentence", .integer(sentences.place(of: witness.sentence))), ("value", .number(witness.value)),
    ]
    if let pair = witness.pair {
      for (name, range) in [("from", pair.from), ("to", pair.to), ("predicted", pair.predicted)] {
        members.append((JSONString(name), [.integer(range.lowerBound), .integer(range.upperBound)]))
      }
    }
    return .object(JSONObject(members))
  }

  private var groups: [JSONValue] {
    survey.groups.flatMap { group in
      [["group": JSONValue(group.name), "sentences": .integer(group.sentences)] as JSONValue]
        + (0..<survey.header.shape.count).flatMap { place in
          survey.numbers.compactMap { number -> JSONValue? in
            guard let figures = group.figures[number] else { return nil }
            return .object(
              JSONObject([("group", JSONValue(group.name))] + line(number, figures[place], place: place)))
          }
        }
    }
  }

  private var distances: [JSONValue] {
    guard let distances = survey.distances else { return [] }
    return distances.matrix.enumerated().map { place, row in
      .object(
        JSONObject(
          head(place) + [
            ("x", .number(distances.map[place].x)), ("y", .number(distances.map[place].y)),
            ("distancesOf", .integer(distances.sentences)), ("distances", .array(row.map { .number($0) })),
          ]))
    }
  }
}
