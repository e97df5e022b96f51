import Activations
import Insights
import Support

/// The statistics of all heads with the names of their patterns, [layer][head].
public struct HeadTable: Sendable, Equatable {
  /// [layer][head]
  public let statistics: [[HeadStatistics]]
  /// What each head does, by the rules of `HeadPattern`: [layer][head].
  public let patterns: [[HeadPattern]]

  /// Names the pattern of each head by its statistics, [layer][head].
  public init(_ statistics: [[HeadStatistics]]) {
    self.statistics = statistics
    patterns = statistics.map { $0.map(HeadPattern.init) }
  }
}

/// What is known of one head.
package struct HeadRow: Equatable {
  package let index: HeadIndex
  package let statistics: HeadStatistics
  package let pattern: HeadPattern
  /// Numbers that are no statistics of this sentence's attention, as far as they are known.
  var others: [HeadColumn: Double] = [:]

  /// Nil for columns that are not numeric, and for missing numbers.
  package subscript(column: HeadColumn) -> Double? {
    guard let statistic = column.statistic else { return others[column] }
    return statistics.has(statistic) ? statistics[statistic] : nil
  }
}

extension State {
  /// All heads, layer by layer; empty until the statistics are computed.
  package var headRows: [HeadRow] {
    guard let table = headTable else { return [] }
    let numbers: [(HeadColumn, [[Double]]?)] = [
      (.variability, found(VariabilityTask())), (.effect, headEffects),
      (.taskImportance, headImportance.flatMap { $0.step == learning?.snapshot ? $0.heads : nil }),
    ]
    let attribution = attribution
    let pairs = pairShares
    return table.statistics.enumerated().flatMap { layer, heads in
      heads.enumerated().map { head, statistics in
        let index = HeadIndex(layer: layer, head: head)
        var row = HeadRow(index: index, statistics: statistics, pattern: table.patterns[layer][head])
        for case (let column, let numbers?) in numbers
        where numbers.indices.contains(layer) && numbers[layer].indices.contains(head) {
          row.others[column] = numbers[layer][head]
        }
        if let pairs, pairs.indices.contains(layer), pairs[layer].indices.contains(head) {
          row.others[.pair] = Double(pairs[layer][head].probability)
          row.others[.rank] = pairs[layer][head].rank.map(Double.init)
        }
        if let attribution {
          row.others[.importance] = attribution.importance(of: index)
          row.others[.relativeImportance] = attribution.relativeImportance(of: index)
        }
        return row
      }
    }
  }

  /// What the table is filtered by: what is being typed, or what was kept.
  package var headFilter: String { filterPrompt?.text ?? exploration.heads.filter }

  /// The heads that match the filter, sorted.
  package func sorted(_ rows: [HeadRow]) -> [HeadRow] {
    let filter = HeadFilter(headFilter)
    return rows.filter { filter.matches($0, countingFrom: exploration.countFrom) }.sorted(
      by: exploration.heads.column, isDescending: exploration.heads.isDescending)
  }

  /// The head under the marker of the table: the selected one, or where that is not listed, the first one that is. In other
  /// views, the selected one.
  package var markedHead: HeadIndex {
    guard exploration.view == .heads, !headFilter.isEmpty, shownSurvey == nil || exploration.survey.part == .table
    else {
      return head
    }
    return firstListed(headFilter) ?? head
  }

  /// The first head that a filter lists, where the selected one is not among those; nil where it is, and where none is.
  func firstListed(_ text: String) -> HeadIndex? {
    if exploration.view == .heads, let survey = shownSurvey {
      let heads = surveyHeads(survey, filter: text)
      return heads.contains(head) ? nil : heads.first
    }
    let filter = HeadFilter(text)
    let rows = headRows.filter { filter.matches($0, countingFrom: exploration.countFrom) }
    guard !rows.contains(where: { $0.index == head }) else { return nil }
    return rows.sorted(by: exploration.heads.column, isDescending: exploration.heads.isDescending).first?.index
  }

  /// Why the filter is not understood, in words; nil where it is.
  package var filterProblem: String? { HeadFilter(headFilter, numbers: shownSurvey?.numbers).problem }

  /// The number that the end of the colours stands for in a column: the ceiling of the entropy, or the largest of all heads.
  package func top(of column: HeadColumn, in rows: [HeadRow]) -> Float {
    if column == .rank { return 1 }
    let largest = rows.compactMap { $0[column] }.filter(\.isFinite).max() ?? 1
    return column == .entropy ? Float(rows.map(\.statistics.entropyCeiling).max() ?? largest) : Float(largest)
  }
}

extension [HeadRow] {
  /// Equal heads stay in the order of layers; heads without the number, or with NaN, come last.
  package func sorted(by column: HeadColumn, isDescending: Bool) -> [HeadRow] {
    func ordered<Value: Comparable>(_ a: Value, _ b: Value) -> Bool { isDescending ? a > b : a < b }
    switch column {
    case .place: return isDescending ? reversed() : self
    case .pattern:
      return sorted { a, b in
        a.pattern.name == b.pattern.name ? false : ordered(a.pattern.name, b.pattern.name)
      }
    default:
      func number(_ row: HeadRow) -> Double { row[column] ?? .nan }
      // Swift's sort is stable.
      return sorted {
        isDescending ? number($0).isLarger(than: number($1)) : number($0).isSmaller(than: number($1))
      }
    }
  }
}
