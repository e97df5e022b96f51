import Activations
import Canvas
import Explorer

/// The running text of an input as it was written, in the pieces that its tokens are, and what stands between these.
///
/// Tokens that the tokenizer added stand in it by their names, PAD as one mark. Where it is not known how a text writes its tokens, their
/// names stand for it.
struct DocumentText {
  enum Part: Equatable {
    /// One token, or several that one character of the text is made into; or all PAD on a side. Safe for a terminal.
    case token(Range<Int>, String)
    /// What no token has of the text: characters that the tokenizer leaves out. Safe for a terminal.
    case rest(String)
    case space(Int)
    case lineBreak

    var isInk: Bool {
      switch self {
      case .token, .rest: true
      case .space, .lineBreak: false
      }
    }
  }

  private(set) var parts: [Part] = []
  private let glyphs: GlyphSet
  /// Whether what follows does not belong to the name before it.
  private var isAfterName = false

  init(_ encoding: Encoding, glyphs: GlyphSet) {
    self.glyphs = glyphs
    let input = encoding.input
    // Of attention from one sentence to another the keys are shown, by their names: what is written holds both.
    let texts = encoding.isCross ? [] : encoding.texts
    add(input, texts.enumerated().map { WrittenText($1, index: $0, input) })
  }

  /// A text, as far as tokens reach.
  private struct WrittenText {
    let scalars: [Unicode.Scalar]
    /// Where the last token ends.
    let end: Int
    /// Where the last token that was added ends.
    var cursor = 0

    init(_ text: String, index: Int, _ input: TokenizedInput) {
      let ends = zip(input.offsets, input.sequenceIDs)
      end = ends.reduce(0) { $1.1 == index ? max($0, $1.0.upperBound) : $0 }
      // One more says whether it goes on; a text may be much longer than what the model takes.
      scalars = Array(text.unicodeScalars.prefix(end.addingSaturated(1)))
    }

    var goesOn: Bool { scalars.count > end }
  }

  private mutating func add(_ input: TokenizedInput, _ texts: [WrittenText]) {
    var texts = texts
    let names = PieceNames(input)
    let replaced = Set(input.replacedTokens.map(\.place))
    var (place, position) = (-1, 0)
    var textBefore: Int?
    while position < input.count {
      guard input.attentionMask[position] else {
        let end = input.attentionMask[position...].firstIndex(of: true) ?? input.count
        addName(mark(ofPad: end - position), for: position..<end)
        position = end
        continue
      }
      place += 1
      defer { position += 1 }
      guard !input.specialTokensMask[position], let text = input.sequenceIDs[position] else {
        if let before = textBefore, input.droppedTokens > 0, texts.indices.contains(before), texts[before].goesOn {
          addCut()
        }
        addName(names[position], for: position..<position + 1)
        continue
      }
      // The second text of a pair is a paragraph of its own.
      if let before = textBefore, before != text { parts += [.lineBreak, .lineBreak] }
      textBefore = text
      let range = input.offsets[position]
      guard texts.indices.contains(text), !range.isEmpty, range.lowerBound >= 0,
        range.upperBound <= texts[text].scalars.count
      else {
        addName(names[position], for: position..<position + 1, continues: names.continues(position))
        continue
      }
      let start = max(range.lowerBound, texts[text].cursor)
      addBetween(texts[text].scalars[texts[text].cursor..<start])
      texts[text].cursor = max(range.upperBound, start)
      if replaced.contains(place) {
        addInk(.token(position..<position + 1, TokenText.plain(names[position], glyphs: glyphs)))
      } else if start >= range.upperBound {
        join(position, else: names[position])
      } else {
        addWritten(texts[text].scalars[start..<range.upperBound], position)
      }
    }
  }

  // MARK: Parts

  private func mark(ofPad count: Int) -> String { count == 1 ? "PAD" : "PAD\(Signs(glyphs: glyphs).times)\(count)" }

  private mutating func addSpace() { if parts.last?.isInk == true { parts.append(.space(1)) } }

  private mutating func addInk(_ part: Part) {
    if isAfterName { addSpace() }
    isAfterName = false
    parts.append(part)
  }

  /// A token by its name, apart from what stands around it.
  private mutating func addName(_ name: String, for positions: Range<Int>, continues: Bool = false) {
    if !continues { addSpace() }
    parts.append(.token(positions, TokenText.plain(name, glyphs: glyphs)))
    isAfterName = true
  }

  /// A sign where the text goes on beyond the last token.
  private mutating func addCut() {
    let sign = Part.rest(Signs(glyphs: glyphs).ellipsis)
    if parts.last?.isInk == true, parts.last != sign, !isAfterName { parts.append(sign) }
  }

