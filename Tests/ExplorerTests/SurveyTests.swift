import Activations
import Insights
import Survey
import TestSupport
import Testing

@testable import Explorer

/// What is shown of a survey, and what can be done with it.
struct SurveyTests {
  private static let nsubj = SurveyNumber(named: "nsubj")

  private func state(
    _ surveys: [OpenedSurvey], layers: Int = 6, heads: Int = 12, weights: String? = nil
  ) -> State {
    var state = Synthetic.state(model: Synthetic.model(layers: layers, heads: heads))
    Synthetic.open(surveys, on: &state, weights: weights)
    return state
  }

  private func perform(_ action: SurveyAction, on state: inout State) {
    Synthetic.perform([.survey(action)], on: &state)
  }

  @Test func aSurveyThatIsOpenedIsReadAndShown() throws {
    let survey = try SyntheticSurvey.opened()
    var state = Synthetic.state()
    let effects = reduce(&state, .action(.survey(.open(survey.reference, beside: false))))
    let request = SurveyRequest(survey.reference, model: "synthetic")
    #expect(effects == [.readSurvey(request)])
    #expect(state.view == .heads && state.shownSurvey == nil)
    _ = reduce(&state, .surveyRead(request, .found(survey, weights: nil)))
    #expect(state.shownSurvey?.first == survey && state.surveyHeads.count == 72)
    // o goes back to the sentence, and to the corpus again without reading it anew.
    #expect(reduce(&state, .action(.survey(.show(false)))).contains(.readSurvey(request)) == false)
    #expect(state.shownSurvey == nil)
    #expect(reduce(&state, .action(.survey(.show(true)))).contains(.readSurvey(request)) == false)
    #expect(state.shownSurvey != nil)
    perform(.close, on: &state)
    #expect(state.exploration.survey == SurveyChoices())
  }

  @Test func aFileThatIsNotThereLeavesTheNumbersOfTheSentence() throws {
    let survey = try SyntheticSurvey.opened()
    var state = Synthetic.state()
    Synthetic.perform([.survey(.open(survey.reference, beside: false))], on: &state)
    let effects = reduce(
      &state, .surveyRead(SurveyRequest(survey.reference, model: "synthetic"), .unavailable("there is no such file")))
    guard case .missing("there is no such file") = state.surveyStatus else {
      Issue.record("\(state.surveyStatus)")
      return
    }
    // The numbers of the sentence are worked out instead.
    #expect(effects.contains { if case .analyze = $0 { true } else { false } } && state.shownSurvey == nil)
  }

  @Test func headsAreSortedByANumber() throws {
    let survey = try SyntheticSurvey.opened()
    var state = state([survey])
    perform(.sort(.number(Self.nsubj), isDescending: true), on: &state)
    let values = state.surveyHeads.map { state.shownSurvey?.cell(Self.nsubj, $0)?.value ?? .nan }
    #expect(values == values.sorted(by: >) && values.count == 72)
    #expect(state.shownSurvey?.best(Self.nsubj)?.head == state.surveyHeads.first)
    // The head that has nothing comes last either way.
    for isDescending in [true, false] {
      perform(.sort(.number(SurveyNumber(named: "nsubj:pass")), isDescending: isDescending), on: &state)
      #expect(state.surveyHeads.last == HeadIndex(layer: 0, head: 1))
    }
  }

