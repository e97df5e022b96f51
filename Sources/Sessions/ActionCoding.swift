import Activations
import Explorer
import JSON
import Support

/// How actions are written in a session: one flat object each, made to be read and written by hand.
///
///     {"t":1.25,"action":"selectHead","layer":3,"head":7}
enum ActionCoding {
  static func members(of action: Action) -> [(JSONString, JSONValue)] {
    switch action {
    case .undo: named("undo")
    case .redo: named("redo")
    case .reset: named("reset")
    case .begin: named("begin")
    case .texts(let texts, let pair):
      named(
        "texts",
        [("texts", .array(texts.map { JSONValue($0) }))] + (pair.map { [(JSONString("pair"), JSONValue($0))] } ?? []))
    case .selectSentence(let index): named("selectSentence", [("sentence", .integer(index))])
    case .openPrompt: named("openPrompt")
    case .type(let text, let cursor): named("type", [("text", JSONValue(text)), ("cursor", .integer(cursor))])
    case .edit(let edit):
      named(
        "edit",
        [
          ("from", .integer(edit.from)), ("to", .integer(edit.to)), ("text", JSONValue(edit.text)),
          ("cursor", .integer(edit.cursor)),
        ])
    case .switchText: named("switchText")
    case .keepText: named("keepText")
    case .restoreText: named("restoreText")
    case .show(let view): named("show", [("view", JSONValue(view.rawValue))])
    case .selectHead(let index):
      named("selectHead", [("layer", .integer(index.layer)), ("head", .integer(index.head))])
    case .selectPair(let query, let key): named("selectPair", [("query", .integer(query)), ("key", .integer(key))])
    case .zoom(let zoom): named("zoom", [("cells", JSONValue(name(of: zoom)))])
    case .pad(let length): named("pad", [("to", length.map { .integer($0) } ?? .null)])
    case .padSide(let side): named("padSide", [("side", JSONValue(side.rawValue))])
    case .mask(let mode): named("mask", [("mode", JSONValue(mode.rawValue))])
    case .colors(let id): named("colors", [("scale", JSONValue(id))])
    case .range(let range): named("range", [("of", JSONValue(range.rawValue))])
    case .countFrom(let first): named("countFrom", [("first", .integer(first))])
    case .heads(let action): HeadsCoding.members(of: action)
    case .steps(let action): StepsCoding.members(of: action)
    case .maskView(let action): MaskViewCoding.members(of: action)
    case .compare(let action): CompareCoding.members(of: action)
    case .words(let action): WordsCoding.members(of: action)
    case .flow(let action): FlowCoding.members(of: action)
    case .diagnosis(let action): DiagnosisCoding.members(of: action)
    case .openHelp: named("openHelp")
    case .scrollHelp(let scroll): named("scrollHelp", [("to", .integer(scroll))])
    case .openModels: named("openModels")
    case .markModel(let index): named("markModel", [("line", .integer(index))])
    case .loadModel(let reference): named("loadModel", [("model", JSONValue(reference))])
    case .closeOverlay: named("closeOverlay")
    case .lever(let action): members(of: action)
    }
  }

  /// What keeps an object from being an action.
  enum Failure: Error {
    /// No action of this program has that name.
    case unknown
    /// The name is known, but a member is missing or is not what it should be.
    case malformed(String)
  }

