import Activations
import Explorer
import Insights

/// A matrix between tokens as it is shown, [query, key], with its mask and all that belongs to it: sentences, formulas and legends
/// about a picture take their numbers from here.
struct HeadPicture {
  /// What is shown of a pair.
  enum Quantity: Equatable {
    /// p of a head.
    case probability
    /// |p f(x)| of a head.
    case length
    /// (p dy/dp)+ of a head.
    case attribution
    /// p of a layer, the mean over its heads or the largest of them.
    case pooled(HeadPooling)
    /// |Σ p f(x)| over the heads of a layer.
    case layerLength
    /// What has come from the input, by rollout.
    case rollout(HeadPooling)
    /// R - I, what has come from the input that matters for y.
    case relevance
    /// The mean of (p dy/dp)+ over the heads of a layer.
    case layerAttribution
  }

  let index: HeadIndex
  let layer: LayerTrace
  let probabilities: PairMap
  let mask: AttentionMask
  /// The tokens that are attended to.
  let input: TokenizedInput
  /// What each of them stands for.
  let tokens: [String]
  /// The tokens that attend: the same, unless attention goes from one sentence to another.
  let queryInput: TokenizedInput
  /// What each of them stands for.
  let queryTokens: [String]
  let query: Int
  let key: Int
  let countFrom: Int
  /// What is left out of the picture.
  let filter: PictureFilter
  let computation: Computation
  let quantity: Quantity
  /// A power of ten that the numbers of the picture have been multiplied by.
  let unit: Float

  var encoding: Encoding { computation.encoding }

  /// What is drawn, [query, key].
  let shown: PairMap
  /// The same in coarse cells, where that is all that is known of all rows; else nil.
  let coarse: CoarsePicture?
  /// How much of each row is hidden, where that was taken when the coarse cells were; else nil.
  private let massOfRows: [Double]?

  /// What the view on the screen shows: in Flow a layer, or all layers so far; elsewhere the selected head. Nil where nothing has
  /// been computed, and in Flow while the flow is worked out.
  init?(onScreen state: State) {
    guard let computation = state.computation else { return nil }
    if state.view == .flow {
      guard let flow = state.flowMap else { return nil }
      self.init(state: state, computation: computation, flow: flow)
    } else {
      self.init(state: state, computation: computation)
    }
  }

  /// A matrix of all heads in the place of a head's own; nil where it is of other tokens.
  init?(state: State, computation: Computation, flow: FlowMap) {
    let positions = computation.encoding.input.count
    guard flow.map.shape == [flow.queries.count, positions], flow.queries.upperBound <= positions else { return nil }
    self.init(
      state: state, computation: computation,
      shown: (PairMap(flow, positions: positions), Quantity(flow.task), flow.unit), coarse: flow.coarse)
  }

  /// The selected head; nil where the model that computed has no such head.
  init?(state: State, computation: Computation) {
    let trace = computation.encoding.trace
    guard trace.layers.indices.contains(state.head.layer), state.head.head < trace.heads else { return nil }
    let probabilities = PairMap(state.head, of: computation)
    if let whole = probabilities.whole, let norms = state.valueNorms?.weighted(whole, state.head) {
      self.init(state: state, computation: computation, shown: (PairMap(norms), .length, 1))
    } else if probabilities.whole != nil, let attribution = state.attribution,
      let map = attribution.map(of: state.head), map.shape == probabilities.shape
    {
      self.init(state: state, computation: computation, shown: (PairMap(map), .attribution, attribution.unit))
    } else {
      self.init(state: state, computation: computation, shown: (probabilities, .probability, 1))
    }
  }

  private init?(
    state: State, computation: Computation, shown: (map: PairMap, quantity: Quantity, unit: Float),
    coarse: CoarsePicture? = nil
  ) {
    let trace = computation.encoding.trace
    guard trace.layers.indices.contains(state.head.layer), state.head.head < trace.heads else { return nil }
    index = state.head
    layer = trace.layers[index.layer]
    probabilities = PairMap(index, of: computation)
    (self.shown, quantity, unit) = shown
    self.coarse = coarse ?? (quantity.isOfHead ? state.coarsePicture(of: index) : nil)
    massOfRows = quantity.isOfHead ? state.hiddenOverview(of: index)?.mass : nil
    input = computation.encoding.input
    tokens = input.names
    queryInput = computation.encoding.queryInput
    queryTokens = computation.encoding.isCross ? queryInput.names : tokens
    // What the mask blocks in one layer can still arrive by way of others.
    mask = quantity.isOfAllLayers ? computation.openMask : layer.mask
    query = min(state.query, queryInput.count - 1)
    key = min(state.key, input.count - 1)
    countFrom = state.countFrom
    self.computation = computation
    // What goes through all layers of a long text is known in cells, of which nothing can be taken out.
    filter = quantity.isOfHead || shown.map.whole != nil ? state.pictureFilter(input) : .none
  }

  func isPad(_ position: Int) -> Bool { !input.attentionMask[position] }
  func isPad(query: Int) -> Bool { !queryInput.attentionMask[query] }