  @Test(arguments: [
    ("prev", 15), ("L3", 12), ("nsubj>0.5", nil), ("reverse:obj<=0.25 L1", nil), ("on:noun>0.5", nil), ("nothing", 0),
    ("entropy>", 72), ("zzz>1", 0),
  ]) func filter(_ text: String, count: Int?) throws {
    var state = state([try SyntheticSurvey.opened()])
    Synthetic.perform([.heads(.filter(text))], on: &state)
    let survey = try #require(state.shownSurvey)
    let numbers = ["nsubj", "reverse:obj", "on:NOUN"].map { SurveyNumber(named: $0) }
    let expected = survey.heads.filter { head in
      let (subject, object, noun) = (
        survey.cell(numbers[0], head)?.value ?? .nan, survey.cell(numbers[1], head)?.value ?? .nan,
        survey.cell(numbers[2], head)?.value ?? .nan
      )
      switch text {
      case "nsubj>0.5": return subject > 0.5
      case "reverse:obj<=0.25 L1": return object <= 0.25 && head.layer == 1
      case "on:noun>0.5": return noun > 0.5
      default: return false
      }
    }
    #expect(state.surveyHeads.count == count ?? expected.count)
    #expect((state.filterProblem != nil) == (text == "zzz>1"))
    if count == nil { #expect(state.surveyHeads == expected && !expected.isEmpty) }
  }

  /// 0 in the interval of the difference from the baseline is noise; else what lies above and below is told apart.
  @Test(arguments: [
    (-0.25, -0.125, SurveyVerdict.below), (-0.125, 0, .noise), (-0.5, 0.5, .noise), (0.125, 0.25, .above),
  ])
  func verdictOfARelation(low: Double, high: Double, verdict: SurveyVerdict) {
    var figure = SurveyFigure()
    figure.comparison = SurveyComparison()
    figure.comparison?.difference = low...high
    #expect(SurveyCell(figure).verdict == verdict)
  }

  @Test func differencesHaveIntervalsOfIndependentNumbers() {
    var (a, b) = (SurveyFigure(), SurveyFigure())
    (a.mean, a.interval) = (0.5, 0.25...0.75 + 0.25)
    (b.mean, b.interval) = (1.5, 1...2)
    // Half-widths 0.375 and 0.5: the root of their summed squares is 0.625.
    let cell = SurveyCell(from: a, to: b)
    #expect(cell.value == 1 && cell.interval == 0.375...1.625 && cell.verdict == .above)
    b.mean = 0.75
    #expect(SurveyCell(from: a, to: b).verdict == .noise)
  }

  @Test func twoSurveysShareNumbersAndDiffer() throws {
    let first = try SyntheticSurvey.opened()
    var other = SyntheticSurvey.survey(shift: 0.125)
    other.numbers.removeLast()
    other.figures.removeLast()
    let second = try SyntheticSurvey.opened(other, as: "other.survey", digest: "1")
    var state = state([first, second])
    let survey = try #require(state.shownSurvey)
    #expect(survey.numbers == Array(first.numbers.dropLast()))
    #expect(survey.cell(Self.nsubj, HeadIndex(layer: 1, head: 1))?.value == 0.125)
    perform(.close, on: &state)
    #expect(state.shownSurvey?.second == nil && state.shownSurvey?.first == first)
  }

  @Test func anotherShapeIsRefusedInALine() throws {
    let survey = try SyntheticSurvey.opened(SyntheticSurvey.survey(layers: 2, heads: 4))
    let state = state([survey])
    guard case .missing(let reason) = state.surveyStatus else {
      Issue.record("\(state.surveyStatus)")
      return
    }
    #expect(
      reason
        == "synthetic.survey is a survey of 2 layers of 4 heads; the model has 6 layers of 12 heads: M loads another model"
    )
    #expect(state.obstacle(to: survey, besides: nil) == reason)
  }

  @Test(arguments: [(nil, nil), ("sampled-fnv1a64:0123456789abcdef", nil), ("sampled-fnv1a64:1", "other weights")])
  func otherWeightsAreSaid(weights: String?, words: String?) throws {
    let remark = state([try SyntheticSurvey.opened()], weights: weights).surveyRemark
    #expect(words.map { remark?.contains($0) == true } ?? (remark == nil))
  }

  /// Tables of other sizes than the header says are an error, not a trap.
  @Test func tablesThatDoNotFitAreRefused() {
    var survey = SyntheticSurvey.survey()
    survey.figures[3].removeLast()
    #expect(throws: SurveyError.self) { try SyntheticSurvey.opened(survey) }
    survey = SyntheticSurvey.survey()
    survey.numbers.removeLast()
    #expect(throws: SurveyError.self) { try SyntheticSurvey.opened(survey) }
    survey = SyntheticSurvey.survey()
    survey.distances?.map.removeLast()
    #expect(throws: Never.self) { try SyntheticSurvey.opened(survey) }
    #expect((try? SyntheticSurvey.opened(survey))?.survey.distances == nil)
  }

  // MARK: Sentences