  /// A token that begins where the text has been written already is a piece of the same character.
  private mutating func join(_ position: Int, else name: String) {
    if case .token(let positions, let text)? = parts.last, positions.upperBound == position, !isAfterName {
      parts[parts.count - 1] = .token(positions.lowerBound..<position + 1, text)
    } else {
      addInk(.token(position..<position + 1, TokenText.plain(name, glyphs: glyphs)))
    }
  }

  /// Of more that was left out, a sign is enough.
  private static let mostBetween = 200

  /// What lies between two tokens: white space, and what the tokenizer leaves out.
  private mutating func addBetween(_ scalars: ArraySlice<Unicode.Scalar>) {
    if scalars.count > DocumentText.mostBetween, scalars.contains(where: { !$0.isWhiteSpace }) {
      if scalars.first?.isWhiteSpace == true { addSpace() }
      addInk(.rest(Signs(glyphs: glyphs).ellipsis))
      parts.append(.space(1))
      return
    }
    var ink = String.UnicodeScalarView()
    var (spaces, before): (Int, Unicode.Scalar?) = (0, nil)
    for scalar in scalars {
      if scalar.isWhiteSpace {
        if !ink.isEmpty {
          addInk(.rest(visible(String(ink), glyphs: glyphs)))
          ink.removeAll()
        }
        if !scalar.isLineBreak {
          spaces += 1
        } else if scalar != "\n" || before != "\r" {
          parts.append(.lineBreak)
          spaces = 0
        }
      } else {
        if spaces > 0 { parts.append(.space(spaces)) }
        spaces = 0
        ink.append(scalar)
      }
      before = scalar
    }
    if !ink.isEmpty { addInk(.rest(visible(String(ink), glyphs: glyphs))) }
    if spaces > 0 { parts.append(.space(spaces)) }
  }

  /// A token as the text writes it. White space around it is shown as that; of a token that is nothing else, there is a sign.
  private mutating func addWritten(_ scalars: ArraySlice<Unicode.Scalar>, _ position: Int) {
    let positions = position..<position + 1
    guard let first = scalars.firstIndex(where: { !$0.isWhiteSpace }),
      let last = scalars.lastIndex(where: { !$0.isWhiteSpace })
    else {
      let breaks = scalars.count(where: \.isLineBreak)
      let sign = breaks > 0 ? Signs(glyphs: glyphs).lineBreak : glyphs == .unicode ? "␣" : "_"
      addInk(.token(positions, sign))
      // More than one empty line says nothing more.
      parts += Array(repeating: .lineBreak, count: min(breaks, 2))
      return
    }
    addBetween(scalars[scalars.startIndex..<first])
    var ink = String.UnicodeScalarView()
    for scalar in scalars[first...last] { ink.append(scalar.isWhiteSpace ? " " : scalar) }
    addInk(.token(positions, visible(String(ink), glyphs: glyphs)))
    addBetween(scalars[(last + 1)...])
  }
}

/// What tokens are called where nothing is known of their text, without the marks that say where words begin.
private struct PieceNames {
  private let input: TokenizedInput
  private let names: [String]
  /// Whether words begin with a mark, so that a token without one goes on.
  private let marksBeginnings: Bool

  init(_ input: TokenizedInput) {
    self.input = input
    names = input.names
    marksBeginnings = names.contains { Self.beginsWithMark($0) }
  }

  private static func beginsWithMark(_ name: String) -> Bool {
    name.unicodeScalars.first == "\u{120}" || name.unicodeScalars.first == "\u{2581}"
  }

  private func isPiece(_ position: Int) -> Bool { names[position].utf8.count > 2 && names[position].hasPrefix("##") }

  /// Whether a token goes on with the word of the one before it.
  func continues(_ position: Int) -> Bool {
    isPiece(position) || marksBeginnings && !Self.beginsWithMark(names[position])
  }

  subscript(position: Int) -> String {
    guard !input.specialTokensMask[position], input.attentionMask[position] else { return names[position] }
    if isPiece(position) { return String(names[position].dropFirst(2)) }
    let name = names[position].unicodeScalars
    guard Self.beginsWithMark(names[position]), name.count > 1 else { return names[position] }
    return String(String.UnicodeScalarView(name.dropFirst()))
  }
}

extension Unicode.Scalar {
  /// Whether it is white space, line breaks included.
  fileprivate var isWhiteSpace: Bool {
    (0x20..<0x7F).contains(value) ? value == 0x20 : properties.isWhitespace
  }

  /// Whether a line ends with it.
  fileprivate var isLineBreak: Bool {
    switch value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
