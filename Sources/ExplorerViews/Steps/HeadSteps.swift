import Activations
import Explorer
import Insights
import Support

/// The numbers of one head for one query. What the trace holds is taken from there as it is; what lies between (scores,
/// exponentials) is computed from the captured queries and keys.
struct HeadSteps {
  let appearance: Appearance
  let signs: Signs
  let index: HeadIndex
  let layer: LayerTrace
  let input: TokenizedInput
  let family: FamilyWords
  let names: TokenNames
  let query: Int
  let key: Int
  let countFrom: Int
  /// The hidden states that the layer reads, [position, hidden].
  let hiddenStates: Tensor
  let softmax: SoftmaxSteps
  let computation: Computation
  /// As captured, one entry a key.
  let probabilities: [Float]
  /// What is held of the probabilities of all queries, where these are too many.
  let overview: HeadOverview?

  /// Nil where nothing has been computed, or by a model that has no such head.
  init?(_ state: State, _ appearance: Appearance) {
    guard let computation = state.computation else { return nil }
    let (encoding, trace) = (computation.encoding, computation.encoding.trace)
    guard trace.layers.indices.contains(state.head.layer), state.head.head < trace.heads,
      !encoding.isCross, encoding.input.count > 0
    else { return nil }
    self.appearance = appearance
    signs = Signs(appearance)
    index = state.head
    layer = trace.layers[index.layer]
    input = encoding.input
    family = FamilyWords(
      state.model.family, layer: index.layer, output: layer.outputProjection, traits: layer.traits)
    names = TokenNames(computation, glyphs: appearance.glyphs)
    query = min(state.query, input.count - 1)
    key = min(state.key, input.count - 1)
    countFrom = state.countFrom
    hiddenStates =
      trace.hiddenStates.indices.contains(index.layer)
      ? trace.hiddenStates[index.layer] : Tensor(shape: [input.count, 0], [])
    softmax = computation.softmax(of: index, query: query)
    self.computation = computation
    probabilities = PairMap(index, of: computation).row(query)
    overview = state.showsRows ? state.overview(of: index) : nil
  }

  var positions: Int { input.count }
  var headSize: Int { layer.queries.shape[2] }
  var hiddenSize: Int { hiddenStates.shape[1] }
  var heads: Int { layer.queries.shape[0] }
  var queryName: String { names[query] }
  var keyName: String { names[key] }

  var hiddenState: [Float] { hiddenStates.row(query) }
  var queryVector: [Float] { vector(layer.queries, query) }
  func keyVector(_ key: Int) -> [Float] { vector(layer.keys, key) }
  func valueVector(_ key: Int) -> [Float] { vector(layer.values, key) }
  var context: [Float] { vector(layer.contextLayer, query) }
  private func vector(_ tensor: Tensor, _ position: Int) -> [Float] { tensor[slice: index.head].row(position) }

  func isVisible(_ key: Int) -> Bool { layer.mask[query, key] }
  var visibleKeys: Int { layer.mask.visibleKeys(query: query) }
  func probability(_ key: Int) -> Float { probabilities[key] }
  /// Those of all queries, [query, key]: where all of them are shown.
  var probabilitiesOfAll: Tensor { PairMap(index, of: computation).whole ?? layer.probabilities(head: index.head) }
  func weighted(_ key: Int) -> [Float] {
    let probability = probability(key)
    return valueVector(key).map { $0 * probability }
  }

  /// What the scores are divided by.
  var divisor: Double { layer.scale != 0 ? 1 / Double(layer.scale) : .infinity }

  /// The divisor as it is thought of: √32.
  var divisorName: String {
    let square = divisor * divisor
    guard square.isFinite, square < 1e9 else { return "1" + signs.divided + Words.fixed(Double(layer.scale), 3) }
    for factor in 1...3 where abs(square - Double(headSize * factor)) < 0.01 * square {
      let number = factor == 1 ? "\(headSize)" : "(\(factor)\(signs.times)\(headSize))"
      return signs.glyphs == .unicode ? "√\(number)" : factor == 1 ? "sqrt(\(number))" : "sqrt" + number
    }
    return Words.fixed(divisor, 3)
  }

