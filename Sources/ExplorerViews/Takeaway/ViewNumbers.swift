import Activations
import Explorer

/// The numbers of a view with the names of their rows and columns, to be taken along.
package struct ViewNumbers: Sendable, Equatable {
  /// What rows and columns are: query and key, layer and head.
  package let axes: (rows: String, columns: String)
  /// Untrusted text.
  package let rows: [String]
  package let columns: [String]
  /// [row][column]; NaN where there is no number.
  package let values: [[Float]]
  /// The number that is marked, if there is one among them.
  package let marked: (row: Int, column: Int)?

  package static func == (a: ViewNumbers, b: ViewNumbers) -> Bool {
    a.rows == b.rows && a.columns == b.columns && a.values == b.values
  }
}

extension ViewNumbers {
  /// The marked number, with all its digits; nil where none is marked.
  package var markedNumber: String? {
    guard let marked, values.indices.contains(marked.row), values[marked.row].indices.contains(marked.column) else {
      return nil
    }
    return ViewNumbers.text(values[marked.row][marked.column])
  }

  /// The row of the marked number, a line for the names of its columns and one for its numbers, separated by tabs.
  package var markedRow: String? {
    guard let marked, values.indices.contains(marked.row) else { return nil }
    // A tab or a line break in a name would break the table, and what is pasted into a shell must not hold other controls either.
    func field(_ text: String) -> String {
      var scalars = String.UnicodeScalarView()
      for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: continue
        default: scalars.append(scalar)
        }
      }
      return String(scalars)
    }
    let names = [axes.rows] + columns.map(field)
    let numbers = [field(rows[marked.row])] + values[marked.row].map(ViewNumbers.text)
    return names.joined(separator: "\t") + "\n" + numbers.joined(separator: "\t") + "\n"
  }

  /// As other programs read numbers; nothing where there is none.
  package static func text(_ number: Float) -> String { number.isNaN ? "" : "\(number)" }
}

// MARK: Of views

extension State {
  /// The numbers on the screen; nil where there are none to be taken along.
  package var numbersOfView: ViewNumbers? {
    guard obstacle == nil else { return nil }
    return switch exploration.view {
    case .grid: numbersOfGrid
    case .heads: numbersOfHeads
    case .words: numbersOfWords
    case .mask: numbersOfMask
    case .compare: numbersOfComparison
    case .head, .flow, .steps: HeadPicture(onScreen: self).map { numbers($0) }
    case .train: nil
    }
  }

  /// A matrix of queries and keys. What the mask blocks has no number.
  private func numbers(_ picture: HeadPicture) -> ViewNumbers {
    // Of a text that is so long that rows are computed as they are looked at, the row of the marked query.
    let isRow = picture.shown.whole == nil
    let queries = isRow ? picture.query..<picture.query + 1 : 0..<picture.queryTokens.count
    return ViewNumbers(
      axes: ("query", "key"), rows: Array(picture.queryTokens[queries]), columns: picture.tokens,
      values: queries.map { query in picture.tokens.indices.map { picture.shown(query, $0) ?? 0 } },
      marked: (picture.query - queries.lowerBound, picture.key))
  }

  /// The numbers of a survey, of the heads that it lists; of sentences and of the map, those of all heads.
  private func numbers(of survey: ShownSurvey) -> ViewNumbers? {
    let heads = surveyHeads(survey, filter: headFilter)
    guard !heads.isEmpty, !survey.numbers.isEmpty else { return nil }
    let column = surveyNumber.flatMap { survey.numbers.firstIndex(of: $0) }
    return ViewNumbers(
      axes: ("head", "number"), rows: heads.map { name(of: $0) }, columns: survey.numbers.map(\.name),
      values: heads.map { head in survey.numbers.map { survey.cell($0, head).map { Float($0.value) } ?? .nan } },
      marked: heads.firstIndex(of: head).map { ($0, column ?? 0) })
  }

