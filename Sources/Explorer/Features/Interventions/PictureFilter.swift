import Activations
import Insights

/// Which queries and keys are left out of the picture. This changes nothing in the computation.
package struct PictureFilter: Equatable {
  /// One entry a position, or none where nothing is left out.
  package let isHiddenQuery: [Bool]
  package let isHiddenKey: [Bool]

  /// Nothing is left out.
  package static let none = PictureFilter(isHiddenQuery: [], isHiddenKey: [])

  private init(isHiddenQuery: [Bool], isHiddenKey: [Bool]) {
    (self.isHiddenQuery, self.isHiddenKey) = (isHiddenQuery, isHiddenKey)
  }

  init(_ interventions: Interventions, for input: TokenizedInput) {
    guard !interventions.hidden.isEmpty || interventions.filter != nil else {
      isHiddenQuery = []
      isHiddenKey = []
      return
    }
    let roles = TokenRoles(input)
    let isHidden = input.inputIDs.indices.map { position in
      interventions.hidden.contains { kind in
        switch kind {
        case .first: position == roles.first
        case .separators: roles.isSeparator[position]
        case .pad: roles.isPad[position]
        case .punctuation: roles.isPunctuation[position]
        }
      }
    }
    // A filter is for pairs; without a second text there is nothing to choose from.
    let filter = roles.isPair ? interventions.filter : nil
    func hidden(_ text: Int?) -> [Bool] {
      isHidden.indices.map { isHidden[$0] || text != nil && roles.segments[$0] != text }
    }
    isHiddenQuery = hidden(filter?.queries)
    isHiddenKey = hidden(filter?.keys)
  }

  /// Whether anything is left out.
  package var isActive: Bool { isHiddenQuery.contains(true) || isHiddenKey.contains(true) }

  package func hides(query: Int) -> Bool { query < isHiddenQuery.count && isHiddenQuery[query] }
  package func hides(key: Int) -> Bool { key < isHiddenKey.count && isHiddenKey[key] }
  package func hides(query: Int, key: Int) -> Bool { hides(query: query) || hides(key: key) }
}

extension State {
  /// What is left out of pictures of an input.
  package func pictureFilter(_ input: TokenizedInput) -> PictureFilter {
    PictureFilter(exploration.interventions, for: input)
  }
}

extension Computation {
  /// The largest probability of a head that is not hidden from the picture; nil where nothing is hidden.
  package func largestShown(of index: HeadIndex, interventions: Interventions) -> Float? {
    let filter = PictureFilter(interventions, for: encoding.input)
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
