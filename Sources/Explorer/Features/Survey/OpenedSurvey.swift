import Activations
import Support
import Survey

/// A survey that was read, checked so that every number of every head can be looked up. One object, however often it is asked for.
public final class OpenedSurvey: Sendable, Equatable {
  /// What it was asked for as.
  public let reference: SurveyReference
  /// What it says.
  public let survey: Survey
  /// Whether its file holds something else than what the reference recognises.
  public let isChanged: Bool
  /// The numbers that it has, each once.
  public let numbers: [SurveyNumber]
  private let places: [SurveyNumber: Int]

  /// - Parameter isChanged: whether its file holds something else than what the reference recognises.
  /// - Throws: that its tables have other sizes than its shape says.
  public init(_ survey: Survey, as reference: SurveyReference, isChanged: Bool = false) throws(SurveyError) {
    let heads = survey.header.shape.count
    guard heads > 0, survey.figures.count == survey.numbers.count, survey.figures.allSatisfy({ $0.count == heads }),
      survey.patterns.isEmpty || survey.patterns.count == heads
    else { throw SurveyError("\(Files.name(of: reference.path)): its tables are not those of \(heads) heads") }
    var survey = survey
    if let distances = survey.distances,
      distances.map.count != heads || distances.matrix.count != heads
        || !distances.matrix.allSatisfy({ $0.count == heads })
    {
      survey.distances = nil
    }
    self.reference = reference
    self.survey = survey
    self.isChanged = isChanged
    numbers = survey.numbers.uniqued
    places = Dictionary(zip(survey.numbers, 0...), uniquingKeysWith: { first, _ in first })
  }

  /// The name of its file, without the folder. Untrusted text.
  public var name: String { Files.name(of: reference.path) }

  /// The figure of a head; nil where there is none, also where it was computed from nothing.
  func figure(_ number: SurveyNumber, _ head: HeadIndex) -> SurveyFigure? {
    guard let place = places[number], let of = survey.header.shape.place(of: head) else { return nil }
    let figure = survey.figures[place][of]
    return figure.count > 0 ? figure : nil
  }

  /// Whether both are of the same file with the same content.
  public static func == (a: OpenedSurvey, b: OpenedSurvey) -> Bool {
    a === b || (a.reference == b.reference && a.isChanged == b.isChanged)
  }
}

/// A survey that is to be read, and the model that it is to be shown with.
public struct SurveyRequest: Sendable, Hashable {
  /// Which survey.
  public var reference: SurveyReference
  /// What `--model` would take.
  public var model: String

  /// A survey, for a model.
  public init(_ reference: SurveyReference, model: String) {
    self.reference = reference
    self.model = model
  }
}

/// What is known of a survey that was asked for.
public enum SurveyAnswer: Sendable, Equatable {
  /// It was read; `weights` recognises those of the model that is loaded, nil where that is not known.
  case found(OpenedSurvey, weights: String?)
  /// Why it cannot be read, in words.
  case unavailable(String)
}

/// What was read, and what was asked for.
struct Surveys: Sendable, Equatable {
  var answers: [SurveyRequest: SurveyAnswer] = [:]
  var asked: Set<SurveyRequest> = []
}

extension State {
  private func answer(_ reference: SurveyReference) -> SurveyAnswer? {
    surveys.answers[SurveyRequest(reference, model: loadedModel)]
  }

  /// Asks for the surveys that were chosen and are not there yet.
  mutating func requestSurveys() -> [Effect] {
    guard wantedModel == loadedModel else { return [] }
    let needed = Set(
      [exploration.survey.first, exploration.survey.second].compactMap(\.self).map {
        SurveyRequest($0, model: loadedModel)
      })
    surveys.answers = surveys.answers.filter { needed.contains($0.key) }
    surveys.asked.formIntersection(needed)
    return needed.subtracting(surveys.asked).sorted { $0.reference.path < $1.reference.path }.map { request in
      surveys.asked.insert(request)
      return .readSurvey(request)
    }
  }

  mutating func take(_ answer: SurveyAnswer, of request: SurveyRequest) {
    if surveys.asked.contains(request) { surveys.answers[request] = answer }
  }

  /// What there is of the survey that was chosen.
  package var surveyStatus: SurveyStatus {
    guard exploration.survey.isShown, let first = exploration.survey.first else { return .none }
    guard wantedModel == loadedModel else { return .reading(first) }
    switch answer(first) {
    case nil: return .reading(first)
    case .unavailable(let reason): return .missing(reason)
    case .found(let opened, _):
      if let obstacle = obstacle(to: opened, besides: nil) { return .missing(obstacle) }
      var problem: String?
      var other: OpenedSurvey?
      if let second = exploration.survey.second {
        switch answer(second) {
        case nil: return .reading(second)
        case .unavailable(let reason): problem = reason
        case .found(let second, _):
          problem = obstacle(to: second, besides: opened)
          other = problem == nil ? second : nil
        }
      }
      return .shown(ShownSurvey(first: opened, second: other, problem: problem))
    }
  }

  /// The survey whose numbers Heads and Grid show; nil where they show those of the sentence.
  package var shownSurvey: ShownSurvey? {
    if case .shown(let survey) = surveyStatus { survey } else { nil }
  }

  /// Why a survey cannot be shown here, or beside another one, in words; nil where it can.
  public func obstacle(to survey: OpenedSurvey, besides first: OpenedSurvey?) -> String? {
    let shape = survey.survey.header.shape
    guard shape.layers == model.layers, shape.heads == model.heads else {
      let (own, other) = (words(shape.layers, shape.heads), words(model.layers, model.heads))
      return "\(survey.name) is a survey of \(own); the model has \(other): M loads another model"
    }
    guard let first else { return nil }
    let known = Set(first.numbers)
    return survey.numbers.contains(where: known.contains)
      ? nil : "\(survey.name) has no number that \(first.name) has: nothing can be compared"
  }

  private func words(_ layers: Int, _ heads: Int) -> String {
    "\(Words.count(layers, "layer")) of \(Words.count(heads, "head"))"
  }

  /// What has to be known of the survey on the screen and cannot be seen in its numbers, in words; nil where there is nothing.
  package var surveyRemark: String? {
    guard let shown = shownSurvey else { return nil }
    if let problem = shown.problem { return problem }
    for reference in [exploration.survey.first, exploration.survey.second].compactMap(\.self) {
      guard case .found(let opened, let weights)? = answer(reference) else { continue }
      if opened.isChanged { return "\(opened.name) has another content than when it was recorded" }
      let surveyed = opened.survey.header.weights
      // Of two surveys, one is most often of other weights: that is what they are compared for.
      if shown.second == nil, let weights, !surveyed.isEmpty, weights != surveyed {
        return "\(opened.name) is of other weights than those that are loaded"
      }
    }
    if let snapshot = learning?.snapshot, snapshot > 0 { return "the corpus was surveyed before training" }
    return nil
  }
}

/// What there is of a survey.
package enum SurveyStatus: Sendable {
  /// Numbers of the sentence are shown.
  case none
  case reading(SurveyReference)
  /// Why it cannot be shown.
  case missing(String)
  case shown(ShownSurvey)
}
