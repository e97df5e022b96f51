import Activations
import Glibc
import JSON
import Tokenizers

/// Tokenizes JSON Lines from standard input, in order, as they come.
struct TokenLines {
  let tokenizer: Tokenizer
  let output: OutputFile

  func run() throws {
    var line: [UInt8] = []
    var number = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      // Whoever waits for an answer before writing the next line gets it.
      try output.flush()
      let count = try StandardStreams.read(into: &chunk)
      if count == 0 { break }
      var rest = chunk[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[..<end]
        rest = rest[(end + 1)...]
        number += 1
        try tokenize(line, number: number)
        line.removeAll(keepingCapacity: true)
      }
      line += rest
    }
    if !line.isEmpty { try tokenize(line, number: number + 1) }
  }

  private func tokenize(_ line: [UInt8], number: Int) throws {
    do {
      let (text, pair) = try Self.parse(line)
      var answer: [UInt8] = []
      tokenizer.encode(text, pair: pair).json.write(into: &answer)
      answer.append(UInt8(ascii: "\n"))
      try output.append(answer)
    } catch let error as LineError {
      // What came before the bad line is still good.
      try output.flush()
      throw CommandError("standard input, line \(number): \(error.reason)")
    }
  }

  /// What is wrong with a line.
  struct LineError: Error {
    let reason: String
  }

  static func parse(_ line: [UInt8]) throws(LineError) -> (text: String, pair: String?) {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw LineError(reason: line.isEmpty ? "it is empty" : "column \(error.column): \(error.message)")
    }
    guard let object = value.objectValue else {
      throw LineError(reason: "expected an object with a \"text\", found \(value.kind)")
    }
    guard let text = object["text"] else { throw LineError(reason: "the object has no \"text\"") }
    guard let text = text.stringValue else {
      throw LineError(reason: "\"text\" should be a string, found \(text.kind)")
    }
    switch object["pair"] {
    case nil, .null?: return (text, nil)
    case .string(let pair)?: return (text, pair.string)
    case let pair?: throw LineError(reason: "\"pair\" should be a string, found \(pair.kind)")
    }
  }
}

extension TokenizedInput {
  /// For programs: everything that is known about each token. Offsets are in code points.
  var json: JSONValue {
    [
      "ids": .array(inputIDs.map { .integer(Int($0)) }),
      "tokens": .array(tokens.map { JSONValue($0) }),
      "offsets": .array(offsets.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
      "special_tokens_mask": .array(specialTokensMask.map { .integer($0 ? 1 : 0) }),
      "type_ids": .array(tokenTypeIDs.map { .integer(Int($0)) }),
    ]
  }
}
