import Activations

/// What the heads of an encoder make of the relations of one sentence: the heavy part of the work, which depends on nothing but the
/// sentence and its attention.
public struct SentenceSyntax: Sendable {
  /// A relation of the sentence.
  struct Pair: Sendable {
    let name: String
    /// Where it is, in code points.
    let from: Range<Int>
    let to: Range<Int>
    /// The words that it is between.
    let wordsFrom: Range<Int>
    let wordsTo: Range<Int>

    /// Whether a word is one that the head should point to.
    func isRight(_ word: Int) -> Bool { wordsTo.contains(word) && !wordsFrom.contains(word) }
    /// How many words behind the first word that points the right ones are.
    var offsets: [Int] { wordsTo.filter { !wordsFrom.contains($0) }.map { $0 - wordsFrom.lowerBound } }
  }

  /// Where a head points from a pair's first place.
  struct Prediction: Sendable {
    /// The word that it points to; −1 where there is none.
    var word: Int32 = -1
    /// The attention to it, or from it.
    var certainty = 0.0
  }

  /// How much of the gold tree is in the tree of each head.
  struct Tree: Sendable {
    /// How many relations there are.
    var edges = 0
    /// How many of them are in the head's tree, in either direction: one number a head.
    var hits: [Int]
  }

  /// How many words a sentence may have for a tree of its attention: with more, the trees would cost more than the attention.
  public static let mostWordsOfTree = 512

  /// How many heads the encoder has.
  public let shape: SurveyShape
  /// The relations that can be tested.
  let pairs: [Pair]
  /// Where its words are, in code points.
  let words: [Range<Int>]
  /// Where each head points: [direction][head · pairs + pair].
  private(set) var predictions: [[Prediction]]
  /// Nil where the sentence has no gold tree, or is too long.
  private(set) var tree: Tree?
  /// For each word class of the sentence, in the order of the alphabet, the share of the attention of each head that goes to words of that
  /// class: the mean over the queries that count.
  public private(set) var shares: [(wordClass: String, values: [Double])]
  /// The positions of the tokens of each word class.
  let wordClasses: [String: Set<Int>]
  /// What was left out of the sentence, and how often, by the corpus and here.
  public private(set) var leftOut: [CorpusProblem.Kind: Int]

  /// Looks at the attention of an encoder; nil where the corpus says nothing of the sentence but its text.
  ///
  /// - Parameter encoding: of the sentence's text alone.
  public init?(_ sentence: CorpusSentence, _ encoding: Encoding) {
    let layers = encoding.trace.layers
    self.init(
      sentence, encoding.input, shape: SurveyShape(layers: layers.count, heads: encoding.trace.heads)
    ) { layer in (layers[layer].attentionProbabilities, layers[layer].mask) }
  }

  /// Looks at attention, layer by layer; nil where the corpus says nothing of the sentence but its text.
  ///
  /// - Parameters:
  ///   - input: the tokens of the sentence's text.
  ///   - layer: the probabilities of a layer, [head, query, key], and its mask.
  public init?(
    _ sentence: CorpusSentence, _ input: TokenizedInput, shape: SurveyShape,
    layer: (_ layer: Int) -> (probabilities: Tensor, mask: AttentionMask)
  ) {
    guard !sentence.words.isEmpty || !sentence.relations.isEmpty else { return nil }
    let words = SyntaxWords(sentence, input)
    var leftOut = sentence.leftOut
    func leaveOut(_ kind: CorpusProblem.Kind, _ count: Int = 1) { if count > 0 { leftOut[kind, default: 0] += count } }
    if !sentence.words.isEmpty {
      leaveOut(.lostWord, words.lost.within)
      leaveOut(.cutWord, words.lost.cut)
    }
    pairs = sentence.relations.compactMap { relation in
      let pair = Pair(
        name: relation.name, from: relation.from, to: relation.to, wordsFrom: words.overlapping(relation.from),
        wordsTo: words.overlapping(relation.to))
      let isThere =
        pair.wordsFrom.contains { !words.positions[$0].isEmpty }
        && pair.wordsTo.contains { pair.isRight($0) && !words.positions[$0].isEmpty }
      if !isThere { leaveOut(.lostRelation) }
      return isThere ? pair : nil
    }
    self.shape = shape
    self.words = words.ranges
    predictions = SurveyDirection.allCases.map { _ in [] }
    for direction in predictions.indices { predictions[direction].reserveCapacity(shape.count * pairs.count) }
    let classes = Set(sentence.words.compactMap(\.wordClass)).sorted()
    shares = classes.map { ($0, []) }
    wordClasses = sentence.words.enumerated().reduce(into: [:]) { classes, word in
      if let wordClass = word.element.wordClass {
        classes[wordClass, default: []].formUnion(words.positions[word.offset])
      }
    }
    let root = sentence.root.flatMap { words.positions[$0].isEmpty ? nil : $0 }
    if root != nil, !pairs.isEmpty {
      if words.count <= Self.mostWordsOfTree { tree = Tree(hits: []) } else { leaveOut(.longTree) }
    }
    self.leftOut = leftOut
    var scan = SyntaxScan(sentence, input, words, pairs, root: tree == nil ? nil : root)
    tree?.edges = pairs.count
    for index in 0..<shape.layers {
      let (probabilities, mask) = layer(index)
      scan.begin(mask)
      for head in 0..<shape.heads {
        withExtendedLifetime(probabilities) {
          scan.read(probabilities[slice: head])
          for direction in predictions.indices { predictions[direction] += scan.predictions[direction] }
          for place in shares.indices { shares[place].values.append(scan.share(of: shares[place].wordClass)) }
          if let hits = scan.treeHits { tree?.hits.append(hits) }
        }
      }
    }
  }
}