  /// What the scale is the root of, as whole number; nil where it is none.
  var summands: Int? {
    let square = divisor * divisor
    guard square.isFinite, square < 1e6, let whole = Int(saturating: square, rule: .toNearestOrAwayFromZero),
      abs(square - Double(whole)) < 1e-3 * square
    else { return nil }
    return whole
  }

  /// q · k ÷ √d, before the family adds anything.
  func divided(_ key: Int) -> Double { softmax.scores[key] * Double(layer.scale) }
  /// What the family adds to the scaled score.
  func bias(_ key: Int) -> Double? { layer.scoreBias.map { Double($0[index.head, query, key]) } }
  /// The softmax of the scores as they would be without the division, of what the family adds, too, where it divides that.
  var undivided: SoftmaxSteps { computation.undividedSoftmax(of: index, query: query, family) }

  /// How far the numbers of its vectors reach.
  var reach: HeadReach { computation.reach(of: index) }

  /// How this head was switched off.
  var ablation: Ablation.Kind? { layer.ablations[index.head] }
  /// Σ p × value over the keys, before anything is set to zero.
  var sumOfValues: [Double] { weightedSum(of: layer.values[slice: index.head], by: probabilities) }
}

/// What a family does of its own in attention, in words.
struct FamilyWords {
  /// How vectors are made of a hidden state x.
  let projection: (_ name: String) -> String
  /// What is added to the scaled scores; nil where nothing is.
  let addition: String
  /// Whether what is added is divided as q·k is: then it is a part of the same sum.
  var dividesAddition = false
  /// Whether PAD queries are blocked whatever the mask says.
  var blocksPadQueries = false

  /// `family` is Hugging Face's `model_type`, `layer` the layer from 0, `output` what takes its contexts on; `traits` say the same of
  /// families that name what they are made of.
  init(_ family: String, layer: Int = 0, output: OutputProjection? = nil, traits: AttentionTraits? = nil) {
    if let traits {
      projection = { FamilyWords.projection($0, traits) }
      addition =
        switch traits.addition {
        case .distanceBias: "a bias for the distance between the two"
        case .slope: "minus the distance between the two, times a slope of the head"
        case nil: "nothing"
        }
      return
    }
    switch family {
    case "modernbert":
      // The first layer is given the embeddings as they were normalized. One setting gives all four projections a bias, or none.
      let x = layer == 0 ? "x" : "norm(x)"
      let hasBias = (try? output?.bias()) ?? nil != nil
      projection = { name in
        let projected = "W_\(name) \(x)" + (hasBias ? " + b_\(name)" : "")
        return name == "V" ? projected : "turned by position(\(projected))"
      }
      addition = "nothing"
    case "mpnet":
      projection = { "W_\($0) x + b_\($0)" }
      addition = "a bias for the distance between the two"
    case "deberta", "deberta-v2":
      // The first version has no bias of keys.
      projection = { family == "deberta" && $0 == "K" ? "W_K x" : "W_\($0) x + b_\($0)" }
      addition = "scores of content with relative position"
      dividesAddition = true
      blocksPadQueries = true
    default:
      projection = { "W_\($0) x + b_\($0)" }
      addition = "a bias of the family"
    }
  }
  /// Q, K or V of a hidden state, with what is done to it.
  private static func projection(_ name: String, _ traits: AttentionTraits) -> String {
    let isValue = name == "V"
    let hasBias = name == "Q" ? traits.hasBias.query : isValue ? traits.hasBias.value : traits.hasBias.key
    var words = "W_\(name) " + (traits.readsNormalizedInput ? "norm(x)" : "x") + (hasBias ? " + b_\(name)" : "")
    if !isValue, traits.normalizesQueriesAndKeys { words = "norm(\(words))" }
    if name == "Q", traits.scalesQueries { words = "(\(words)) / root of d" }
    return isValue
      ? traits.rotates.values ? "turned by position(\(words))" : words
      : traits.rotates.queriesAndKeys ? "turned by position(\(words))" : words
  }
}
