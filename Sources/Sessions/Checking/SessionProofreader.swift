import Explorer
import JSON
import Support

/// Reads a session file as a teacher reads an essay: every mistake with its line, and what would be right.
///
/// Reading for a replay is lenient: what it cannot use is skipped. This is for authors who write sessions by hand.
public struct SessionProofreader: Sendable {
  /// In the order of the lines.
  public private(set) var problems: [SessionProblem] = []
  /// Nil where the file is no session at all; then there is one problem that says why.
  public private(set) var header: SessionHeader?

  private var earlier = 0.0
  /// The model that the lines are about; nil once another one is loaded, of which the file says nothing.
  private var model: SessionModel?

  /// Reads all bytes of a session file; `name` is what problems call the file. Nothing is thrown: see `problems`.
  public init(_ bytes: [UInt8], name: String) {
    let file = Lines(of: bytes)
    let (lines, hasEnd) = (file.lines, file.hasEnd)
    guard let first = lines.first, !first.isEmpty else {
      problems = [SessionProblem(line: 1, text: "\(name) is empty: it holds no session")]
      return
    }
    readHeader(first, name: name)
    guard let header else { return }
    model = header.model
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let number = index + 1
      do throws(EventFailure) {
        try read(try SessionCoding.object(from: line), line: number)
      } catch {
        problems.append(
          !hasEnd && index == lines.count - 1
            ? .tornEnd(line: number) : SessionProblem(line: number, column: error.column, text: error.text))
      }
    }
  }

  /// - Throws: `SessionError` where the file cannot be read.
  public init(reading path: String) throws(SessionError) {
    self.init(try SessionFile.bytes(of: path), name: path)
  }

  /// Whether there is no mistake; remarks and a torn last line are none.
  public var isClean: Bool { !problems.contains { $0.kind == .mistake } }

  private mutating func mistake(_ line: Int, _ text: MessageText) {
    problems.append(SessionProblem(line: line, text: text))
  }

  private mutating func remark(_ line: Int, _ text: MessageText) {
    problems.append(SessionProblem(line: line, text: text, kind: .remark))
  }

  // MARK: Header

  private static let headerMembers = ["headscope-session", "title", "created", "program", "model", "forked-from"]
  private static let modelMembers = ["name", "family", "layers", "heads", "hidden", "digest"]

  private mutating func readHeader(_ line: ArraySlice<UInt8>, name: String) {
    let object: JSONObject
    do throws(EventFailure) { object = try SessionCoding.object(from: line) } catch {
      problems.append(SessionProblem(line: 1, column: error.column, text: "the header is \(error.text)"))
      return
    }
    do throws(SessionError) { header = try SessionCoding.header(from: line, name: name) } catch {
      mistake(1, error.text)
      return
    }
    if object["title"] == nil { remark(1, "the header has no \"title\": lists will show the file's name") }
    look(for: SessionProofreader.headerMembers, in: object, line: 1, of: "the header")
    guard let model = object["model"]?.objectValue else { return }
    look(for: SessionProofreader.modelMembers, in: model, line: 1, of: "the header's \"model\"")
  }

  // MARK: Events

  private mutating func read(_ object: JSONObject, line: Int) throws(EventFailure) {
    let time = try SessionCoding.time(of: object, after: earlier)
    if time < earlier {
      mistake(line, "\"t\" is \(time), before the \(earlier) of an earlier line: times must not run backwards")
    }
    if object["t"] != nil, object["after"] != nil {
      mistake(line, "both \"t\" and \"after\" say when: leave one of them out")
    }
    earlier = max(time, earlier)
    let found = SessionProofreader.kinds.filter { object[$0] != nil }
    if found.count > 1 {
      let names: MessageText = "\(words: found.map { "\"\($0)\"" }.joined(separator: " and "))"
      return mistake(
        line, "the line has \(names), of which a replay takes only the first: each needs a line of its own")
    }
    let event = try explaining(object) { () throws(EventFailure) in
      try SessionCoding.event(from: object, after: earlier)
    }
    switch event.content {
    case .action(let action):
      let name = object["action"]?.stringValue ?? ""
      let known = ["action"] + action.recorded.members.map(\.0.string) + (Action.optionalMembers[name] ?? [])
      look(for: known, in: object, line: line, of: "\"\(name)\"")
      checkRange(object, line: line)
      if case .load? = action.of(ModelsAction.self) { model = nil }
    case .mark: look(for: ["mark"], in: object, line: line, of: "a mark")
    case .note(let text):
      look(for: ["note"], in: object, line: line, of: "a note")
      checkNumbers(text, line: line)
    case .fingerprint(let fingerprint):
      look(for: ["fingerprint"], in: object, line: line, of: "a fingerprint")
      if let layers = model?.layers, layers > 0, fingerprint.meanEntropies.count != layers {
        remark(line, "the fingerprint has \(fingerprint.meanEntropies.count) layers, the header's model \(layers)")
      }
    case .trained:
      look(for: ["trained", "losses", "heldOut", "weights"], in: object, line: line, of: "what training came to")
    case .question(let question):
      look(for: QuestionCoding.questionMembers, in: object, line: line, of: "a question")
      checkNumbers(question.text, line: line)
      if let of = object["answer"]?["of"] { checkQuantity(of.stringValue ?? "", line: line) }
    case .guess: look(for: QuestionCoding.guessMembers, in: object, line: line, of: "a guess")
    case .unknown: explainUnknown(object, line: line)
    }
  }

  /// Says of a member that is missing which other one may be meant by it.
  private func explaining<Value>(
    _ object: JSONObject, _ read: () throws(EventFailure) -> Value
  ) throws(EventFailure) -> Value {
    do throws(EventFailure) { return try read() } catch {
      let parts = error.text.description.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0].isEmpty, parts[2].hasPrefix(" is missing") else { throw error }
      let others = object.keys.map(\.string).filter { !(SessionProofreader.common + ["action"]).contains($0) }
      guard let near = others.first(where: { NearestName.of($0, in: [String(parts[1])]) != nil }) else { throw error }
      throw EventFailure(error.text + "; is that what \"\(near)\" stands for?", column: error.column)
    }
  }

  /// What a line can be.
  private static let kinds = ["action", "mark", "note", "question", "guess", "fingerprint"]

  private mutating func explainUnknown(_ object: JSONObject, line: Int) {
    if let name = object["action"]?.stringValue {
      if let meant = NearestName.of(name, in: Action.names) {
        mistake(line, "there is no action \"\(name)\"; did you mean \"\(meant)\"?")
      } else {
        remark(line, "\"\(name)\" is unknown to this version and is skipped")
      }
    } else if let kind = SessionProofreader.kinds.first(where: { object[$0] != nil }) {
      mistake(line, "\"\(kind)\" must be a string")
    } else if let slip = slip(in: object, for: SessionProofreader.kinds) {
      mistake(line, "the line has \"\(slip.found)\"; did you mean \"\(slip.meant)\"?")
    } else {
      let kinds = SessionProofreader.kinds.joined(separator: ", ")
      remark(line, "no \(words: kinds): unknown to this version, and skipped")
    }
  }

  /// Members that every line may have. A comment is for readers of the file.
  private static let common = ["t", "after", "comment"]

  /// Says which members mean nothing in this line.
  private mutating func look(for known: [String], in object: JSONObject, line: Int, of what: MessageText) {
    let allowed = known + SessionProofreader.common
    for key in object.keys.map(\.string) where !allowed.contains(key) {
      let takes = known.filter { $0 != "action" }
      let rest = takes.isEmpty ? "it takes nothing" : "it takes \(takes.joined(separator: ", "))"
      if let meant = NearestName.of(key, in: takes), object[meant] == nil {
        mistake(line, "\(what) has no \"\(key)\"; did you mean \"\(meant)\"? (\(words: rest))")
      } else {
        remark(line, "\(what) has no \"\(key)\", which is ignored; \(words: rest)")
      }
    }
  }

  private func slip(in object: JSONObject, for names: [String]) -> (found: String, meant: String)? {
    for key in object.keys.map(\.string) where !SessionProofreader.common.contains(key) {
      if let meant = NearestName.of(key, in: names) { return (key, meant) }
    }
    return nil
  }

  /// What looks like a number to be computed, and is none.
  private mutating func checkNumbers(_ text: String, line: Int) {
    for failure in QuotedText(text).mistakes { mistake(line, "\(explained(failure))") }
  }

  private mutating func checkQuantity(_ text: String, line: Int) {
    do throws(QuantityFailure) { _ = try Quantity(text) } catch { mistake(line, "\(explained(error))") }
  }

  /// With the name that may be meant.
  private func explained(_ failure: QuantityFailure) -> MessageText {
    let unknown = failure.reason.split(separator: "'").dropFirst().first.map(String.init) ?? ""
    let names = Quantity.Name.allCases.map(\.rawValue)
    guard failure.reason.hasPrefix("there is no number"), let meant = NearestName.of(unknown, in: names) else {
      return "\(failure.reason)"
    }
    return "\(failure.reason); did you mean \"\(meant)\"?"
  }

  /// Layers and heads that the model of the header does not have.
  private mutating func checkRange(_ object: JSONObject, line: Int) {
    guard let model else { return }
    for (member, count, plural) in [("layer", model.layers, "layers"), ("head", model.heads, "heads")] {
      guard count > 0, let index = object[member]?.intValue, index >= count else { continue }
      mistake(line, "\(member) \(index) of a model with \(count) \(plural): they count from 0 to \(count - 1)")
    }
  }
}