/// Reads one head after the other.
private struct SyntaxScan {
  private let words: SyntaxWords
  private let pairs: [SentenceSyntax.Pair]
  private let real: [Int]
  /// The tokens of each word class.
  private let classes: [String: [Int]]
  private var attention: WordAttention
  /// The mask of the layer before.
  private var mask: AttentionMask?
  /// The words that have tokens, and the root's place among them; no words where there is no tree.
  private var nodes: [Int] = []
  private let root: Int
  private let arborescence: Arborescence?
  /// Of each pair, the places in `nodes` of its two words.
  private var edges: [(Int, Int)] = []
  private var weights: [Double] = []

  private(set) var predictions: [[SentenceSyntax.Prediction]]
  private(set) var treeHits: Int?

  init(
    _ sentence: CorpusSentence, _ input: TokenizedInput, _ words: SyntaxWords, _ pairs: [SentenceSyntax.Pair],
    root: Int?
  ) {
    self.words = words
    self.pairs = pairs
    real = input.realPositions
    attention = WordAttention(words)
    var classes: [String: [Int]] = [:]
    for (place, word) in sentence.words.enumerated() {
      if let name = word.wordClass { classes[name, default: []] += words.positions[place] }
    }
    self.classes = classes
    predictions = SurveyDirection.allCases.map { _ in pairs.map { _ in SentenceSyntax.Prediction() } }
    guard let root else {
      (self.root, arborescence) = (0, nil)
      return
    }
    let nodes = (0..<words.count).filter { words.hasTokens[$0] }
    var places = [Int](repeating: 0, count: words.count)
    for (place, word) in nodes.enumerated() { places[word] = place }
    self.nodes = nodes
    self.root = places[root]
    edges = pairs.map { (places[$0.wordsFrom.lowerBound], places[$0.wordsTo.lowerBound]) }
    arborescence = Arborescence(count: nodes.count)
    weights = [Double](repeating: 0, count: nodes.count * nodes.count)
  }

  /// Begins a layer.
  mutating func begin(_ mask: AttentionMask) {
    // Most layers have the mask of the layer before.
    guard self.mask != mask else { return }
    self.mask = mask
    attention.counted = real.filter { mask.visibleKeys(query: $0) > 0 }
  }

  /// Reads the attention of a head, [query, key].
  mutating func read(_ probabilities: Tensor) {
    attention.read(probabilities)
    for (place, pair) in pairs.enumerated() {
      predictions[0][place] = attention.mostAttended(from: pair.wordsFrom)
      predictions[1][place] = attention.mostAttending(to: pair.wordsFrom)
    }
    guard let arborescence else { return }
    for (to, word) in nodes.enumerated() {
      for (from, other) in nodes.enumerated() {
        weights[to * nodes.count + from] = attention.between[word * words.count + other]
      }
    }
    let heads = arborescence.heads(of: weights, root: root)
    treeHits = edges.count { heads[$0.0] == $0.1 || heads[$0.1] == $0.0 }
  }

  /// The share of the attention of the head that was read last.
  func share(of wordClass: String) -> Double { (classes[wordClass] ?? []).reduce(0) { $0 + attention.received[$1] } }
}
