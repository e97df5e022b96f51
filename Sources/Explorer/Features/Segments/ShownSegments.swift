import Activations
import Insights

/// What the axes of the Head view are made of.
enum ShownAxes: Sendable, Equatable {
  /// Tokens, or the words that they are pieces of.
  case tokens
  /// Sentences or paragraphs that are being worked out.
  case awaited
  case segments(ShownSegments)
}

/// Sentences or paragraphs on the screen, each in the place of a token.
final class ShownSegments: Sendable, Equatable {
  /// What it was made from.
  private let task: SegmentsTask
  private let source: Int
  private let countFrom: Int
  /// The result on the screen, with sentences or paragraphs for tokens, in one head.
  let computation: Computation
  let places: ShownPlaces

  init(_ found: SegmentedHead, _ task: SegmentsTask, of computation: Computation, countFrom: Int) {
    (self.task, source, self.countFrom) = (task, computation.id, countFrom)
    self.computation = computation.segmented(found, of: task.head, countFrom: countFrom)
    places = ShownPlaces(self.computation)
  }

  /// The same with something else in the place of what is shown.
  init(_ other: ShownSegments, _ change: (Computation) -> Computation) {
    (task, source, countFrom, places) = (other.task, other.source, other.countFrom, other.places)
    computation = change(other.computation)
  }

  static func == (a: ShownSegments, b: ShownSegments) -> Bool {
    a === b || a.isOf(b.task, b.computation, countFrom: b.countFrom)
  }

  /// Whether it is still what would be made.
  func isOf(_ task: SegmentsTask, _ computation: Computation, countFrom: Int) -> Bool {
    self.task == task && source == computation.id && self.countFrom == countFrom
  }
}

extension State {
  /// Whether sentences or paragraphs stand in the places of tokens on the screen.
  package var showsSegments: Bool {
    if case .tokens = axes { false } else { exploration.view == .head }
  }

  var segmentsOnScreen: ShownSegments? {
    if exploration.view == .head, case .segments(let segments) = axes { segments } else { nil }
  }

  var awaitsSegments: Bool {
    if exploration.view == .head, case .awaited = axes { true } else { false }
  }

  /// The tokens that were marked, where sentences or paragraphs are on the screen; else nil.
  var tokensInSegments: (query: Int, key: Int)? {
    guard showsSegments, let count = tokenComputation?.encoding.input.count, count > 0 else { return nil }
    func inside(_ position: Int) -> Int { min(max(position, 0), count - 1) }
    let visited = visitedPair
    return (
      inside(visited?.query ?? present(exploration.query)), inside(visited?.key ?? present(exploration.key))
    )
  }

  /// Puts something else in the place of what is shown of sentences or paragraphs.
  package mutating func changeSegments(_ change: (Computation) -> Computation) {
    if case .segments(let segments) = axes { axes = .segments(ShownSegments(segments, change)) }
  }

  /// Follows what was chosen and what has been worked out.
  mutating func updateAxes() {
    guard let unit = wantedSegments, let computation = tokenComputation else {
      if axes != .tokens { axes = .tokens }
      return
    }
    let task = SegmentsTask(of: head, unit)
    switch findings(Analysis(task)) {
    case nil: axes = .awaited
    case .unavailable?: axes = .tokens
    case .found?:
      if case .segments(let shown) = axes, shown.isOf(task, computation, countFrom: exploration.countFrom) { return }
      axes =
        found(task).map { .segments(ShownSegments($0, task, of: computation, countFrom: exploration.countFrom)) }
        ?? .tokens
    }
  }
}

extension SegmentedHead {
  /// The sentences or paragraphs as tokens.
  func input(_ input: TokenizedInput, countFrom: Int) -> TokenizedInput {
    func first<Value>(_ values: [Value]) -> [Value] { groups.ranges.map { values[$0.lowerBound] } }
    let names = groups.ranges.indices.map { name($0, input, countFrom) }
    var segments = TokenizedInput(
      inputIDs: first(input.inputIDs), tokenTypeIDs: first(input.tokenTypeIDs), tokens: names,
      offsets: groups.ranges.map { range in
        let (start, end) = (input.offsets[range.lowerBound].lowerBound, input.offsets[range.upperBound - 1].upperBound)
        return start..<max(start, end)
      }, specialTokensMask: first(input.specialTokensMask), sequenceIDs: first(input.sequenceIDs),
      attentionMask: first(input.attentionMask), droppedTokens: input.droppedTokens)
    segments.namesInText = names
    return segments
  }

  /// A sentence by its number and its first words; what the tokenizer added, and PAD, by its name.
  private func name(_ index: Int, _ input: TokenizedInput, _ countFrom: Int) -> String {
    let (range, text) = (groups.ranges[index], groups.texts[index])
    guard input.attentionMask[range.lowerBound] else { return range.count > 1 ? "PAD×\(range.count)" : "PAD" }
    guard !input.specialTokensMask[range.lowerBound] else { return text }
    return "\(index + countFrom) \(SegmentedHead.beginning(of: text))"
  }

  /// As many words from the start as a list has room for.
  static func beginning(of text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > mostInName else { return text }
    var beginning = String.UnicodeScalarView(scalars.prefix(mostInName))
    if let space = beginning.lastIndex(of: " "), beginning[..<space].count > mostInName / 2 {
      beginning = String.UnicodeScalarView(beginning[..<space])
    }
    return String(beginning) + "…"
  }

  private static let mostInName = 28
}

extension LayerTrace {
  /// Of a head whose attention goes between parts of the text, with no attention in the others: [heads, part, part].
  func segmented(_ attention: PooledAttention, head: Int?) -> LayerTrace {
    let count = attention.mask.queries
    let none = Tensor(shape: [heads, count, 0], [])
    let zero = Tensor(shape: [1]) { $0.update(repeating: 0) }
    let again = AttentionRecomputation { heads in
      guard heads.count == 1, let head, heads.lowerBound == head else {
        return Tensor(storage: zero.storage, shape: [heads.count, count, count], strides: [0, 0, 0])
      }
      let map = attention.probabilities
      return Tensor(storage: map.storage, offset: map.offset, shape: [1, count, count], strides: [0] + map.strides)
    }
    return LayerTrace(
      queries: none, keys: none, values: none, shape: [heads, count, count], contextLayer: none, mask: attention.mask,
      scale: scale, ablations: ablations, again: again)
  }
}
