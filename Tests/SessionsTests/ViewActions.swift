import Activations
import Explorer
import Survey

/// The actions of single views, for tests of how actions are written.
enum ViewActions {
  static let all =
    surveying + heads + steps + mask + comparing + words + flowing + diagnosing + training + attributing + places

  static let places: [Action] = [
    .places(.keep(title: "a \"mark\"", note: "")), .places(.keep(title: "", note: "one\ntwo")), .places(.visit(0)),
    .joinWords(true), .joinWords(false), .document(.show(true)), .document(.show(false)),
    .segments(.show(.sentences)), .segments(.show(.paragraphs)), .segments(.show(nil)),
  ]

  static let diagnosing: [Action] = [
    .diagnosis(.open), .diagnosis(.mark(2)),
    .diagnosis(.visit(DiagnosisPlace(view: .mask, head: HeadIndex(layer: 2, head: 5), query: 1, key: 4))),
    .diagnosis(
      .visit(DiagnosisPlace(view: .steps, head: HeadIndex(layer: 0, head: 0), query: 0, key: 3, stage: .softmax))),
  ]

  static let surveying: [Action] = {
    let reference = SurveyReference(path: "corpora/é\u{1B}[31m \"x\".survey", digest: "0123456789abcdef")
    let head = HeadIndex(layer: 3, head: 7)
    return [
      .survey(.open(reference, beside: false)), .survey(.open(reference, beside: true)), .survey(.close),
      .survey(.show(true)), .survey(.show(false)), .survey(.sort(.place, isDescending: false)),
      .survey(.sort(.pattern, isDescending: true)),
      .survey(.sort(.number(SurveyNumber(named: "nsubj:pass")), isDescending: true)),
      .survey(.sort(.number(SurveyNumber(named: "reverse:obj")), isDescending: true, head)),
      .survey(.sort(.number(SurveyNumber(named: "on:NOUN")), isDescending: false)),
      .survey(.sort(.number(SurveyNumber(named: "tree")), isDescending: false)),
      .survey(.sort(.number(SurveyNumber(named: "entropy")), isDescending: false)), .survey(.part(.map)),
      .survey(.part(.table)), .survey(.part(.sentences)), .survey(.openSentences()), .survey(.openSentences(head)),
      .survey(.markSentence(4)), .survey(.closeSentences),
      .survey(.visit(VisitedSentence(text: "the cat\u{1B} ran", head: head, query: 4..<7, key: 8..<8))),
      .survey(.visit(VisitedSentence(text: "it rains", head: head))),
    ]
  }()

  static let steps: [Action] =
    [.show(.steps), .steps(.showAllQueries(true)), .steps(.showAllQueries(false))]
    + StepStage.allCases.map { .steps(.stage($0)) }

  static let mask: [Action] =
    [
      .show(.mask), .maskView(.bottomUp(false)), .maskView(.bottomUp(true)), .maskView(.wordsOnly(true)),
      .maskView(.wordsOnly(false)),
    ]
    + MaskPicture.allCases.map { .maskView(.picture($0)) }

  static let heads: [Action] = [
    .heads(.sort(.entropy, isDescending: true)), .heads(.sort(.place, isDescending: false)),
    .heads(.filter("prev entropy<1")), .heads(.openFilter), .heads(.typeFilter("é", cursor: 1)), .heads(.keepFilter()),
    .heads(.filter("next", marking: HeadIndex(layer: 1, head: 8))),
    .heads(.keepFilter(marking: HeadIndex(layer: 0, head: 2))),
    .show(.head, HeadIndex(layer: 1, head: 8)),
    .heads(.restoreFilter), .heads(.gridColumn(.variability)), .heads(.gridColumn(nil)), .heads(.sortGrid(true)),
    .heads(.sortGrid(false)), .heads(.selectLike(HeadIndex(layer: 2, head: 1), of: HeadIndex(layer: 0, head: 5))),
  ]

  static let comparing: [Action] = [
    .compare(.putAside), .compare(.forget), .compare(.mode(.heads)), .compare(.mode(.tokens)),
    .compare(.order(.largest)), .compare(.keepHead(true)), .compare(.keepHead(false)),
  ]

  static let flowing: [Action] = [
    .flow(.measure(.layer)), .flow(.measure(.rollout)), .flow(.pooling(.maximum)), .flow(.pooling(.mean)),
    .flow(.norms(true)), .flow(.norms(false)),
    .lines(.show(true)), .lines(.show(false)), .lines(.queries(.marked)), .lines(.queries(.all)),
    .lines(.keep(HeadIndex(layer: 1, head: 2), true)), .lines(.keep(HeadIndex(layer: 1, head: 2), false)),
  ]

  static let attributing: [Action] = [
    .attribution(.show(true)), .attribution(.show(false)), .attribution(.target(nil)),
    .attribution(.target(.label(2))), .attribution(.target(.token(103, mask: 0))),
    .attribution(.target(.token(7, mask: 1))), .attribution(.target(.nextSentence)), .attribution(.target(.putAside)),
  ]

  static let training: [Action] = [
    .show(.train), .training(.task("agent")), .training(.scope(.head)), .training(.scope(.everything)),
    .training(.measure(.largest)), .training(.measure(.cosine)), .training(.ground(.heldOut)),
    .training(.ground(.sentence)), .training(.compare(HeadIndex(layer: 5, head: 0), query: 2, key: 4)),
    .training(.stop(at: 17)),
    .training(
      .train(
        ChosenTraining(
          plan: TrainingPlan(model: "", task: "agent", digest: "0123456789abcdef", scope: .everything, steps: 40),
          goal: 40))),
  ]

  static let words: [Action] = [.words(.hiddenState(3))]
}
