import Foundation
import Testing

/// Reads numbers out of sentences, and holds them against what they should be.
final class SentenceNumbers {
  /// How many sentences of each kind were read.
  private(set) var read: [String: Int] = [:]
  /// Where they were found, for messages.
  var place = ""

  /// Whether a sentence is of a kind; its numbers are what the groups of the pattern hold.
  ///
  /// - Parameter pattern: `#` stands for a number, `*` for a name, `~` for anything.
  func match(_ kind: String, _ sentence: String, _ pattern: String) -> [String]? {
    let expression = pattern.map { character in
      switch character {
      case "#": "(-?[0-9]+(?:[.][0-9]+)?(?:e[-+][0-9]+)?)"
      case "*": "(.+?)"
      case "~": ".*"
      default: NSRegularExpression.escapedPattern(for: String(character))
      }
    }.joined()
    guard let regex = try? NSRegularExpression(pattern: "^" + expression + "$") else {
      Issue.record("no pattern: \(expression)")
      return nil
    }
    let range = NSRange(sentence.startIndex..., in: sentence)
    guard let found = regex.firstMatch(in: sentence, range: range) else { return nil }
    read[kind, default: 0] += 1
    return (1..<found.numberOfRanges).map {
      Range(found.range(at: $0), in: sentence).map { String(sentence[$0]) } ?? ""
    }
  }

  /// A number as it is written stands for what it should be to the last digit written.
  func expect(
    _ text: String, _ expected: Double, _ what: String, slack: Double = 2e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let number = Double(text) else {
      Issue.record("\(place): \(what) is '\(text)', and no number", sourceLocation: sourceLocation)
      return
    }
    var unit = 1.0
    if let exponent = text.firstIndex(of: "e") {
      unit = pow(10, Double(text[text.index(after: exponent)...]) ?? 0) * 0.1
    } else if let point = text.firstIndex(of: ".") {
      unit = pow(10, -Double(text.distance(from: point, to: text.endIndex) - 1))
    }
    #expect(
      abs(number - expected) <= unit / 2 + slack + abs(expected) * 2e-6,
      "\(place): \(what) is said to be \(text), and is \(expected)", sourceLocation: sourceLocation)
  }

  func expect(_ text: String, _ expected: Int, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
      Int(text) == expected, "\(place): \(what) is said to be \(text), and is \(expected)",
      sourceLocation: sourceLocation)
  }
}
