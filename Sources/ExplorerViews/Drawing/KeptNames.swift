import Canvas
import Explorer
import Synchronization
import UserInput

/// What the tokens of a computation are called on the screen, and what follows from that. A text may have thousands of them, and every
/// key that is pressed needs their names.
///
/// Nothing depends on what is kept here.
final class KeptNames: Sendable {
  /// The names of some tokens, safe for a terminal.
  struct Names: Sendable {
    let names: [String]
    /// The columns that the longest takes.
    let widest: Int
    /// What tokens are called in lists.
    let labels: TokenLabels

    /// Of no token.
    static let none = Names(names: [], widest: 1, labels: TokenLabels([], isPad: [], countFrom: 0, glyphs: .ascii))
  }

  private struct Look: Hashable {
    let glyphs: GlyphSet
    let countFrom: Int
    let areQueries: Bool
  }

  private let kept = Mutex<[Look: Names]>([:])

  fileprivate func names(
    _ glyphs: GlyphSet, countFrom: Int, areQueries: Bool, make: () -> Names
  ) -> Names {
    let look = Look(glyphs: glyphs, countFrom: countFrom, areQueries: areQueries)
    if let known = kept.withLock({ $0[look] }) { return known }
    let made = make()
    kept.withLock { $0[look] = made }
    return made
  }
}

extension Computation {
  /// The names of the tokens that are attended to, or of those that attend, where these are others.
  func names(_ glyphs: GlyphSet, countFrom: Int = 0, areQueries: Bool = false) -> KeptNames.Names {
    let areQueries = areQueries && encoding.isCross
    return drawings.value(KeptNames.init).names(glyphs, countFrom: countFrom, areQueries: areQueries) {
      let input = areQueries ? encoding.queryInput : encoding.input
      let names = input.names.map { TokenText.plain($0, glyphs: glyphs) }
      return KeptNames.Names(
        names: names, widest: names.map { displayWidth(of: $0, glyphs: glyphs) }.max() ?? 1,
        labels: TokenLabels(names, isPad: input.attentionMask.map { !$0 }, countFrom: countFrom, glyphs: glyphs))
    }
  }
}
