import Activations
import Explorer
import Insights
import Survey

/// Surveys that are made up: every number follows from the head that it is of.
public enum SyntheticSurvey {
  /// The sentences that stand behind numbers, with a subject, its verb and another word.
  private static let sentences: [(text: String, subject: Range<Int>, verb: Range<Int>, other: Range<Int>)] = [
    ("the cat ran home", 4..<7, 8..<11, 12..<16), ("a dog that we saw barked", 2..<5, 18..<24, 14..<17),
    ("the old man sat down", 8..<11, 12..<15, 4..<7), ("she sings", 0..<3, 4..<9, 0..<3),
    ("the children of the village play", 4..<12, 28..<32, 20..<27),
  ]

  /// What `nsubj`, `obj` and `det` are, both ways round.
  private static let relations = ["nsubj", "obj", "det", "nsubj:pass"]

  /// All numbers that it has.
  public static var numbers: [SurveyNumber] {
    HeadStatistic.all.filter(\.isColumn).map { SurveyNumber(.statistic($0)) }
      + ["on:NOUN", "on:VERB", "tree"].map { SurveyNumber(named: $0) }
      + relations.flatMap { [SurveyNumber(named: $0), SurveyNumber(named: "reverse:\($0)")] }
  }

  /// A survey of an encoder of this shape.
  ///
  /// - Parameters:
  ///   - shift: is added to every number, for a second survey.
  ///   - model: what the encoder is called, which is untrusted text.
  ///   - text: takes the place of every sentence's text.
  public static func survey(
    layers: Int = 6, heads: Int = 12, shift: Double = 0, model: String = "synthetic", text: String? = nil,
    hasDistances: Bool = true
  ) -> Survey {
    var header = SurveyHeader()
    header.model = model
    header.weights = "sampled-fnv1a64:0123456789abcdef"
    header.shape = SurveyShape(layers: layers, heads: heads)
    header.sentences = 10_000
    header.tokens = 150_000
    header.instructions = ["avx512"]
    let places = 0..<layers * heads
    let numbers = numbers
    let patterns = ["previous", "next", "first", "broad", "mixed"]
    return Survey(
      header: header, numbers: numbers,
      figures: numbers.enumerated().map { place, number in
        places.map { figure(number, place, $0, of: layers * heads, shift: shift, text: text) }
      },
      patterns: places.map { head in
        let name = patterns[head % patterns.count]
        return SurveyPattern(
          name: name,
          counts: [
            SurveyPattern.Count(name: name, sentences: 9_000 - head * 40),
            SurveyPattern.Count(name: "mixed words", sentences: 1_000 + head * 40),
          ])
      }, distances: hasDistances ? distances(layers, heads) : nil,
      groups: [
        SurveyGroup(
          name: "9-16", sentences: 4_000,
          figures: [
            numbers[0]: places.map { figure(numbers[0], 0, $0, of: layers * heads, shift: shift + 0.125, text: text) }
          ])
      ])
  }

  /// The same as it is opened.
  public static func opened(
    _ survey: Survey = survey(), as path: String = "corpora/synthetic.survey", digest: String = "0123456789abcdef"
  ) throws -> OpenedSurvey {
    try OpenedSurvey(survey, as: SurveyReference(path: path, digest: digest))
  }

  /// A number from 0 to 1 that looks drawn by chance; a multiple of 1/64.
  private static func share(_ number: Int, _ head: Int) -> Double { Double((number * 37 + head * 29) % 64) / 64 }

  private static func figure(
    _ number: SurveyNumber, _ place: Int, _ head: Int, of heads: Int, shift: Double, text: String?
  ) -> SurveyFigure {
    var figure = SurveyFigure()
    // Of the rarest relation, one head has seen nothing.
    guard number.name != "nsubj:pass" || head != 1 else { return figure }
    figure.count = number.isAccuracy ? 1_234 : 10_000
    let scale =
      switch number.kind {
      case .statistic(let statistic): statistic.unit == .nats ? 3.0 : statistic.unit == .positions ? 12 : 1
      default: 1.0
      }
    figure.mean = share(place, head) * scale + shift
    let half = Double(head % 4 + 1) / 64
    figure.interval = figure.mean - half...figure.mean + half
    if number.isAccuracy {
      var comparison = SurveyComparison()
      comparison.offset = place % 2 == 0 ? 1 : -2
      comparison.baseline = 0.25
      comparison.difference = figure.mean - 0.25 - half...figure.mean - 0.25 + half
      comparison.chance = figure.mean - half > 0.25 ? 1 / 256 : 0.5
      comparison.control = 0.0625
      figure.comparison = comparison
    } else {
      figure.deviation = scale / 8
      figure.quantiles = [-2, -1, 0, 1, 2].map { figure.mean + $0 * scale / 16 }
    }
    figure.witnesses = witnesses(number, head, text: text)
    return figure
  }

  private static func witnesses(_ number: SurveyNumber, _ head: Int, text: String?) -> Witnesses {
    func witness(_ place: Int, isRight: Bool, _ value: Double) -> Witness {
      let sentence = sentences[(place + head) % sentences.count]
      let surveyed = SurveyedSentence(
        identity: "s\((place + head) % sentences.count)", text: text ?? sentence.text, seed: 0)
      let pair = WitnessPair(
        from: sentence.subject, to: sentence.verb, predicted: isRight ? sentence.verb : sentence.other)
      return Witness(surveyed, value: value, pair: number.isAccuracy ? pair : nil)
    }
    return Witnesses(
      strongest: (0..<5).map { witness($0, isRight: true, 1 - Double($0) / 16) },
      against: (1..<4).map { witness($0, isRight: false, Double($0) / 16) },
      sampled: (2..<5).map { witness($0, isRight: $0 % 2 == 0, 0.5) })
  }

  private static func distances(_ layers: Int, _ heads: Int) -> SurveyDistances {
    let count = layers * heads
    let map = (0..<count).map { head in
      SurveyDistances.Point(x: Double(head * 7 % count) / 64, y: Double(head * 11 % 32) / 64)
    }
    let matrix = map.map { a in map.map { b in abs(a.x - b.x) / 2 + abs(a.y - b.y) / 2 } }
    return SurveyDistances(sentences: 1_000, matrix: matrix, map: map)
  }
}

extension Synthetic {
  /// Does what opens a survey, and answers that it was read; the second one is put beside it.
  public static func open(_ surveys: [OpenedSurvey], on state: inout State, weights: String? = nil) {
    for (place, survey) in surveys.enumerated() {
      perform([.survey(.open(survey.reference, beside: place > 0))], on: &state)
      _ = reduce(
        &state,
        .surveyRead(
          SurveyRequest(survey.reference, model: state.loadedModel), .found(survey, weights: weights)))
    }
  }
}
