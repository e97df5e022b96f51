import Activations
import JSON

/// An intervention: what a person changes by hand. Tokens are named by their place in the sentence, see `MaskEdit`.
public enum InterventionAction: Sendable, Equatable {
  /// One more change of the mask of the sentence on the screen.
  case editMask(MaskEdit)
  /// One of them is taken back, whatever came after it.
  case takeBack(MaskEdit)
  /// The mask is reset to its mode.
  case resetMask

  /// `[MASK]` in place of a token.
  case replaceToken(Int)
  /// The token comes back.
  case putTokenBack(Int)

  /// A head is switched off, or on again where there is no kind.
  case ablate(HeadIndex, Ablation.Kind?)
  /// All heads are on again.
  case restoreHeads

  case hide(TokenKind)
  case unhide(TokenKind)
  case filter(TextFilter?)

  /// The list of all interventions opens.
  case open
  /// The line of the list that is marked.
  case mark(Int)
}

extension State {
  mutating func perform(_ action: InterventionAction) {
    let sentence = exploration.sentence
    switch action {
    case .editMask(let edit): exploration.interventions.edit(edit, sentence: sentence)
    case .takeBack(let edit): exploration.interventions.takeBack(edit, sentence: sentence)
    case .resetMask: exploration.interventions.maskEdits[sentence] = nil
    case .replaceToken(let place): exploration.interventions.replacedTokens[sentence, default: []].insert(place)
    case .putTokenBack(let place):
      exploration.interventions.replacedTokens[sentence]?.remove(place)
      if exploration.interventions.replacedTokens[sentence]?.isEmpty == true {
        exploration.interventions.replacedTokens[sentence] = nil
      }
    case .ablate(let head, let kind): exploration.interventions.ablations[head] = kind
    case .restoreHeads: exploration.interventions.ablations = [:]
    case .hide(let kind): exploration.interventions.hidden.insert(kind)
    case .unhide(let kind): exploration.interventions.hidden.remove(kind)
    case .filter(let filter): exploration.interventions.filter = filter
    case .open: overlay = .interventions(marked: 0)
    case .mark(let line): overlay = .interventions(marked: max(line, 0))
    }
  }

  /// Enters the interventions into the request of a sentence.
  func intervene(in request: inout EncodeRequest) {
    // Edits that name tokens refer to the accepted text, not to the one being typed.
    if shownTexts == exploration.texts, shownPair == exploration.pair {
      request.maskEdits = exploration.interventions.maskEdits[request.sentence] ?? []
      request.replacedTokens = (exploration.interventions.replacedTokens[request.sentence] ?? []).sorted()
    }
    request.ablations = exploration.interventions.ablations
      .map { Ablation(head: $0.key, kind: $0.value) }
      .sorted { ($0.head.layer, $0.head.head) < ($1.head.layer, $1.head.head) }
  }
}

// MARK: In a session

