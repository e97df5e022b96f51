import Explorer
import Insights
import JSON
import Support

/// The lines of a session file: a header, then an event each.
public enum SessionCoding {
  /// The header as a line, with its end.
  public static func line(_ header: SessionHeader) -> [UInt8] {
    var members: [(JSONString, JSONValue)] = [
      ("headscope-session", .integer(Session.version)), ("title", JSONValue(header.title)),
      ("created", JSONValue(header.created)), ("program", JSONValue(header.program)),
      ("model", value(header.model)),
    ]
    if let origin = header.forkedFrom {
      members.append(
        (
          "forked-from",
          [
            "session": JSONValue(origin.session), "t": .number(rounded(origin.time)),
            "action": .integer(origin.action),
          ]
        ))
    }
    return line(members)
  }

  static func value(_ model: SessionModel) -> JSONValue {
    var members: [(JSONString, JSONValue)] = [
      ("name", JSONValue(model.name)), ("family", JSONValue(model.family)), ("layers", .integer(model.layers)),
      ("heads", .integer(model.heads)), ("hidden", .integer(model.hidden)),
    ]
    if let digest = model.digest { members.append(("digest", JSONValue(digest))) }
    return .object(JSONObject(members))
  }

  /// Times are written in milliseconds at the finest.
  static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  /// An event as a line, with its end.
  public static func line(_ event: SessionEvent) -> [UInt8] { line(object(of: event)) }

  static func object(of event: SessionEvent) -> JSONObject {
    let time: [(JSONString, JSONValue)] = [("t", .number(rounded(event.time)))]
    switch event.content {
    case .action(let action): return JSONObject(time + members(of: action.recorded))
    case .mark(let title): return JSONObject(time + [("mark", JSONValue(title))])
    case .note(let text): return JSONObject(time + [("note", JSONValue(text))])
    case .fingerprint(let fingerprint):
      let rounded = fingerprint.meanEntropies.map { JSONValue.number(($0 * 1e6).rounded() / 1e6) }
      return JSONObject(time + [("fingerprint", .array(rounded))])
    case .trained(let found):
      var members: [(JSONString, JSONValue)] = [
        ("trained", .integer(found.step)), ("losses", .array(found.losses.map { .number(fine($0)) })),
      ]
      if let accuracy = found.accuracy { members.append(("heldOut", .number(fine(accuracy)))) }
      if let weights = found.weights { members.append(("weights", JSONValue(weights))) }
      return JSONObject(time + members)
    case .question(let question): return JSONObject(time + QuestionCoding.members(of: question))
    case .guess(let guess, let question): return JSONObject(time + QuestionCoding.members(of: guess, to: question))
    case .unknown(let object): return object
    }
  }

  private static func fine(_ number: Double) -> Double { (number * 1e6).rounded() / 1e6 }

  private static func members(of action: RecordedAction) -> [(JSONString, JSONValue)] {
    [("action", JSONValue(action.name))] + action.members
  }

  static func line(_ members: [(JSONString, JSONValue)]) -> [UInt8] { line(JSONObject(members)) }

  /// Any object as a line, with its end.
  static func line(_ object: JSONObject) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONValue.object(object).write(into: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Reads a whole session file; `name` is what errors call it.
  public static func session(from bytes: [UInt8], name: String) throws(SessionError) -> Session {
    let file = Lines(of: bytes)
    let (lines, hasEnd) = (file.lines, file.hasEnd)
    guard let first = lines.first, !first.isEmpty else {
      throw SessionError("\(name) is empty: it holds no session")
    }
    var session = Session(header: try header(from: first, name: name))
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      do throws(EventFailure) {
        session.events.append(try event(from: line, after: session.duration))
      } catch {
        let isTorn = !hasEnd && index == lines.count - 1
        session.problems.append(isTorn ? .tornEnd(line: index + 1) : .steppedOver(error, line: index + 1))
      }
    }
    return session
  }

  /// The event of a line; `earlier` is the time of the one before it.
  static func event(from line: some Collection<UInt8>, after earlier: Double) throws(EventFailure) -> SessionEvent {
    try event(from: try object(from: line), after: earlier)
  }

  static func object(from line: some Collection<UInt8>) throws(EventFailure) -> JSONObject {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: line) } catch {
      throw EventFailure("not a JSON object: \(error.message)", column: error.column)
    }
    guard let object = value.objectValue else {
      throw EventFailure("not a JSON object: expected an object, found \(value.kind)", column: 1)
    }
    return object
  }

  /// No session lasts so many seconds.
  static let timeLimit = 1e9

  /// When an event happens: at `t` seconds since the start, or `after` seconds after the event before it.
  static func time(of object: JSONObject, after earlier: Double) throws(EventFailure) -> Double {
    func seconds(_ key: String) -> Double? {
      object[key]?.doubleValue.flatMap { $0.isFinite && $0 >= 0 && $0 < timeLimit ? $0 : nil }
    }
    if object["t"] == nil, object["after"] != nil {
      guard let pause = seconds("after") else {
        throw EventFailure("\"after\" must be the seconds since the event before, from 0")
      }
      return earlier + pause
    }
    guard let time = seconds("t") else {
      throw EventFailure(
        object["t"] == nil
          ? "the line does not say when: give \"t\", in seconds since the start, or \"after\", since the event before"
          : "\"t\" must be the seconds since the start, from 0")
    }
    return time
  }

  static func event(from object: JSONObject, after earlier: Double) throws(EventFailure) -> SessionEvent {
    // Time never runs backwards, whatever a hand-written file says.
    let time = max(try time(of: object, after: earlier), earlier)
    return SessionEvent(time: time, try content(of: object))
  }

  private static func content(of object: JSONObject) throws(EventFailure) -> SessionEvent.Content {
    if object["action"] != nil {
      do throws(MalformedAction) {
        return try Action.read(object).map { .action($0) } ?? .unknown(object)
      } catch {
        throw EventFailure("\(words: error.text)")
      }
    }
    if let title = object["mark"]?.stringValue { return .mark(title) }
    if let text = object["note"]?.stringValue { return .note(text) }
    if let numbers = object["fingerprint"]?.arrayValue {
      // What is no number is written as null.
      let entropies = numbers.compactMap { $0.isNull ? .nan : $0.doubleValue }
      guard entropies.count == numbers.count else { throw EventFailure("\"fingerprint\" must be a list of numbers") }
      return .fingerprint(Fingerprint(meanEntropies: entropies))
    }
    if object["trained"] != nil {
      let losses = object["losses"]?.arrayValue
      let numbers = losses?.compactMap { $0.isNull ? .nan : $0.doubleValue } ?? []
      guard let step = object["trained"]?.intValue, step > 0, let losses, !losses.isEmpty, losses.count == numbers.count
      else {
        throw EventFailure("\"trained\" must be a number of steps, and \"losses\" a list of numbers")
      }
      return .trained(
        TrainingFingerprint(
          step: step, losses: numbers, accuracy: object["heldOut"]?.doubleValue,
          weights: object["weights"]?.stringValue))
    }
    if object["guess"] != nil {
      let (guess, question) = try QuestionCoding.guess(from: object)
      return .guess(guess, of: question)
    }
    if object["question"] != nil { return .question(try QuestionCoding.question(from: object)) }
    return .unknown(object)
  }
}
