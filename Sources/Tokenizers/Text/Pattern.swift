/// What a text is searched for: a fixed string or a regular expression.
enum Pattern: Sendable {
  case literal([UInt8])
  case regex(Regex)

  /// Calls `body` with the place of every match, from left to right.
  func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    switch self {
    case .regex(let regex): regex.forEachMatch(in: text, body)
    case .literal(let literal):
      var offset = 0
      while offset + literal.count <= text.count {
        if literal.indices.allSatisfy({ text[offset + $0] == literal[$0] }) {
          body(offset..<offset + literal.count)
          offset += literal.count
        } else {
          offset += 1
        }
      }
    }
  }
}

/// What becomes of the matches when a text is split at them. With `-` and `the-final--countdown`:
enum SplitBehavior: String, Sendable {
  /// `the` `final` `countdown`
  case removed = "Removed"
  /// `the` `-` `final` `-` `-` `countdown`
  case isolated = "Isolated"
  /// `the-` `final-` `-` `countdown`
  case mergedWithPrevious = "MergedWithPrevious"
  /// `the` `-final` `-` `-countdown`
  case mergedWithNext = "MergedWithNext"
  /// `the` `-` `final` `--` `countdown`
  case contiguous = "Contiguous"
}

/// The matches of a pattern and what lies between them, which together are the whole text.
struct Matches {
  private var spans: [(range: Range<Int>, isMatch: Bool)] = []

  /// Adds the next match.
  mutating func add(_ match: Range<Int>) {
    let end = spans.last?.range.upperBound ?? 0
    if end < match.lowerBound { spans.append((end..<match.lowerBound, false)) }
    spans.append((match, true))
  }

  /// Adds what follows the last match.
  mutating func finish(at end: Int) {
    let last = spans.last?.range.upperBound ?? 0
    if last < end { spans.append((last..<end, false)) }
  }

  /// Takes matches for the rest, and the rest for matches.
  mutating func invert() {
    for index in spans.indices { spans[index].isMatch.toggle() }
  }

  mutating func removeAll() { spans.removeAll(keepingCapacity: true) }

  /// Adds the parts that a split at the matches gives.
  func split(_ behavior: SplitBehavior, into parts: inout PreTokenizedText.Parts) {
    switch behavior {
    case .removed: for span in spans where !span.isMatch { parts.add(span.range) }
    case .isolated: for span in spans { parts.add(span.range) }
    case .contiguous: for range in merged(spans, where: { $0 == $1 }) { parts.add(range) }
    case .mergedWithPrevious: for range in merged(spans, where: { $0 && !$1 }) { parts.add(range) }
    case .mergedWithNext:
      for range in merged(spans.reversed(), where: { $0 && !$1 }).reversed() { parts.add(range) }
    }
  }

  /// Joins each span to the one before where `shouldJoin` says so of both; before the first one nothing has matched.
  private func merged(
    _ spans: [(range: Range<Int>, isMatch: Bool)], where shouldJoin: (Bool, Bool) -> Bool
  ) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var previous = false
    for span in spans {
      if shouldJoin(span.isMatch, previous), let last = ranges.last {
        ranges[ranges.count - 1] =
          min(last.lowerBound, span.range.lowerBound)..<max(last.upperBound, span.range.upperBound)
      } else {
        ranges.append(span.range)
      }
      previous = span.isMatch
    }
    return ranges
  }
}