/// How they are written:
///
///     {"t":4.5,"action":"blockKey","key":2}
///     {"t":5,"action":"takeBack","edit":"blockKey","key":2}
///     {"t":6,"action":"ablate","layer":3,"head":7,"as":"zeroOutput"}
extension InterventionAction: FeatureAction {
  /// Changes an intervention, opens the list of them, or marks a line of it. Tokens are those of the chosen sentence.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = [
    "blockKey", "allowKey", "blockPair", "allowPair", "firstTextOnly", "band", "takeBack", "resetMask", "replaceToken",
    "putTokenBack", "ablate", "restoreHeads", "hide", "unhide", "filter", "openLevers", "markLever",
  ]
  /// A filter without its members shows both texts.
  public static let optionalMembers = ["filter": ["queries", "keys"]]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .editMask(.key(let key, let isAllowed)):
      RecordedAction(isAllowed ? "allowKey" : "blockKey", [("key", .integer(key))])
    case .editMask(.cell(let query, let key, let isAllowed)):
      RecordedAction(isAllowed ? "allowPair" : "blockPair", [("query", .integer(query)), ("key", .integer(key))])
    case .editMask(.firstTextOnly): RecordedAction("firstTextOnly")
    case .editMask(.band(let width)): RecordedAction("band", [("width", .integer(width))])
    case .takeBack(let edit):
      {
        let recorded = InterventionAction.editMask(edit).recorded
        return RecordedAction("takeBack", [("edit", JSONValue(recorded.name))] + recorded.members)
      }()
    case .resetMask: RecordedAction("resetMask")
    case .replaceToken(let place): RecordedAction("replaceToken", [("token", .integer(place))])
    case .putTokenBack(let place): RecordedAction("putTokenBack", [("token", .integer(place))])
    case .ablate(let head, let kind):
      RecordedAction(
        "ablate",
        [
          ("layer", .integer(head.layer)), ("head", .integer(head.head)),
          ("as", kind.map { JSONValue($0.rawValue) } ?? .null),
        ])
    case .restoreHeads: RecordedAction("restoreHeads")
    case .hide(let kind): RecordedAction("hide", [("tokens", JSONValue(kind.rawValue))])
    case .unhide(let kind): RecordedAction("unhide", [("tokens", JSONValue(kind.rawValue))])
    case .filter(let filter):
      RecordedAction(
        "filter",
        filter.map { [("queries", .integer($0.queries)), ("keys", .integer($0.keys))] } ?? [])
    case .open: RecordedAction("openLevers")
    case .mark(let line): RecordedAction("markLever", [("line", .integer(line))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> InterventionAction? {
    if let edit = try maskEdit(named: name, reader) { return .editMask(edit) }
    switch name {
    case "takeBack":
      guard let edit = try maskEdit(named: try reader.string("edit"), reader) else {
        throw MalformedAction("\"edit\" must be blockKey, allowKey, blockPair, allowPair, firstTextOnly or band")
      }
      return .takeBack(edit)
    case "resetMask": return .resetMask
    case "replaceToken": return .replaceToken(try reader.count("token"))
    case "putTokenBack": return .putTokenBack(try reader.count("token"))
    case "ablate":
      let head = HeadIndex(layer: try reader.count("layer"), head: try reader.count("head"))
      guard let kind = reader.object["as"], !kind.isNull else { return .ablate(head, nil) }
      return .ablate(head, try reader.choice("as"))
    case "restoreHeads": return .restoreHeads
    case "hide": return .hide(try reader.choice("tokens"))
    case "unhide": return .unhide(try reader.choice("tokens"))
    case "filter":
      guard reader.object["queries"] != nil else { return .filter(nil) }
      let (queries, keys) = (try reader.count("queries"), try reader.count("keys"))
      guard queries < 2, keys < 2 else { throw MalformedAction("\"queries\" and \"keys\" must be 0 or 1") }
      return .filter(TextFilter(queries: queries, keys: keys))
    case "openLevers": return .open
    case "markLever": return .mark(try reader.count("line"))
    default: return nil
    }
  }

  private static func maskEdit(named name: String, _ reader: MemberReader) throws(MalformedAction) -> MaskEdit? {
    switch name {
    case "blockKey": return .key(try reader.count("key"), isAllowed: false)
    case "allowKey": return .key(try reader.count("key"), isAllowed: true)
    case "blockPair": return .cell(query: try reader.count("query"), key: try reader.count("key"), isAllowed: false)
    case "allowPair": return .cell(query: try reader.count("query"), key: try reader.count("key"), isAllowed: true)
    case "firstTextOnly": return .firstTextOnly
    case "band": return .band(width: try reader.count("width"))
    default: return nil
    }
  }

  /// A description of the action in plain words. Tokens, layers and heads count from 0.
  public var words: String {
    switch self {
    case .editMask(let edit): edit.words
    case .takeBack(let edit): "no more: \(edit.words)"
    case .resetMask: "the mask as its mode makes it"
    case .replaceToken(let place): "[MASK] in place of token \(place)"
    case .putTokenBack(let place): "puts token \(place) back"
    case .ablate(let head, .zeroOutput): "layer \(head.layer) head \(head.head) off: its output is zero"
    case .ablate(let head, .uniformAttention): "layer \(head.layer) head \(head.head) off: its attention is even"
    case .ablate(let head, nil): "layer \(head.layer) head \(head.head) on"
    case .restoreHeads: "all heads on"
    case .hide(let kind): "hides \(kind.rawValue) from the picture"
    case .unhide(let kind): "shows \(kind.rawValue) again"
    case .filter(let filter): filter.map { "shows attention from \($0.words) only" } ?? "shows both texts"
    case .open: "opens the list of interventions"
    case .mark(let line): "marks line \(line) of the list"
    }
  }
}

extension MaskEdit {
  var words: String {
    switch self {
    case .key(let key, let isAllowed): "\(isAllowed ? "allows" : "blocks") key \(key) for all queries"
    case .cell(let query, let key, let isAllowed): "\(isAllowed ? "allows" : "blocks") query \(query), key \(key)"
    case .firstTextOnly: "blocks the second text"
    case .band(width: 0): "only the diagonal of the mask"
    case .band(let width): "only \(width) neighbours on each side in the mask"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func intervention(_ action: InterventionAction) -> Action { .feature(action) }
}
