import Explorer
import JSON
import Support

/// How questions and guesses are written in a session.
///
///     {"t":12,"question":"Where does cat look?","answer":{"query":2,"key":1}}
///     {"t":20,"question":"And it?","answer":{"query":9,"key":2,"of":"largest layer=3 head=1 query=it"}}
///     {"t":40,"question":"How much?","answer":{"number":0.25,"within":0.05},"veil":"nothing"}
///     {"t":14,"guess":{"query":2,"key":3},"of":"Where does cat look?"}
enum QuestionCoding {
  static let questionMembers = ["question", "answer", "veil"]
  static let guessMembers = ["guess", "of"]

  static func members(of question: Question) -> [(JSONString, JSONValue)] {
    var members: [(JSONString, JSONValue)] = [("question", JSONValue(question.text))]
    switch question.answer {
    case .cell(let query, let key):
      members.append(("answer", object([("query", .integer(query)), ("key", .integer(key))], question.quantity)))
    case .number(let number, let within):
      members.append(("answer", object([("number", .number(number)), ("within", .number(within))], question.quantity)))
    case nil: break
    }
    if question.veil != .heatmap { members.append(("veil", JSONValue(question.veil.rawValue))) }
    return members
  }

  /// An answer, with what it is where that was said.
  private static func object(_ members: [(JSONString, JSONValue)], _ quantity: Quantity?) -> JSONValue {
    .object(JSONObject(members + (quantity.map { [(JSONString("of"), JSONValue($0.text))] } ?? [])))
  }

  static func members(of guess: Guess, to question: String) -> [(JSONString, JSONValue)] {
    let value: JSONValue =
      switch guess {
      case .cell(let query, let key): ["query": .integer(query), "key": .integer(key)]
      case .number(let number): ["number": .number(number)]
      }
    return [("guess", value), ("of", JSONValue(question))]
  }

  static func question(from object: JSONObject) throws(EventFailure) -> Question {
    guard let text = object["question"]?.stringValue else { throw EventFailure("\"question\" must be a string") }
    var veil = Veil.heatmap
    if let value = object["veil"] {
      guard let name = value.stringValue, let known = Veil(rawValue: name) else {
        throw EventFailure("\"veil\" must be one of \(words: Veil.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      veil = known
    }
    guard let answer = object["answer"], !answer.isNull else { return Question(text, veil: veil) }
    // A name that this version does not know is no reason not to ask: the check says so.
    let quantity = answer["of"]?.stringValue.flatMap { try? Quantity($0) }
    if let (query, key) = cell(answer) {
      return Question(text, answer: .cell(query: query, key: key), veil: veil, quantity: quantity)
    }
    if let number = number(answer) {
      let within = answer["within"]?.doubleValue ?? 0
      guard within.isFinite, within >= 0 else { throw EventFailure("\"within\" must be a number from 0") }
      return Question(text, answer: .number(number, within: within), veil: veil, quantity: quantity)
    }
    throw EventFailure("\"answer\" must be {\"query\": N, \"key\": N} or {\"number\": X, \"within\": X}")
  }

  static func guess(from object: JSONObject) throws(EventFailure) -> (Guess, of: String) {
    guard let value = object["guess"] else { throw EventFailure("\"guess\" is missing") }
    let of = object["of"]?.stringValue ?? ""
    if let (query, key) = cell(value) { return (.cell(query: query, key: key), of) }
    if let number = number(value) { return (.number(number), of) }
    throw EventFailure("\"guess\" must be {\"query\": N, \"key\": N} or {\"number\": X}")
  }

  private static func cell(_ value: JSONValue) -> (query: Int, key: Int)? {
    guard let query = value["query"]?.intValue, let key = value["key"]?.intValue,
      (0...1 << 20).contains(query), (0...1 << 20).contains(key)
    else { return nil }
    return (query, key)
  }

  private static func number(_ value: JSONValue) -> Double? {
    guard let number = value["number"]?.doubleValue, number.isFinite else { return nil }
    return number
  }
}

/// What keeps a line from being an event, in words.
struct EventFailure: Error {
  let text: MessageText
  /// In code points, counted from 1, where the line is not even JSON.
  var column: Int?

  init(_ text: MessageText, column: Int? = nil) {
    self.text = text
    self.column = column
  }
}
