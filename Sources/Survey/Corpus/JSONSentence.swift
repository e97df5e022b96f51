import JSON
import Support

extension CorpusSentence {
  /// The longest identity, and name of a relation, in bytes of UTF-8: they are kept.
  static let longestName = 1000

  /// Reads a line of JSON.
  ///
  /// - Parameter identity: what the sentence is called where the line does not say.
  init(json line: String, identity: @autoclosure () throws(SentenceError) -> String) throws(SentenceError) {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw SentenceError(.badJSON, "column \(error.column): \(error.message)")
    }
    guard let object = value.objectValue else {
      throw SentenceError(.badJSON, "an object with a \"text\" is expected, and this is \(value.kind)")
    }
    guard let text = try Self.text("text", in: object) else {
      throw SentenceError(.badJSON, "the object has no \"text\"")
    }
    guard text.utf8.contains(where: { !$0.isSpace }) else { throw SentenceError(.empty, "the text is empty") }
    let label = try Self.name("label", in: object)
    if let id = try Self.checked(identity: try Self.name("id", in: object)) {
      self.init(identity: id, text: text, label: label)
    } else {
      self.init(identity: try identity(), text: text, label: label)
    }
    guard let pairs = object["pairs"], !pairs.isNull else { return }
    guard let pairs = pairs.arrayValue else {
      throw SentenceError(.badPair, "\"pairs\" should be an array, and is \(pairs.kind)")
    }
    let count = text.unicodeScalars.count
    relations = try pairs.enumerated().map { (place, pair) throws(SentenceError) in
      try Self.relation(pair, number: place + 1, count: count)
    }
  }

  /// An identity that the input gives; nil where it gives none.
  static func checked(identity: String?, line: Int = 0) throws(SentenceError) -> String? {
    guard let identity else { return nil }
    if identity.isEmpty { throw SentenceError(.badID, line: line, "the id is empty") }
    guard identity.utf8.count <= longestName else {
      throw SentenceError(.badID, line: line, "the id has more than \(longestName) bytes")
    }
    return identity
  }

  private static func text(_ key: String, in object: JSONObject) throws(SentenceError) -> String? {
    guard let value = object[key], !value.isNull else { return nil }
    guard let text = value.stringValue else {
      throw SentenceError(.badJSON, "\"\(words: key)\" should be a string, and is \(value.kind)")
    }
    return text
  }

  /// A text, or a whole number in digits.
  private static func name(_ key: String, in object: JSONObject) throws(SentenceError) -> String? {
    if let number = object[key]?.intValue { return "\(number)" }
    return try text(key, in: object)
  }

  /// A marked pair; `number` counts the pairs of the line from 1, `count` the code points of the text.
  private static func relation(_ pair: JSONValue, number: Int, count: Int) throws(SentenceError) -> WordRelation {
    guard let object = pair.objectValue else {
      throw SentenceError(.badPair, "pair \(number) should be an object, and is \(pair.kind)")
    }
    let from = try range("from", in: object, number, count)
    let to = try range("to", in: object, number, count)
    guard !(from.lowerBound <= to.lowerBound && to.upperBound <= from.upperBound) else {
      throw SentenceError(.badPair, "pair \(number) points from a place to itself")
    }
    let label: String?
    do { label = try name("label", in: object) } catch {
      throw SentenceError(.badPair, "pair \(number): \(error.reason)")
    }
    guard label.map({ !$0.isEmpty && $0.utf8.count <= longestName }) ?? true else {
      throw SentenceError(.badPair, "the label of pair \(number) is empty or has more than \(longestName) bytes")
    }
    return WordRelation(label.map { "pair:\($0)" } ?? "pair", from: from, to: to)
  }

  private static func range(
    _ key: String, in object: JSONObject, _ number: Int, _ count: Int
  ) throws(SentenceError) -> Range<Int> {
    guard let ends = object[key]?.arrayValue, ends.count == 2, let start = ends[0].intValue, let end = ends[1].intValue
    else {
      throw SentenceError(
        .badPair, "\"\(words: key)\" of pair \(number) should be two whole numbers: where it begins and ends")
    }
    guard start >= 0, start < end, end <= count else {
      throw SentenceError(
        .badPair, "\"\(words: key)\" of pair \(number) is \([start, end]), and the text has \(count) code points")
    }
    return start..<end
  }
}
