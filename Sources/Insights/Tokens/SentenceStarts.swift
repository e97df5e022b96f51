/// Where sentences and paragraphs of a text begin, in code points.
///
/// A paragraph ends with an empty line; in a text without empty lines, with every line. A sentence ends with its paragraph, and
///
/// - behind `。`, `！`, `？` and `｡`; where a quote or bracket closes after these, only if another opens or white space follows;
/// - behind `.`, `!`, `?`, `…`, `؟`, `۔`, `।` and `॥`, closing quotes and brackets after these included, where white space follows, and what
///   comes then does not begin with a small letter. A full stop does not end one behind a title or an abbreviation that is hardly ever the
///   last word (`Dr.`, `vs.`; before a number also `Fig.`, `No.`, `Jan.`), a single letter (`J. Smith`), a word with a full stop inside
///   (`e.g.`, `U.S.`), or a number that is all there is so far (`1. The first`).
package struct SentenceStarts {
  /// Each begins with something that is no white space.
  package let sentences: [Int]
  package let paragraphs: [Int]

  private let text: [Unicode.Scalar]

  package init(_ text: [Unicode.Scalar]) {
    self.text = text
    paragraphs = SentenceStarts.paragraphs(of: text)
    var sentences: [Int] = []
    for (index, start) in paragraphs.enumerated() {
      let end = index + 1 < paragraphs.count ? paragraphs[index + 1] : text.count
      sentences += SentenceStarts.sentences(of: text, in: start..<end)
    }
    self.sentences = sentences
  }

  // MARK: Paragraphs

  private static func paragraphs(of text: [Unicode.Scalar]) -> [Int] {
    // For each beginning of a line that is not empty: how many lines have ended since the last one that is not.
    var (starts, breaks): ([(start: Int, breaks: Int)], Int) = ([], 0)
    var isAtStart = true
    for (place, scalar) in text.enumerated() {
      if scalar.endsLine {
        // CR LF is one end.
        if scalar != "\n" || place == 0 || text[place - 1] != "\r" { breaks += 1 }
        isAtStart = true
      } else if isAtStart, !scalar.properties.isWhitespace {
        starts.append((place, breaks))
        (isAtStart, breaks) = (false, 0)
      }
    }
    let hasEmptyLines = starts.dropFirst().contains { $0.breaks > 1 }
    return starts.enumerated().filter { $0 == 0 || !hasEmptyLines || $1.breaks > 1 }.map(\.element.start)
  }

  // MARK: Sentences

  private static func sentences(of text: [Unicode.Scalar], in range: Range<Int>) -> [Int] {
    var starts = [range.lowerBound]
    var place = range.lowerBound
    while place < range.upperBound {
      guard text[place].endsSentence else {
        place += 1
        continue
      }
      let first = place
      while place < range.upperBound, text[place].endsSentence || text[place].closes { place += 1 }
      let (isAtOnce, closes) = (
        text[first..<place].contains(where: \.endsSentenceAtOnce), text[first..<place].contains(where: \.closes)
      )
      var next = place
      while next < range.upperBound, text[next].properties.isWhitespace { next += 1 }
      guard next < range.upperBound, next > place || isAtOnce && (!closes || text[next].opens),
        !beginsSmall(text, next..<range.upperBound)
      else {
        continue
      }
      if text[first] == ".", place - first == 1,
        isAbbreviation(text, from: starts.last ?? range.lowerBound, stop: first, next: text[next])
      {
        continue
      }
      starts.append(next)
      place = next
    }
    return starts
  }

  /// Whether what follows goes on with a small letter, behind opening quotes and brackets.
  private static func beginsSmall(_ text: [Unicode.Scalar], _ range: Range<Int>) -> Bool {
    guard let first = range.first(where: { !text[$0].opens }) else { return false }
    return text[first].properties.isLowercase
  }

  /// Whether the word before a full stop is one that goes on behind it.
  private static func isAbbreviation(_ text: [Unicode.Scalar], from start: Int, stop: Int, next: Unicode.Scalar) -> Bool
  {
    var begin = stop
    while begin > start, !text[begin - 1].properties.isWhitespace, !text[begin - 1].opens { begin -= 1 }
    let word = text[begin..<stop]
    if word.isEmpty { return false }
    if word.contains(".") { return word.allSatisfy { $0 == "." || $0.properties.isAlphabetic } }
    if word.count == 1, let letter = word.first, letter.properties.isAlphabetic { return true }
    if begin == start, word.allSatisfy({ $0.properties.numericType == .decimal }) { return true }
    var lower = String.UnicodeScalarView()
    lower.append(contentsOf: word)
    let name = String(lower).lowercased()
    return goingOn.contains(name) || next.properties.numericType != nil && beforeNumbers.contains(name)
  }

  private static let goingOn: Set<String> = [
    "mr", "mrs", "ms", "dr", "prof", "st", "mt", "messrs", "mme", "mlle", "hr", "fr", "sr", "sra", "gen", "col", "maj",
    "capt",
    "lt", "cmdr", "sgt", "gov", "sen", "rep", "rev", "hon", "pres", "cf", "vs", "viz", "approx", "ca", "bzw", "vgl",
    "ggf",
  ]
  private static let beforeNumbers: Set<String> = [
    "fig", "figs", "eq", "eqs", "sec", "ch", "no", "nos", "nr", "vol", "pp", "ed", "jan", "feb", "mar", "apr", "jun",
    "jul",
    "aug", "sep", "sept", "oct", "nov", "dec",
  ]
}

extension Unicode.Scalar {
  /// Whether a line ends with it.
  fileprivate var endsLine: Bool {
    switch value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  fileprivate var endsSentenceAtOnce: Bool {
    switch self {
    case "。", "！", "？", "｡": true
    default: false
    }
  }

  fileprivate var endsSentence: Bool {
    switch self {
    case ".", "!", "?", "…", "؟", "۔", "।", "॥": true
    default: endsSentenceAtOnce
    }
  }

  /// Quotes and brackets at the end.
  fileprivate var closes: Bool {
    if self == "\"" || self == "'" { return true }
    switch properties.generalCategory {
    case .closePunctuation, .finalPunctuation: return true
    default: return false
    }
  }

  /// Quotes and brackets at the start.
  fileprivate var opens: Bool {
    if self == "\"" || self == "'" { return true }
    switch properties.generalCategory {
    case .openPunctuation, .initialPunctuation: return true
    default: return false
    }
  }
}