  /// Nil where the mask blocks the pair.
  func probability(_ query: Int, _ key: Int) -> Float? {
    layer.mask[query, key] ? probabilities[query, key] : nil
  }

  /// What is drawn of a pair; nil where the mask blocks it.
  func shown(_ query: Int, _ key: Int) -> Float? { mask[query, key] ? shown[query, key] : nil }

  /// Whether the mask of this pair was changed by hand; what comes through all layers was not let through by that alone.
  func isEditedByHand(_ query: Int, _ key: Int) -> Bool {
    !quantity.isOfAllLayers && encoding.isEditedByHand(query: query, key: key)
  }

  /// How the selected head was switched off; nil where it is on, or where the picture is not of one head.
  var ablation: Ablation.Kind? { quantity.isOfHead ? layer.ablations[index.head] : nil }
}

// MARK: What is said of it

extension HeadPicture {
  /// What is hidden of each row, one number a query: the sum over the keys that are left out.
  var hiddenMass: [Double]? {
    shown.whole.map { Insights.hiddenMass($0, isHidden: filter.isHiddenKey) } ?? massOfRows
  }

  /// Whether what is drawn of a row are shares of 1.
  var areShares: Bool {
    switch quantity {
    case .probability, .pooled, .rollout: true
    case .length, .layerLength, .attribution, .relevance, .layerAttribution: false
    }
  }

  /// What a query does with its keys, for headings.
  var verb: String {
    switch quantity {
    case .probability, .pooled: "attends to"
    case .length, .layerLength: "gets from"
    case .attribution: "adds to y by"
    case .rollout: "comes from"
    case .relevance, .layerAttribution: "draws on"
    }
  }

  /// The largest number that can be seen, of some queries: neither blocked nor hidden. Nil where there is none.
  func strongest(_ queries: [Int]) -> (query: Int, key: Int, value: Float)? {
    var strongest: (query: Int, key: Int, value: Float)?
    for query in queries where shown.knows(query) && !filter.hides(query: query) {
      let row = shown.row(query)
      for (key, value) in row.enumerated() where value > strongest?.value ?? -1 {
        if mask[query, key], !filter.hides(key: key) { strongest = (query, key, value) }
      }
    }
    return strongest
  }

  /// The largest number that is drawn of the chosen query's row: what the longest bar stands for. 0 where there is none.
  var largestOfRow: Float {
    let row = shown.row(query)
    return row.indices.reduce(0) { largest, key in
      guard row[key] > largest, row[key].isFinite, mask[query, key], !filter.hides(query: query, key: key) else {
        return largest
      }
      return row[key]
    }
  }

  /// The key that most comes from, of those that can be seen; nil where there is none.
  func most(of query: Int) -> Int? {
    let row = shown.row(query)
    return row.indices.filter { mask[query, $0] && !filter.hides(key: $0) }
      .max { row[$1].isLarger(than: row[$0]) }
  }
}

extension HeadPicture {
  /// What pictures of heads show, and what their numbers are multiplied by, without the picture itself.
  static func quantityOfHeads(_ state: State) -> (quantity: Quantity, unit: Float) {
    if state.valueNorms != nil { return (.length, 1) }
    return state.attribution.map { (.attribution, $0.unit) } ?? (.probability, 1)
  }
}

extension HeadPicture.Quantity {
  /// What the Flow view shows.
  init(_ task: FlowTask) {
    self =
      switch task {
      case .rollout(_, let pooling): .rollout(pooling)
      case .pooled(_, let pooling): .pooled(pooling)
      case .layerNorms: .layerLength
      case .relevance: .relevance
      case .attributed: .layerAttribution
      }
  }

  /// Whether it is of all layers so far.
  var isOfAllLayers: Bool {
    switch self {
    case .rollout, .relevance: true
    default: false
    }
  }

  /// Whether it is of one head.
  var isOfHead: Bool { self == .probability || self == .length || self == .attribution }

  /// What it is, for a legend.
  var name: String {
    switch self {
    case .probability: "probability"
    case .length: "|p f(x)|"
    case .attribution: "(p dy/dp)+"
    case .pooled(.mean): "mean of p"
    case .pooled(.maximum): "largest p"
    case .layerLength: "|sum of p f(x)|"
    case .rollout: "share"
    case .relevance: "R - I"
    case .layerAttribution: "mean (p dy/dp)+"
    }
  }

  /// Its formula in presenter mode; of p the state has it, which knows how scores are scaled.
  var formula: String {
    switch self {
    case .probability: "p"
    case .length: "|p f(x)|"
    case .attribution: "(p dy/dp)+"
    case .pooled(.mean): "mean of the heads"
    case .pooled(.maximum): "largest of the heads"
    case .layerLength: "|Σ p f(x)|"
    case .rollout(.mean): "R = (A + I)/2 · R"
    case .rollout(.maximum): "R = norm(A + I) · R"
    case .relevance: "R = R + A R"
    case .layerAttribution: "mean of (p dy/dp)+"
    }
  }
}
