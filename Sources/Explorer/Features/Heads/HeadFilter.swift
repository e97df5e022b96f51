import Support

/// A filter for the table of heads as it is typed: conditions separated by spaces, all of which must hold.
///
/// `entropy<1` and `self>0.5` compare a column; any other word must occur in the name of the head's pattern or of its
/// shape: `prev`, `diagonal`.
struct HeadFilter: Equatable {
  private enum Term: Equatable {
    case word(String)
    case below(HeadColumn, Double)
    case above(HeadColumn, Double)
  }

  private let terms: [Term]

  init(_ text: String) {
    terms = text.lowercased().split(whereSeparator: \.isWhitespace).map { word in
      for sign: Character in ["<", ">"] {
        guard let place = word.firstIndex(of: sign), let column = HeadFilter.column(named: word[..<place]),
          let number = Double(decimal: word[word.index(after: place)...])
        else { continue }
        return sign == "<" ? .below(column, number) : .above(column, number)
      }
      return .word(String(word))
    }
  }

  /// Columns go by their names, or by the beginnings of them.
  private static func column(named name: Substring) -> HeadColumn? {
    guard !name.isEmpty else { return nil }
    return HeadColumn.allCases.first { $0.isNumber && $0.rawValue.hasPrefix(name) }
      // [CLS], [SEP] and PAD go by these names, too.
      ?? HeadColumn.numbers.first { column in
        let title = column.shortTitle.lowercased()
        return column.shortTitle == column.shortTitle.uppercased() && (name == title || name == "[\(title)]")
      }
  }

  func matches(_ row: HeadRow) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .word(let word):
        row.pattern.name.lowercased().contains(word) || (row.pattern.shape?.rawValue.contains(word) ?? false)
      case .below(let column, let number): row[column].map { $0 < number } ?? false
      case .above(let column, let number): row[column].map { $0 > number } ?? false
      }
    }
  }
}
