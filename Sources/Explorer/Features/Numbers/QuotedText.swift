import Support

/// A text with numbers in it that are computed: `'it' gives {0.69 = p query=it key=animal} of its attention to 'animal'`.
///
/// In braces stands the number as it was when the text was written, which may be missing, and what it is (`Quantity`).
/// Braces that hold anything else are part of the text.
public struct QuotedText: Sendable, Equatable {
  /// A piece of the text.
  public enum Part: Sendable, Equatable {
    case words(String)
    case number(QuotedNumber)
  }

  /// In order.
  public private(set) var parts: [Part] = []
  /// What is in braces, looks like a number to be computed, and is none: why.
  public private(set) var mistakes: [QuantityFailure] = []

  /// Reads a text; whatever it holds, it is a text.
  public init(_ text: String) {
    var rest = text[...]
    var words = ""
    while let open = rest.firstIndex(of: "{") {
      let inside = rest[rest.index(after: open)...]
      guard let close = inside.firstIndex(where: { $0 == "}" || $0 == "{" }), inside[close] == "}" else {
        words += rest[...open]
        rest = inside
        continue
      }
      let content = String(inside[..<close])
      do throws(QuantityFailure) {
        let number = try QuotedNumber(content)
        words += rest[..<open]
        if !words.isEmpty { parts.append(.words(words)) }
        words = ""
        parts.append(.number(number))
      } catch {
        if QuotedNumber.looksLikeOne(content) { mistakes.append(error) }
        words += rest[...close]
      }
      rest = inside[inside.index(after: close)...]
    }
    words += rest
    if !words.isEmpty { parts.append(.words(words)) }
  }

  /// The numbers, in order.
  public var numbers: [QuotedNumber] {
    parts.compactMap { if case .number(let number) = $0 { number } else { nil } }
  }

  /// The text where nothing is computed: numbers as they were written.
  public var asWritten: String { text { $0.written ?? "{\($0.quantity.text)}" } }

  /// Decimal numbers among the words, which nothing computes.
  public var plainNumbers: [String] {
    parts.flatMap { part -> [String] in
      guard case .words(let words) = part else { return [] }
      return words.split { !($0.isASCII && ($0.isNumber || $0 == ".")) }.compactMap { piece in
        var piece = piece
        while piece.last == "." { piece.removeLast() }
        return piece.contains(".") && piece.first != "." && Double(decimal: piece) != nil ? String(piece) : nil
      }
    }
  }

  /// The text with its numbers.
  func text(_ shown: (QuotedNumber) -> String) -> String {
    parts.map { part in
      switch part {
      case .words(let words): words
      case .number(let number): shown(number)
      }
    }.joined()
  }
}

/// A number in a text.
public struct QuotedNumber: Sendable, Equatable {
  /// As it was when the text was written; nil where that was not said.
  public let written: String?
  /// What it is.
  public let quantity: Quantity

  /// Reads what stands between braces.
  init(_ content: String) throws(QuantityFailure) {
    // `0.69 = p ...`: only this equal sign has spaces around it.
    let pieces = content.split(separator: " ")
    if pieces.count > 2, pieces[1] == "=" {
      let written = String(pieces[0])
      guard QuotedNumber.value(written) != nil else { throw QuantityFailure("'\(written)' is not a number") }
      self.written = written
      quantity = try Quantity(pieces.dropFirst(2).joined(separator: " "))
    } else {
      written = nil
      quantity = try Quantity(pieces.joined(separator: " "))
    }
  }

  /// Whether somebody may have meant a number by it.
  static func looksLikeOne(_ content: String) -> Bool {
    content.contains("=") || Quantity.Name(rawValue: content) != nil
  }

  /// The number that was written.
  public var value: Double? { written.flatMap(QuotedNumber.value) }

  /// How many decimals it is shown with.
  var decimals: Int {
    guard let written else { return quantity.decimals }
    return written.firstIndex(of: ".").map { written[$0...].count - 1 } ?? 0
  }

  /// A value as this number is written.
  func shown(_ value: Double) -> String { Words.fixed(value, decimals) }

  /// What stands in its place until it is computed: as long as the number will be.
  var placeholder: String {
    String(repeating: "·", count: max(written?.count ?? (decimals == 0 ? 1 : decimals + 2), 1))
  }

  /// Whether a computed value is the one that was written: rounded to its decimals, or as near to that as another
  /// processor computes.
  public func agrees(with value: Double) -> Bool {
    guard let number = written.flatMap(QuotedNumber.value) else { return true }
    return Quantity.agrees(value, with: number, decimals: decimals)
  }

  private static func value(_ text: String) -> Double? {
    text.hasPrefix("-") ? Double(decimal: text.dropFirst()).map { -$0 } : Double(decimal: text)
  }
}

extension Quantity {
  /// How far a number may lie from its rounding: another processor adds in another order.
  static let tolerance = 1e-3

  package static func agrees(_ value: Double, with number: Double, decimals: Int) -> Bool {
    var unit = 1.0
    for _ in 0..<decimals { unit /= 10 }
    return abs(value - number) <= unit / 2 + min(tolerance, unit / 10)
  }
}
