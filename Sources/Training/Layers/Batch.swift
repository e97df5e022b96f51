import Activations
import Compute
import Encoders

/// Sentences whose rows lie one below the other.
struct Batch {
  struct Sentence {
    let input: TokenizedInput
    let mask: AttentionMask
    let rows: Range<Int>
    let positionIDs: [Int]

    var positions: Int { rows.count }
  }

  let sentences: [Sentence]
  private let visible: [VisibleKeys]
  private let windows: [Int: [VisibleKeys]]

  /// `masks` has an entry for each input; nil: each attends to all of itself.
  init(_ inputs: [TokenizedInput], masks: [AttentionMask]? = nil, for architecture: Architecture) {
    var sentences: [Sentence] = []
    for (index, input) in inputs.enumerated() {
      let first = sentences.last?.rows.upperBound ?? 0
      let ids =
        architecture.embeddings.positionsAfterPad.map { positionIDs(of: input.inputIDs, pad: $0) }
        ?? Array(0..<input.count)
      let mask =
        masks?[index]
        ?? AttentionMask(size: input.count, allowed: [Bool](repeating: true, count: input.count * input.count))
      sentences.append(
        Sentence(input: input, mask: mask, rows: first..<first + input.count, positionIDs: ids))
    }
    self.sentences = sentences
    visible = sentences.map { VisibleKeys($0.mask) }
    var windows: [Int: [VisibleKeys]] = [:]
    for case let window? in architecture.layers.map(\.rotary?.window) where windows[window] == nil {
      windows[window] = sentences.map { VisibleKeys($0.mask.limited(to: window)) }
    }
    self.windows = windows
  }

  /// How many rows all sentences have.
  var rows: Int { sentences.last?.rows.upperBound ?? 0 }

  /// The keys that queries see, sentence by sentence.
  func visibleKeys(window: Int?) -> [VisibleKeys] { window.flatMap { windows[$0] } ?? visible }
}