  @Test func sentencesAreListedByWhatTheySpeakFor() throws {
    var state = state([try SyntheticSurvey.opened()])
    #expect(state.surveyWitnesses.isEmpty)
    perform(.sort(.number(Self.nsubj), isDescending: true, HeadIndex(layer: 2, head: 3)), on: &state)
    perform(.openSentences(), on: &state)
    let roles = state.surveyWitnesses.map(\.role)
    #expect(
      roles == Array(repeating: .strongest, count: 5) + Array(repeating: .against, count: 3)
        + Array(repeating: .sampled, count: 3))
    #expect(state.exploration.survey.part == .sentences && state.head == HeadIndex(layer: 2, head: 3))
  }

  /// The pair is marked where its words are among the tokens, whichever of the two attends.
  @Test(arguments: ["nsubj", "reverse:nsubj"]) func aSentenceOpensWithItsPairMarked(_ name: String) throws {
    let number = SurveyNumber(named: name)
    var state = state([try SyntheticSurvey.opened()])
    perform(.sort(.number(number), isDescending: true, HeadIndex(layer: 0, head: 5)), on: &state)
    perform(.openSentences(), on: &state)
    perform(.markSentence(2), on: &state)
    let witness = state.surveyWitnesses[2]
    let before = state
    perform(.visit(witness.visit(number, state.head)), on: &state)
    #expect(state.view == .head && state.texts == [witness.witness.sentence.text])
    let words = witness.witness.sentence.text.split(separator: " ").map(String.init)
    func position(_ range: Range<Int>) -> Int {
      // Each word is a token behind [CLS].
      1 + witness.witness.sentence.text.prefix(range.lowerBound).count(where: { $0 == " " })
    }
    let pair = try #require(witness.witness.pair)
    let (query, key) = name == "nsubj" ? (pair.from, pair.to) : (pair.to, pair.from)
    #expect((state.query, state.key) == (position(query), position(key)) && words.count > 1)
    // Back at the same place.
    #expect(state.viewBack == .heads)
    Synthetic.perform([.show(.heads)], on: &state)
    #expect(state.exploration.survey.part == .sentences && state.markedSentence(of: 11) == 2)
    #expect(state.head == before.head)
    // Another pair that is marked stays marked.
    Synthetic.perform([.show(.head), .selectPair(query: 1, key: 1)], on: &state)
    #expect((state.query, state.key) == (1, 1))
  }

  @Test func sentencesCloseToWhereTheyWereOpened() throws {
    var state = state([try SyntheticSurvey.opened()])
    perform(.sort(.number(Self.nsubj), isDescending: true), on: &state)
    Synthetic.perform([.show(.grid)], on: &state)
    perform(.openSentences(HeadIndex(layer: 1, head: 1)), on: &state)
    #expect(state.view == .heads && state.head == HeadIndex(layer: 1, head: 1))
    perform(.closeSentences, on: &state)
    #expect(state.view == .grid && state.gridSurvey != nil && state.exploration.survey.part == .table)
  }

  @Test func numbersAreFoundByTheirNames() throws {
    let state = state([try SyntheticSurvey.opened()])
    #expect(
      state.numberRows(for: "nsubj").map(\.text) == ["nsubj", "nsubj:pass", "reverse:nsubj", "reverse:nsubj:pass"])
    #expect(state.numberRows(for: "on").first?.text == "on:NOUN")
    #expect(state.numberRows(for: "").count == SyntheticSurvey.numbers.count)
    #expect(state.numberRows(for: "nsubj").first?.place.contains(", baseline 0.25") == true)
  }

  /// What lessons say of a corpus is read from its survey.
  @Test func numbersInWordsAreThoseOfTheSurvey() throws {
    var state = Synthetic.state()
    let quantity = try Quantity("corpus number=nsubj layer=2 head=3")
    #expect(throws: QuantityFailure.self) { try state.value(of: quantity) }
    Synthetic.open([try SyntheticSurvey.opened()], on: &state)
    let cell = state.shownSurvey?.cell(Self.nsubj, HeadIndex(layer: 2, head: 3))
    #expect(try state.value(of: quantity) == cell?.value && cell != nil)
    #expect(try state.value(of: Quantity("baseline number=nsubj")) == 0.25)
    #expect(throws: QuantityFailure.self) { try state.value(of: Quantity("baseline number=entropy")) }
    #expect(throws: QuantityFailure.self) { try state.value(of: Quantity("corpus number=nothing")) }
    #expect(state.shows(quantity))
  }
}
