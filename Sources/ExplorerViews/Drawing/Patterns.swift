import Activations
import Explorer
import Insights
import Synchronization

/// The patterns of a computation's heads, as far as they were asked for: to name one takes a look at all of its pairs.
final class Patterns: Sendable {
  private let kept = Mutex<[HeadIndex: HeadPattern]>([:])

  func pattern(of head: HeadIndex, make: () -> HeadPattern) -> HeadPattern {
    if let known = kept.withLock({ $0[head] }) { return known }
    let pattern = make()
    kept.withLock { $0[head] = pattern }
    return pattern
  }
}

extension Computation {
  /// What a head does with this sentence, by the rules of `HeadPattern`; nil where there is no such head.
  func pattern(of head: HeadIndex) -> HeadPattern? {
    let trace = encoding.trace
    guard trace.layers.indices.contains(head.layer), (0..<trace.heads).contains(head.head) else { return nil }
    return drawings.value(Patterns.init).pattern(of: head) {
      let layer = trace.layers[head.layer]
      return HeadPattern(
        HeadStatistics(
          probabilities: layer.probabilities(head: head.head), of: encoding, mask: layer.mask))
    }
  }
}

extension State {
  /// What a head does with the sentence on the screen; nil while nothing is computed, and where a question asks for it.
  func pattern(of head: HeadIndex) -> HeadPattern? {
    // What it does with the sentence is not what it does over a corpus.
    guard surveyOfView == nil else { return nil }
    guard playback?.question?.isVeiled != true, let computation else { return nil }
    let isInParts = computation.encoding.trace.isReadInParts
    let noted = isInParts ? overview(of: head).map { HeadPattern($0.statistics) } : computation.pattern(of: head)
    guard let pattern = noted else { return nil }
    return pattern.kind == .none ? nil : pattern
  }

  /// What a head is called, with its pattern where that is known: layer 1 head 8 (next).
  func nameWithPattern(of head: HeadIndex) -> String {
    name(of: head) + (pattern(of: head).map { " (\($0.name))" } ?? "")
  }
}

extension HeadPattern {
  /// Its name in six letters at most.
  var shortName: String {
    switch kind {
    case .previous: "prev"
    case .separator: "sep"
    case .punctuation: "punct"
    case .heterogeneous: "mixed"
    case .offset(let offset): offset > 0 ? "+\(offset)" : "\(offset)"
    case .key: "token"
    default: name
    }
  }

  /// What the head does, for those who have not heard of patterns; half a sentence.
  var plainWords: String {
    switch kind {
    case .previous: "every word looks at the one before it"
    case .next: "every word looks at the one after it"
    case .itself: "every word looks at itself"
    case .first: "all look at the first token"
    case .separator: "all look at the separator"
    case .punctuation: "all look at punctuation"
    case .padding: "all look at PAD"
    case .broad: "every word looks at all others"
    case .block: "every word looks at its own text"
    case .heterogeneous: "no simple pattern"
    case .offset(let offset) where offset > 0: "every word looks \(offset) ahead"
    case .offset(let offset): "every word looks \(-offset) back"
    case .key: "all look at one token"
    case .none: "nothing is attended to"
    }
  }
}
