import Activations
import Canvas
import Insights

/// Which queries and keys are left out of the picture. This changes nothing in the computation.
struct PictureFilter: Equatable {
  /// One entry a position.
  let isHiddenQuery: [Bool]
  let isHiddenKey: [Bool]

  init(_ levers: Levers, for input: TokenizedInput) {
    guard !levers.hidden.isEmpty || levers.filter != nil else {
      isHiddenQuery = []
      isHiddenKey = []
      return
    }
    let roles = TokenRoles(input)
    let isHidden = input.inputIDs.indices.map { position in
      levers.hidden.contains { kind in
        switch kind {
        case .first: position == roles.first
        case .separators: roles.isSeparator[position]
        case .pad: roles.isPad[position]
        case .punctuation: roles.isPunctuation[position]
        }
      }
    }
    // A filter is for pairs; without a second text there is nothing to choose from.
    let filter = roles.isPair ? levers.filter : nil
    func hidden(_ text: Int?) -> [Bool] {
      isHidden.indices.map { isHidden[$0] || text != nil && roles.segments[$0] != text }
    }
    isHiddenQuery = hidden(filter?.queries)
    isHiddenKey = hidden(filter?.keys)
  }

  /// Whether anything is left out.
  var isActive: Bool { isHiddenQuery.contains(true) || isHiddenKey.contains(true) }

  func hides(query: Int) -> Bool { query < isHiddenQuery.count && isHiddenQuery[query] }
  func hides(key: Int) -> Bool { key < isHiddenKey.count && isHiddenKey[key] }
  func hides(query: Int, key: Int) -> Bool { hides(query: query) || hides(key: key) }
}

extension State {
  /// What is left out of pictures of an input.
  func pictureFilter(_ input: TokenizedInput) -> PictureFilter { PictureFilter(exploration.levers, for: input) }
}

extension Computation {
  /// The largest probability of a head that is not hidden from the picture; nil where nothing is hidden.
  func largestShown(of index: HeadIndex, levers: Levers) -> Float? {
    let filter = PictureFilter(levers, for: encoding.input)
    guard filter.isActive else { return nil }
    let probabilities = encoding.trace.probabilities(index)
    var largest: Float = 0
    for query in 0..<probabilities.shape[0] where !filter.hides(query: query) {
      for key in 0..<probabilities.shape[1] where !filter.hides(key: key) {
        largest = max(largest, probabilities[query, key])
      }
    }
    return largest
  }
}

/// How much of the selected head's attention is hidden from the picture, from long to short.
struct HiddenWords {
  let state: State
  let appearance: Appearance
  let computation: Computation

  var wordings: [String] {
    guard let head = HeadPicture(state: state, computation: computation) else { return [] }
    let filter = state.pictureFilter(head.input)
    guard filter.isActive else { return ["Nothing of this sentence is hidden: it has none of it."] }
    let mass = hiddenMass(head.probabilities, isHidden: filter.isHiddenKey)
    let shown = head.input.realPositions.filter { !filter.hides(query: $0) }
    let mean = shown.isEmpty ? 0 : shown.reduce(0) { $0 + mass[$1] } / Double(shown.count)
    let row = Words.fixed(mass[head.query], 2)
    let token = TokenText.plain(head.tokens[head.query], glyphs: appearance.glyphs)
    return [
      "Hidden from the picture: \(names). With it goes \(row) of the row of \(token), \(Words.fixed(mean, 2)) of a row on "
        + "average: what is left does not sum to 1. Nothing is computed anew.",
      "Hidden from the picture, not from the model: \(names): \(row) of \(token)'s row, mean \(Words.fixed(mean, 2))",
      "Hidden, not from the model: \(names): \(row) of this row, mean \(Words.fixed(mean, 2))",
      "hidden: \(names): \(row) of the row, mean \(Words.fixed(mean, 2))", "hidden: \(row) of the row",
    ]
  }

  private var names: String {
    let kinds = TokenKind.allCases.filter(state.levers.hidden.contains).map(\.words)
    return (kinds + (state.levers.filter.map { ["all but \($0.words)"] } ?? [])).joined(separator: ", ")
  }
}
