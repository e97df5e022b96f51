import JSON
import Support

/// The sentences of JSON Lines: an object in each with `text`, `label` (a string or a whole number), and `text_pair` or `pair`
/// where there is a second text.
func labelledLines(_ bytes: ArraySlice<UInt8>, name: String) throws(TrainingError) -> [LabelledSentence] {
  var result: [LabelledSentence] = []
  for (index, line) in Lines(of: bytes).lines.enumerated() {
    let number = index + 1
    guard !line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) else {
      throw TrainingError("\(name), line \(number): is empty")
    }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: line) } catch {
      throw TrainingError("\(name), line \(number), column \(error.column): \(error.message)")
    }
    guard let object = value.objectValue else {
      throw TrainingError("\(name), line \(number): should be an object, it is \(value.kind)")
    }
    func string(_ key: String) throws(TrainingError) -> String? {
      guard let value = object[key], !value.isNull else { return nil }
      if let string = value.stringValue { return string }
      if key == "label", let integer = value.intValue { return String(integer) }
      throw TrainingError("\(name), line \(number): \"\(key)\" should be a string, it is \(value.kind)")
    }
    guard let text = try string("text") else { throw TrainingError("\(name), line \(number): has no \"text\"") }
    guard let label = try string("label") else { throw TrainingError("\(name), line \(number): has no \"label\"") }
    var pair = try string("text_pair")
    if pair == nil { pair = try string("pair") }
    result.append(try LabelledSentence(text: text, pair: pair, label: label, line: number, in: name))
  }
  return result
}
