import Activations
import Support
import Survey

/// A filter for the table of heads as it is typed: conditions separated by spaces, all of which must hold.
///
/// `entropy<1`, `pair>0.3`, `layer=3` and `self>=0.5` compare a column, or where a head is; `L3` and `H7` say where it is, too, as
/// the screen counts. Any other word must occur in the name of the head's pattern or of its shape: `prev`, `diagonal`. A comparison
/// without its number is not finished, and leaves nothing out.
struct HeadFilter: Equatable {
  private enum Subject: Equatable {
    case layer, head
    case column(HeadColumn)
    case number(SurveyNumber)
  }

  private enum Sign: String, CaseIterable {
    // The longer ones first: the first that is found is taken.
    case atMost = "<="
    case atLeast = ">="
    case below = "<"
    case above = ">"
    case equal = "="

    func holds(_ a: Double, _ b: Double) -> Bool {
      switch self {
      case .atMost: a <= b
      case .atLeast: a >= b
      case .below: a < b
      case .above: a > b
      // As far as the screen shows numbers.
      case .equal: abs(a - b) < 0.005
      }
    }
  }

  private enum Term: Equatable {
    case word(String)
    case comparison(Subject, Sign, Double)
    /// A comparison that ends with its sign.
    case unfinished
    /// No column has this name, or what should be a number is none.
    case unknown(String)
  }

  private let terms: [Term]

  /// - Parameter numbers: of a survey, whose names take the place of columns.
  init(_ text: String, numbers: [SurveyNumber]? = nil) {
    terms = text.lowercased().split(whereSeparator: \.isWhitespace).map { HeadFilter.term($0, numbers) }
  }

  /// What is not understood, in words; nil where everything is.
  var problem: String? {
    for case .unknown(let problem) in terms { return problem }
    return nil
  }

  /// Whether it compares a number of the marked pair.
  var usesPair: Bool {
    terms.contains { term in
      if case .comparison(.column(let column), _, _) = term { column.isOfPair } else { false }
    }
  }

  private static func term(_ word: Substring, _ numbers: [SurveyNumber]?) -> Term {
    if let place = place(word) { return place }
    for sign in Sign.allCases {
      guard let range = word.firstRange(of: sign.rawValue) else { continue }
      let (name, digits) = (word[..<range.lowerBound], word[range.upperBound...])
      guard let subject = subject(named: name, numbers) else {
        let known = numbers == nil ? "there are \(names)" : "R lists the numbers of the survey"
        return .unknown("no column is called \"\(name)\": \(known)")
      }
      guard !digits.isEmpty else { return .unfinished }
      guard let number = Double(decimal: digits) else {
        return .unknown("\"\(digits)\" is no number to compare \(name) with: \(name)\(sign.rawValue)0.5")
      }
      return .comparison(subject, sign, number)
    }
    return .word(String(word))
  }

  /// `l3`, `h7`.
  private static func place(_ word: Substring) -> Term? {
    guard let first = word.first, first == "l" || first == "h", let number = Int(decimal: word.dropFirst()) else {
      return nil
    }
    return .comparison(first == "l" ? .layer : .head, .equal, Double(number))
  }

  /// All names, for a message.
  private static let names = (["layer", "head"] + HeadColumn.allCases.filter(\.isNumber).map(\.rawValue)).joined(
    separator: ", ")

  private static func subject(named name: Substring, _ numbers: [SurveyNumber]?) -> Subject? {
    switch name {
    case "": nil
    case "layer", "l": .layer
    case "head", "h": .head
    default:
      if let numbers {
        number(named: name, numbers).map(Subject.number)
      } else {
        column(named: name).map(Subject.column)
      }
    }
  }

  /// Numbers of a survey go by their names, or by the beginnings of them.
  private static func number(named name: Substring, _ numbers: [SurveyNumber]) -> SurveyNumber? {
    numbers.first { $0.name.lowercased() == name || $0.shortTitle.lowercased() == name }
      ?? numbers.first { $0.name.lowercased().hasPrefix(name) }
  }

  /// Columns go by their names, or by the beginnings of them.
  private static func column(named name: Substring) -> HeadColumn? {
    let columns = HeadColumn.allCases.filter(\.isNumber)
    func isCalled(_ column: HeadColumn) -> Bool { column.rawValue.lowercased() == name }
    func begins(_ column: HeadColumn) -> Bool { column.rawValue.lowercased().hasPrefix(name) }
    return columns.first(where: isCalled)
      // What begins so meant these before there was a marked pair among the columns.
      ?? columns.first { begins($0) && !$0.isOfPair } ?? columns.first(where: begins)
      // [CLS], [SEP] and PAD go by these names, too.
      ?? HeadColumn.numbers.first { column in
        let title = column.shortTitle.lowercased()
        return column.shortTitle == column.shortTitle.uppercased() && (name == title || name == "[\(title)]")
      }
  }

  /// Whether a head is shown; `first` is what layers and heads are counted from.
  func matches(_ row: HeadRow, countingFrom first: Int) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .word(let word):
        row.pattern.name.lowercased().contains(word) || (row.pattern.shape?.rawValue.contains(word) ?? false)
      case .comparison(.layer, let sign, let number): sign.holds(Double(row.index.layer + first), number)
      case .comparison(.head, let sign, let number): sign.holds(Double(row.index.head + first), number)
      case .comparison(.column(let column), let sign, let number): row[column].map { sign.holds($0, number) } ?? false
      // Numbers of a survey are none of the sentence.
      case .comparison(.number, _, _): false
      case .unfinished: true
      case .unknown: false
      }
    }
  }

  /// Whether a head of a survey is shown.
  func matches(_ head: HeadIndex, of survey: ShownSurvey, countingFrom first: Int) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .word(let word): survey.pattern(head)?.name.lowercased().contains(word) ?? false
      case .comparison(.layer, let sign, let number): sign.holds(Double(head.layer + first), number)
      case .comparison(.head, let sign, let number): sign.holds(Double(head.head + first), number)
      case .comparison(.number(let name), let sign, let number):
        survey.cell(name, head).map { sign.holds($0.value, number) } ?? false
      case .comparison(.column, _, _): false
      case .unfinished: true
      case .unknown: false
      }
    }
  }
}
