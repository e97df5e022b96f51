import Activations
import JSON
import Survey

/// What is done with surveys.
public enum SurveyAction: Sendable, Equatable {
  /// A survey is shown; `beside` puts it beside the one that is open, as B.
  case open(SurveyReference, beside: Bool)
  /// Forgets B; where there is none, forgets the survey.
  case close
  /// Numbers of the corpus, or of the sentence again.
  case show(Bool)
  /// What the table is sorted by, and the number that the grid shows; with a head, that head is selected.
  case sort(SurveyColumn, isDescending: Bool, HeadIndex? = nil)
  case part(SurveyPart)
  /// Lists the sentences behind the number that was chosen; with a head, that head is selected.
  case openSentences(HeadIndex? = nil)
  /// Marks one of them, from 0.
  case markSentence(Int)
  /// Back to where they were listed from.
  case closeSentences
  /// Opens one of them in Head, with its pair marked.
  case visit(VisitedSentence)
}

extension SurveyAction: FeatureAction {
  /// Chooses a survey, or what is shown of it.
  public func perform(on state: inout State) {
    switch self {
    case .open(let reference, let beside):
      if beside, state.exploration.survey.first != nil {
        state.exploration.survey.second = reference
      } else {
        state.exploration.survey = SurveyChoices()
        state.exploration.survey.first = reference
      }
      state.exploration.survey.isShown = true
      state.exploration.view = .heads
      if state.exploration.survey.part == .sentences { state.exploration.survey.part = .table }
    case .close:
      if state.exploration.survey.second != nil {
        state.exploration.survey.second = nil
      } else {
        state.exploration.survey = SurveyChoices()
      }
    case .show(let isShown):
      state.exploration.survey.isShown = isShown && state.exploration.survey.first != nil
      if !isShown, state.exploration.survey.part == .sentences { state.exploration.survey.part = .table }
    case .sort(let column, let isDescending, let head):
      state.exploration.survey.column = column
      state.exploration.survey.isDescending = isDescending
      state.exploration.survey.line = 0
      if let head { state.exploration.select(head) }
      if state.exploration.survey.part == .sentences, column.number == nil { state.exploration.survey.part = .table }
    case .part(let part):
      guard part != .sentences || state.exploration.survey.column.number != nil else { return }
      state.exploration.survey.part = part
    case .openSentences(let head):
      if let head { state.exploration.select(head) }
      guard state.exploration.survey.column.number != nil else { return }
      if state.exploration.view == .grid || state.exploration.survey.part != .sentences {
        state.exploration.survey.opened = state.exploration.view == .grid ? .grid : .heads
      }
      state.exploration.survey.part = .sentences
      state.exploration.survey.line = 0
      state.exploration.view = .heads
      state.overlay = nil
    case .markSentence(let line): state.exploration.survey.line = max(line, 0)
    case .closeSentences:
      guard state.exploration.survey.part == .sentences else { return }
      state.exploration.survey.part = .table
      state.exploration.view = state.exploration.survey.opened
    case .visit(let sentence):
      state.exploration.interventions.forgetTokens(of: nil)
      (state.exploration.texts, state.exploration.pair, state.exploration.sentence) = ([sentence.text], nil, 0)
      state.prompt = nil
      state.overlay = nil
      state.exploration.view = .head
      state.exploration.select(sentence.head)
      state.exploration.mark(query: 0, key: 0)
      state.exploration.survey.visited = sentence
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = [
    "openSurvey", "closeSurvey", "showSurvey", "sortSurvey", "surveyPart", "openSentences", "markSentence",
    "closeSentences", "visitSentence",
  ]

  /// A number where it is sorted by one, a head where one is selected, and a pair where the number is one of pairs.
  public static let optionalMembers = [
    "sortSurvey": ["number", "layer", "head"], "openSentences": ["layer", "head"],
    "visitSentence": ["queryFrom", "queryTo", "keyFrom", "keyTo"],
  ]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .open(let reference, let beside):
      RecordedAction(
        "openSurvey",
        [
          ("file", JSONValue(reference.path)), ("digest", JSONValue(reference.digest)),
          ("as", JSONValue(beside ? "B" : "A")),
        ])
    case .close: RecordedAction("closeSurvey")
    case .show(let isShown): RecordedAction("showSurvey", [("on", .bool(isShown))])
    case .sort(let column, let isDescending, let head):
      RecordedAction(
        "sortSurvey",
        [("by", JSONValue(column.name))] + (column.number.map { [(JSONString("number"), JSONValue($0.name))] } ?? [])
          + [("order", JSONValue(isDescending ? "descending" : "ascending"))]
      ).with(head)
    case .part(let part): RecordedAction("surveyPart", [("as", JSONValue(part.rawValue))])
    case .openSentences(let head): RecordedAction("openSentences").with(head)
    case .markSentence(let line): RecordedAction("markSentence", [("line", .integer(line))])
    case .closeSentences: RecordedAction("closeSentences")
    case .visit(let sentence):
      RecordedAction(
        "visitSentence",
        [
          ("text", JSONValue(sentence.text)), ("layer", .integer(sentence.head.layer)),
          ("head", .integer(sentence.head.head)),
        ] + Self.members("query", sentence.query) + Self.members("key", sentence.key))
    }
  }