  private var numbersOfHeads: ViewNumbers? {
    if let survey = shownSurvey { return numbers(of: survey) }
    let rows = sorted(headRows)
    guard !rows.isEmpty else { return nil }
    let columns = numberColumns
    let column = columns.firstIndex(of: exploration.heads.column)
    return ViewNumbers(
      axes: ("head", "number"), rows: rows.map { name(of: $0.index) }, columns: columns.map(\.rawValue),
      values: rows.map { row in columns.map { row[$0].map { Float($0) } ?? .nan } },
      marked: rows.firstIndex { $0.index == head }.map { ($0, column ?? 0) })
  }

  /// The number of every head that is on the screen; of attention, the largest probability of each.
  private var numbersOfGrid: ViewNumbers? {
    if let (survey, number) = gridSurvey {
      let (layers, heads) = (survey.shape.layers, survey.shape.heads)
      let first = exploration.countFrom
      return ViewNumbers(
        axes: ("layer", "head"), rows: (0..<layers).map { "layer \($0 + first)" },
        columns: (0..<heads).map { "head \($0 + first)" },
        values: (0..<layers).map { layer in
          (0..<heads).map { survey.cell(number, HeadIndex(layer: layer, head: $0)).map { Float($0.value) } ?? .nan }
        }, marked: (head.layer, head.head))
    }
    guard let computation else { return nil }
    var values = computation.largest
    if computation.encoding.trace.isReadInParts {
      values = values.enumerated().map { layer, heads in
        heads.indices.map { overview(of: HeadIndex(layer: layer, head: $0))?.largest ?? .nan }
      }
    }
    if let column = exploration.heads.gridColumn {
      let rows = headRows
      guard !rows.isEmpty else { return nil }
      values = values.map { $0.map { _ in .nan } }
      for row in rows
      where values.indices.contains(row.index.layer) && values[row.index.layer].indices.contains(row.index.head) {
        values[row.index.layer][row.index.head] = row[column].map { Float($0) } ?? .nan
      }
    }
    let first = exploration.countFrom
    return ViewNumbers(
      axes: ("layer", "head"), rows: values.indices.map { "layer \($0 + first)" },
      columns: (values.first ?? []).indices.map { "head \($0 + first)" }, values: values,
      marked: (head.layer, head.head))
  }

  private var numbersOfWords: ViewNumbers? {
    guard let map = similarityMap, let tokens = encoding?.input.names,
      map.cosines.shape == [tokens.count, tokens.count]
    else { return nil }
    return ViewNumbers(
      axes: ("token", "token"), rows: tokens, columns: tokens,
      values: tokens.indices.map { map.cosines.row($0) }, marked: (query, key))
  }

  private var numbersOfMask: ViewNumbers? {
    guard let encoding, encoding.trace.layers.indices.contains(head.layer) else { return nil }
    let (mask, tokens) = (encoding.trace.layers[head.layer].mask, encoding.input.names)
    // Of a text that is so long that attention is computed in parts, the row of the marked query.
    let queries = computesRows && tokens.indices.contains(query) ? query..<query + 1 : 0..<tokens.count
    return ViewNumbers(
      axes: ("query", "key"), rows: Array(tokens[queries]), columns: tokens,
      values: queries.map { query in tokens.indices.map { mask[query, $0] ? 1 : 0 } },
      marked: (query - queries.lowerBound, key))
  }

  /// B - A, of the tokens that both have.
  private var numbersOfComparison: ViewNumbers? {
    guard let comparison = headComparison, let tokens = encoding?.input.names else { return nil }
    let names = comparison.positionsB.map { tokens.indices.contains($0) ? tokens[$0] : "" }
    let queryTokens = encoding?.queryInput.names ?? []
    let queries = comparison.queriesB.map { queryTokens.indices.contains($0) ? queryTokens[$0] : "" }
    let place = comparison.places(of: (query, key))
    guard queries.indices.contains(place.query) else { return nil }
    // Of a long text, of which only coarse cells are compared, the row of the marked query.
    let shown = comparison.factor > 1 ? place.query..<place.query + 1 : 0..<queries.count
    return ViewNumbers(
      axes: ("query", "key"), rows: Array(queries[shown]), columns: names,
      values: shown.map { change(comparison, query: $0) }, marked: (place.query - shown.lowerBound, place.key))
  }
}
