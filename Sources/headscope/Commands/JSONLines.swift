import Exporting
import Glibc
import JSON
import Support

/// Answers JSON Lines from standard input, in order, as they come, with a line each.
struct JSONLines {
  let output: OutputFile
  /// Makes the answer to a line, without a line end.
  let answer: (_ line: [UInt8]) throws -> [UInt8]

  func run() throws {
    var line: [UInt8] = []
    var number = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      // A program that waits for an answer before it writes the next line gets it.
      try output.flush()
      let count = try StandardStreams.read(into: &chunk)
      if count == 0 { break }
      var rest = chunk[..<count]
      while let end = Self.lineEnd(in: rest) {
        line += rest[..<end]
        rest = rest[(end + 1)...]
        number += 1
        try answer(line, number: number)
        line.removeAll(keepingCapacity: true)
      }
      line += rest
      guard line.count <= StandardStreams.mostBytes else {
        throw CommandError(
          "standard input, line \(number + 1): it is longer than \(StandardStreams.mostBytes >> 20) MiB")
      }
    }
    if !line.isEmpty { try answer(line, number: number + 1) }
  }

  /// Where the next line ends.
  private static func lineEnd(in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let end = memchr(start, Int32(UInt8(ascii: "\n")), buffer.count)
      return end.map { bytes.startIndex + (UnsafeRawPointer($0) - start) }
    }
  }

  private func answer(_ line: [UInt8], number: Int) throws {
    do {
      try output.append(answer(line) + [UInt8(ascii: "\n")])
    } catch let error as LineError {
      // What came before the bad line is still good.
      try output.flush()
      throw CommandError("standard input, line \(number): \(error)")
    }
  }

  /// What is wrong with a line.
  struct LineError: TextualError {
    let text: MessageText
  }

  /// The text of a line, and the second one where there is one: `pair`, which may be called `text_pair`.
  static func texts(in line: [UInt8]) throws(LineError) -> (text: String, pair: String?) {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw LineError(text: line.isEmpty ? "it is empty" : "column \(error.column): \(error.message)")
    }
    guard let object = value.objectValue else {
      throw LineError(text: "expected an object with a \"text\", found \(value.kind)")
    }
    guard let text = object["text"] else { throw LineError(text: "the object has no \"text\"") }
    guard let text = text.stringValue else {
      throw LineError(text: "\"text\" should be a string, found \(text.kind)")
    }
    for key in ["pair", "text_pair"] {
      switch object[key] {
      case nil, .null?: continue
      case .string(let pair)?: return (text, pair.string)
      case let pair?: throw LineError(text: "\"\(key)\" should be a string, found \(pair.kind)")
      }
    }
    return (text, nil)
  }
}
