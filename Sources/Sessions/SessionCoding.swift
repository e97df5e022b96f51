import Explorer
import Insights
import JSON

/// The lines of a session file: a header, then an event each.
public enum SessionCoding {
  /// The header as a line, with its end.
  public static func line(_ header: SessionHeader) -> [UInt8] {
    var model: [(JSONString, JSONValue)] = [
      ("name", JSONValue(header.model.name)), ("family", JSONValue(header.model.family)),
      ("layers", .integer(header.model.layers)), ("heads", .integer(header.model.heads)),
      ("hidden", .integer(header.model.hidden)),
    ]
    if let digest = header.model.digest { model.append(("digest", JSONValue(digest))) }
    return line([
      ("headscope-session", .integer(Session.version)), ("title", JSONValue(header.title)),
      ("created", JSONValue(header.created)), ("program", JSONValue(header.program)),
      ("model", .object(JSONObject(model))),
    ])
  }

  /// An event as a line, with its end.
  public static func line(_ event: SessionEvent) -> [UInt8] {
    let time: [(JSONString, JSONValue)] = [("t", .number((event.time * 1000).rounded() / 1000))]
    switch event.content {
    case .action(let action): return line(time + ActionCoding.members(of: action))
    case .mark(let title): return line(time + [("mark", JSONValue(title))])
    case .note(let text): return line(time + [("note", JSONValue(text))])
    case .fingerprint(let fingerprint):
      let rounded = fingerprint.meanEntropies.map { JSONValue.number(($0 * 1e6).rounded() / 1e6) }
      return line(time + [("fingerprint", .array(rounded))])
    case .unknown(let object): return line(object.members.map { ($0.key, $0.value) })
    }
  }

  private static func line(_ members: [(JSONString, JSONValue)]) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONValue.object(JSONObject(members)).write(into: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Reads a whole session file; `name` is what errors call it.
  public static func session(from bytes: [UInt8], name: String) throws(SessionError) -> Session {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let hasEnd = lines.last?.isEmpty == true
    if hasEnd { lines.removeLast() }
    guard let first = lines.first, !first.isEmpty else {
      throw SessionError("\(name) is empty: it holds no session")
    }
    var session = Session(header: try header(from: Array(first), name: name))
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      switch event(from: Array(line), after: session.duration) {
      case .success(let event): session.events.append(event)
      case .failure(let problem):
        let isTorn = !hasEnd && index == lines.count - 1
        session.problems.append(
          SessionProblem(
            line: index + 1,
            text: isTorn ? "the last line is incomplete and was left out; everything before it is there" : problem.text,
            isTornEnd: isTorn))
      }
    }
    return session
  }

  static func header(from line: [UInt8], name: String) throws(SessionError) -> SessionHeader {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw SessionError("\(name) is not a Headscope session: its first line is not JSON")
    }
    guard let version = value["headscope-session"]?.intValue else {
      throw SessionError("\(name) is not a Headscope session: its first line has no \"headscope-session\"")
    }
    guard version <= Session.version else {
      throw SessionError(
        "\(name) was written by a newer Headscope (session format \(version), this program reads \(Session.version)); update headscope to replay it"
      )
    }
    guard version >= 1 else { throw SessionError("\(name) says session format \(version), which does not exist") }
    guard let model = value["model"], let modelName = model["name"]?.stringValue else {
      throw SessionError("\(name): the header names no model (\"model\": {\"name\": ...})")
    }
    func count(_ key: String) -> Int { min(max(model[key]?.intValue ?? 0, 0), 1 << 20) }
    return SessionHeader(
      title: value["title"]?.stringValue ?? "", created: value["created"]?.stringValue ?? "",
      program: value["program"]?.stringValue ?? "",
      model: SessionModel(
        name: modelName, family: model["family"]?.stringValue ?? "", layers: count("layers"), heads: count("heads"),
        hidden: count("hidden"), digest: model["digest"]?.stringValue))
  }

  private struct LineError: Error {
    let text: String
  }

  private static func event(from line: [UInt8], after earlier: Double) -> Result<SessionEvent, LineError> {
    guard let value = try? JSONValue(parsing: line), case .object(let object) = value else {
      return .failure(LineError(text: "not a JSON object; it was stepped over"))
    }
    guard let time = object["t"]?.doubleValue, time.isFinite, time >= 0, time < 1e9 else {
      return .failure(LineError(text: "\"t\" must be the seconds since the start; the line was stepped over"))
    }
    // Time never runs backwards, whatever a hand-written file says.
    let start = max(time, earlier)
    if object["action"] != nil {
      do { return .success(SessionEvent(time: start, .action(try ActionCoding.action(from: object)))) } catch {
        switch error {
        case .unknown: return .success(SessionEvent(time: start, .unknown(object)))
        case .malformed(let text): return .failure(LineError(text: text + "; the line was stepped over"))
        }
      }
    }
    if let title = object["mark"]?.stringValue { return .success(SessionEvent(time: start, .mark(title))) }
    if let text = object["note"]?.stringValue { return .success(SessionEvent(time: start, .note(text))) }
    if let numbers = object["fingerprint"]?.arrayValue {
      let entropies = numbers.compactMap(\.doubleValue)
      guard entropies.count == numbers.count else {
        return .failure(LineError(text: "\"fingerprint\" must be a list of numbers; the line was stepped over"))
      }
      return .success(SessionEvent(time: start, .fingerprint(Fingerprint(meanEntropies: entropies))))
    }
    return .success(SessionEvent(time: start, .unknown(object)))
  }
}