  static func action(from object: JSONObject) throws(Failure) -> Action {
    let reader = MemberReader(object: object)
    let name = try reader.string("action")
    switch name {
    case "undo": return .undo
    case "redo": return .redo
    case "reset": return .reset
    case "begin": return .begin
    case "texts": return .texts(try reader.strings("texts"), pair: try reader.optionalString("pair"))
    case "selectSentence": return .selectSentence(try reader.count("sentence"))
    case "openPrompt": return .openPrompt
    case "type": return .type(try reader.string("text"), cursor: try reader.count("cursor"))
    case "edit":
      return .edit(
        TextEdit(
          from: try reader.count("from"), to: try reader.count("to"), text: try reader.string("text"),
          cursor: try reader.count("cursor")))
    case "switchText": return .switchText
    case "keepText": return .keepText
    case "restoreText": return .restoreText
    case "show": return .show(try reader.choice("view"))
    case "selectHead": return .selectHead(HeadIndex(layer: try reader.count("layer"), head: try reader.count("head")))
    case "selectPair": return .selectPair(query: try reader.count("query"), key: try reader.count("key"))
    case "zoom":
      guard let zoom = zoom(named: try reader.string("cells")) else {
        throw .malformed("\"cells\" must be fit, number, block, dot or maxima of N")
      }
      return .zoom(zoom)
    case "pad": return .pad(to: try reader.optionalCount("to"))
    case "padSide": return .padSide(try reader.choice("side"))
    case "mask": return .mask(try reader.choice("mode"))
    case "colors": return .colors(try reader.string("scale"))
    case "range": return .range(try reader.choice("of"))
    case "countFrom": return .countFrom(try reader.count("first"))
    case "openHelp": return .openHelp
    case "scrollHelp": return .scrollHelp(try reader.count("to"))
    case "openModels": return .openModels
    case "markModel": return .markModel(try reader.count("line"))
    case "loadModel": return .loadModel(try reader.string("model"))
    case "closeOverlay": return .closeOverlay
    default:
      if let action = try HeadsCoding.action(named: name, reader) { return .heads(action) }
      if let lever = try leverAction(named: name, reader) { return .lever(lever) }
      if let action = try StepsCoding.action(named: name, reader) { return .steps(action) }
      if let action = try MaskViewCoding.action(named: name, reader) { return .maskView(action) }
      if let action = try CompareCoding.action(named: name, reader) { return .compare(action) }
      if let action = try WordsCoding.action(named: name, reader) { return .words(action) }
      if let action = try FlowCoding.action(named: name, reader) { return .flow(action) }
      if let action = try DiagnosisCoding.action(named: name, reader) { return .diagnosis(action) }
      throw .unknown
    }
  }

  /// Every name that `action(from:)` knows.
  static let names =
    generalNames + HeadsCoding.names + leverNames + StepsCoding.names + MaskViewCoding.names + CompareCoding.names
    + WordsCoding.names + FlowCoding.names + DiagnosisCoding.names

  private static let generalNames = [
    "undo", "redo", "reset", "begin", "texts", "selectSentence", "openPrompt", "type", "edit", "switchText", "keepText",
    "restoreText",
    "show",
    "selectHead", "selectPair", "zoom", "pad", "padSide", "mask", "colors", "range", "countFrom", "openHelp",
    "scrollHelp", "openModels",
    "markModel", "loadModel", "closeOverlay",
  ]

  /// Members that an action can do without.
  static let optionalMembers = ["texts": ["pair"], "filter": ["queries", "keys"], "visit": ["stage"]]

  static func named(_ name: String, _ rest: [(JSONString, JSONValue)] = []) -> [(JSONString, JSONValue)] {
    [("action", JSONValue(name))] + rest
  }

  private static func name(of zoom: Zoom) -> String {
    switch zoom {
    case .fit: "fit"
    case .fixed(.number): "number"
    case .fixed(.block): "block"
    case .fixed(.dot): "dot"
    case .fixed(.pooled(let factor)): "maxima of \(factor)"
    }
  }

  private static func zoom(named name: String) -> Zoom? {
    switch name {
    case "fit": return .fit
    case "number": return .fixed(.number)
    case "block": return .fixed(.block)
    case "dot": return .fixed(.dot)
    default:
      let prefix = "maxima of "
      guard name.hasPrefix(prefix), let factor = Int(decimal: name.dropFirst(prefix.count), in: 2...1 << 20)
      else {
        return nil
      }
      return .fixed(.pooled(factor))
    }
  }
}
