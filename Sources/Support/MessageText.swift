/// One line that the program says to a person, as an error or a note. It knows which of it are the program's own words and
/// which are quoted from files, servers, command lines and the like.
///
/// What is interpolated counts as quoted, except numbers, other messages and `\(words: ...)`. A quote stands on the line, nothing in
/// it is obeyed by a terminal, and all quotes of a message together have at most `MessageText.mostQuoted` characters: the
/// longest ones are cut in their middle, and show it.
public struct MessageText: Sendable, Equatable, CustomStringConvertible {
  /// How many code points a message quotes at most.
  public static let mostQuoted = 200
  /// How many bytes a word of a command line may have to be shown whole.
  static let longestShellWord = 512

  fileprivate enum Piece: Sendable, Equatable {
    case words(String)
    case quote([Unicode.Scalar])
  }

  fileprivate var pieces: [Piece]

  /// Words of the program itself, as they are.
  public init(words: String) { pieces = [.words(words)] }

  /// Text from outside, all of it quoted.
  public init(quoting text: String) { pieces = [.quote(Excerpt.shown(text))] }

  /// What an error says of itself; an error that does not tell words from quotes is a quote.
  public init(_ error: any Error) {
    if let error = error as? any TextualError { self = error.text } else { self.init(quoting: "\(error)") }
  }

  /// The line as it is shown: quotes made visible, and cut.
  public var description: String {
    let limit = quoteLimit
    var result = String.UnicodeScalarView()
    for piece in pieces {
      switch piece {
      case .words(let words): result.append(contentsOf: words.unicodeScalars)
      case .quote(let quote): result.append(contentsOf: Excerpt.cut(quote, to: limit))
      }
    }
    return String(result)
  }

  /// How long a quote may be: short ones leave room to the long ones.
  private var quoteLimit: Int {
    var lengths = pieces.compactMap { if case .quote(let quote) = $0 { quote.count } else { nil } }.sorted()
    var room = Self.mostQuoted
    while let shortest = lengths.first {
      guard shortest <= room / lengths.count else { return room / lengths.count }
      room -= shortest
      lengths.removeFirst()
    }
    return .max
  }

  /// Whether both show the same line.
  public static func == (left: MessageText, right: MessageText) -> Bool { left.description == right.description }

  /// One message after the other.
  public static func + (left: MessageText, right: MessageText) -> MessageText {
    var sum = left
    sum.pieces += right.pieces
    return sum
  }

  /// Adds to the end of a message.
  public static func += (left: inout MessageText, right: MessageText) { left = left + right }
}

extension MessageText: ExpressibleByStringInterpolation {
  /// Words of the program.
  public init(stringLiteral words: String) { self.init(words: words) }

  /// Words of the program, and what is quoted between them.
  public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  /// Collects words and quotes; what is interpolated without `words:` is a quote.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    /// Nothing yet.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Words of the program.
    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { pieces.append(.words(literal)) }
    }

    /// Text from outside.
    public mutating func appendInterpolation(_ text: String) { pieces.append(.quote(Excerpt.shown(text))) }

    /// Text from outside.
    public mutating func appendInterpolation(_ text: Substring) { appendInterpolation(String(text)) }

    /// Words of the program that are not written out here.
    public mutating func appendInterpolation(words: String) { pieces.append(.words(words)) }

    /// A whole number, which is no quote.
    public mutating func appendInterpolation(_ number: some BinaryInteger) { appendInterpolation(words: "\(number)") }

    /// Text from outside as a word of a command line that can be pasted: it is not cut, unless no path could be so long.
    public mutating func appendInterpolation(shell text: String) {
      let word = text.utf8.count <= MessageText.longestShellWord ? shellWord(text) : text
      if word.utf8.count <= MessageText.longestShellWord {
        pieces.append(.words(word))
      } else {
        appendInterpolation(text)
      }
    }

    /// A number, which is no quote.
    public mutating func appendInterpolation(_ number: some BinaryFloatingPoint) {
      appendInterpolation(words: "\(number)")
    }

    /// Another message, which keeps its quotes.
    public mutating func appendInterpolation(_ message: MessageText) { pieces += message.pieces }

    /// What an error says of itself.
    public mutating func appendInterpolation(_ error: some Error) { pieces += MessageText(error).pieces }

    /// Numbers, such as a shape; many of them are cut like any quote.
    public mutating func appendInterpolation(_ numbers: [Int]) { appendInterpolation("\(numbers)") }
  }
}

/// An error that says in one line what is wrong.
public protocol TextualError: Error, CustomStringConvertible {
  var text: MessageText { get }
}

extension TextualError {
  /// The message as it is shown.
  public var description: String { text.description }
}

/// Pieces of texts from outside.
enum Excerpt {
  /// What a message shows of a text at most, made visible. Of a longer one the beginning and the end.
  static func shown(_ text: String) -> [Unicode.Scalar] {
    let most = MessageText.mostQuoted
    var scalars = Array(text.unicodeScalars.prefix(2 * most + 1))
    if scalars.count > 2 * most {
      scalars = scalars[..<most] + ["…"] + text.unicodeScalars.suffix(most)
    }
    var result: [Unicode.Scalar] = []
    for scalar in scalars {
      if let picture = scalar.controlPicture {
        result.append(picture)
      } else if !scalar.isUnsafeToShow {
        result.append(scalar)
      } else if !(scalar.isSelector && !result.isEmpty) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
        result.append(contentsOf: "<U+\(zeros)\(digits)>".unicodeScalars)
      }
    }
    return result
  }

  /// At most `limit` code points, with a sign where some are missing.
  static func cut(_ scalars: [Unicode.Scalar], to limit: Int) -> [Unicode.Scalar] {
    guard scalars.count > limit else { return scalars }
    guard limit > 0 else { return [] }
    let kept = limit - 1
    return scalars.prefix(kept - kept / 2) + ["…"] + scalars.suffix(kept / 2)
  }
}