  private static func members(_ name: String, _ range: Range<Int>?) -> [(JSONString, JSONValue)] {
    guard let range else { return [] }
    return [
      (JSONString("\(name)From"), .integer(range.lowerBound)), (JSONString("\(name)To"), .integer(range.upperBound)),
    ]
  }

  private static func range(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> Range<Int>? {
    let start = try reader.optionalCount("\(name)From")
    let end = try reader.optionalCount("\(name)To")
    guard let start, let end else { return nil }
    guard start <= end else { throw MalformedAction("\"\(name)To\" must not be less than \"\(name)From\"") }
    return start..<end
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> SurveyAction? {
    switch name {
    case "openSurvey":
      let reference = SurveyReference(path: try reader.string("file"), digest: try reader.string("digest"))
      return .open(reference, beside: try reader.string("as") == "B")
    case "closeSurvey": return .close
    case "showSurvey": return .show(try reader.flag("on"))
    case "sortSurvey":
      let by: SurveyColumn.Name = try reader.choice("by")
      let column: SurveyColumn =
        switch by {
        case .place: .place
        case .pattern: .pattern
        case .number: .number(SurveyNumber(named: try reader.string("number")))
        }
      return .sort(
        column, isDescending: try reader.string("order") == "descending", try reader.optionalHead())
    case "surveyPart": return .part(try reader.choice("as"))
    case "openSentences": return .openSentences(try reader.optionalHead())
    case "markSentence": return .markSentence(try reader.count("line"))
    case "closeSentences": return .closeSentences
    case "visitSentence":
      let head = HeadIndex(layer: try reader.count("layer"), head: try reader.count("head"))
      return .visit(
        VisitedSentence(
          text: try reader.string("text"), head: head, query: try range("query", reader),
          key: try range("key", reader)))
    default: return nil
    }
  }

  /// A description of the action in plain words. Layers, heads and lines count from 0.
  public var words: String {
    switch self {
    case .open(let reference, let beside):
      beside ? "compares with the survey \(reference.path)" : "opens the survey \(reference.path)"
    case .close: "forgets a survey"
    case .show(let isShown): isShown ? "shows numbers of the corpus" : "shows numbers of the sentence"
    case .sort(let column, let isDescending, let head):
      "sorts heads of the survey by \(column.number?.name ?? column.name), \(isDescending ? "descending" : "ascending")"
        + (head.map { ", and goes to layer \($0.layer) head \($0.head)" } ?? "")
    case .part(.table): "shows the survey as a table"
    case .part(.map): "shows the survey as a map of heads"
    case .part(.sentences): "shows the sentences behind a number"
    case .openSentences(let head):
      "lists the sentences behind a number" + (head.map { " of layer \($0.layer) head \($0.head)" } ?? "")
    case .markSentence(let line): "marks sentence \(line)"
    case .closeSentences: "closes the list of sentences"
    case .visit(let sentence):
      "opens \"\(sentence.text)\" in layer \(sentence.head.layer) head \(sentence.head.head)"
    }
  }
}

extension SurveyColumn {
  /// What a column is called in a session; a number has a name of its own beside it.
  fileprivate enum Name: String, CaseIterable { case place, pattern, number }

  fileprivate var name: String {
    switch self {
    case .place: "place"
    case .pattern: "pattern"
    case .number: "number"
    }
  }
}

extension Action {
  /// One of them.
  public static func survey(_ action: SurveyAction) -> Action { .feature(action) }
}
