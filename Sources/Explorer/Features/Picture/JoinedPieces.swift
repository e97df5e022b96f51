import Activations
import Insights

/// Where a result has its tokens. A picture asks for that of every cell, so it is kept apart from all that was computed.
struct ShownPlaces: Sendable, Equatable {
  /// How many keys there are.
  let count: Int
  /// How many queries there are: as many, unless attention goes from one sentence to another.
  let queries: Int
  /// The words that they were joined to; nil where every token stands for itself.
  let words: WordGroups?

  init(_ computation: Computation?) {
    count = computation?.encoding.input.count ?? 0
    queries = computation?.encoding.queryInput.count ?? 0
    words = computation?.joined
  }
}

extension State {
  /// Whether pieces of words are joined into words on the screen. Some views show what only pieces have: scores and their mask, what
  /// is trained, gradients, and the vectors that a head carries.
  package var showsWords: Bool { wantsWords && results[.shown]?.encoding.trace.computesRows != true }

  /// The same, of whatever text: one that is so long that attention is computed in parts is shown token by token.
  var wantsWords: Bool {
    guard exploration.joinsWords, model.recorded.map({ !$0.isCross && !$0.isReadInParts }) ?? true, !isDiagnosing,
      !exploration.showsAttribution, wantedSegments == nil
    else { return false }
    switch exploration.view {
    case .grid, .head, .flow: return !exploration.showsNorms
    case .words, .heads, .compare: return true
    case .steps, .mask, .train: return false
    }
  }

  /// An action that names positions on the screen, with the positions of tokens that these are.
  func amongTokens(_ resolution: Resolution) -> Resolution {
    guard let joined = computation?.joined else { return resolution }
    switch resolution {
    case .action(let action):
      guard case .selectPair(let query, let key)? = action.of(NavigationAction.self) else { return resolution }
      return .action(.selectPair(query: joined.position(ofWord: query), key: joined.position(ofWord: key)))
    case .control(.choose(let query, let key)):
      return .control(.choose(query: joined.position(ofWord: query), key: joined.position(ofWord: key)))
    default: return resolution
    }
  }

  /// The tokens that the crosshair is on: of a word, its first piece.
  package var tokensOfPair: (query: Int, key: Int) {
    if let tokens = tokensInSegments { return tokens }
    guard let joined = computation?.joined else { return (query, key) }
    return (joined.position(ofWord: query), joined.position(ofWord: key))
  }
}
