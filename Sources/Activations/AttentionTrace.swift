/// One head of one layer, counted from 0 as in Hugging Face's arrays.
public struct HeadIndex: Sendable, Hashable {
  /// The layer, from 0.
  public var layer: Int
  /// The head within the layer, from 0.
  public var head: Int

  /// A head of a layer; nothing checks that there is one.
  public init(layer: Int, head: Int) {
    self.layer = layer
    self.head = head
  }
}

/// What one layer computed on the way.
public struct LayerTrace: Sendable {
  /// [head, position, headSize]; like keys and values with a head size of 0 where only the probabilities are known (`hasVectors`).
  public let queries: Tensor
  /// [head, position, headSize]
  public let keys: Tensor
  /// [head, position, headSize]
  public let values: Tensor
  /// [head, query, key]; a row over visible keys sums to 1, a blocked entry is exactly 0, a fully blocked row is all 0.
  ///
  /// Where they were released, they are computed again whenever they are asked for; see `ProbabilityMemory`.
  public var attentionProbabilities: Tensor { maps.all }
  /// [head, position, headSize]: the values weighted by the probabilities.
  public var contextLayer: Tensor { maps.context }
  /// The mask as this layer applied it: the one asked for, and what the family adds to it (a local window, say).
  public let mask: AttentionMask
  /// What QKᵀ is multiplied by: 1/√d in most families.
  public let scale: Float
  /// What the family adds to the scaled scores, [head, query, key]; nil where it adds nothing.
  public let scoreBias: Tensor?
  /// What takes the contexts of the heads on; nil where it is not known.
  public let outputProjection: OutputProjection?
  /// The heads of this layer that were switched off, and how. Their probabilities and context are what the layer went on
  /// with: even probabilities, or a context of zeros beside probabilities as the scores give them.
  public let ablations: [Int: Ablation.Kind]
  /// What the family builds into this layer's attention; nil where nothing is known of it but the family's name.
  public let traits: AttentionTraits?
  let maps: AttentionMaps

  /// `again` computes probabilities and context once more; what cannot be computed again is never released.
  public init(
    queries: Tensor, keys: Tensor, values: Tensor, attentionProbabilities: Tensor, contextLayer: Tensor,
    mask: AttentionMask, scale: Float, scoreBias: Tensor? = nil, outputProjection: OutputProjection? = nil,
    ablations: [Int: Ablation.Kind] = [:], traits: AttentionTraits? = nil,
    again: AttentionRecomputation? = nil
  ) {
    self.init(
      queries: queries, keys: keys, values: values,
      maps: AttentionMaps(attentionProbabilities, context: contextLayer, again: again), mask: mask, scale: scale,
      scoreBias: scoreBias, outputProjection: outputProjection, ablations: ablations, traits: traits)
  }

  /// Of a layer whose probabilities are computed whenever they are asked for, because there are too many of them to be kept; all else
  /// is as it is in other layers.
  ///
  /// - Parameter shape: [heads, query, key].
  public init(
    queries: Tensor, keys: Tensor, values: Tensor, shape: [Int], contextLayer: Tensor, mask: AttentionMask,
    scale: Float,
    scoreBias: Tensor? = nil, outputProjection: OutputProjection? = nil, ablations: [Int: Ablation.Kind] = [:],
    traits: AttentionTraits? = nil, again: AttentionRecomputation
  ) {
    self.init(
      queries: queries, keys: keys, values: values,
      maps: AttentionMaps(shape: shape, context: contextLayer, again: again), mask: mask, scale: scale,
      scoreBias: scoreBias, outputProjection: outputProjection, ablations: ablations, traits: traits)
  }

  private init(
    queries: Tensor, keys: Tensor, values: Tensor, maps: AttentionMaps, mask: AttentionMask, scale: Float,
    scoreBias: Tensor?, outputProjection: OutputProjection?, ablations: [Int: Ablation.Kind], traits: AttentionTraits?
  ) {
    self.queries = queries
    self.keys = keys
    self.values = values
    self.maps = maps
    self.mask = mask
    self.scale = scale
    self.scoreBias = scoreBias
    self.outputProjection = outputProjection
    self.ablations = ablations
    self.traits = traits
  }

  /// Of attention that was computed elsewhere, of which only the probabilities are known.
  ///
  /// - Parameters:
  ///   - shape: [heads, query, key].
  ///   - read: the probabilities of some heads, [heads, query, key]. They are read when they are asked for, and not kept.
  public init(shape: [Int], mask: AttentionMask, read: @escaping @Sendable (_ heads: Range<Int>) -> Tensor) {
    precondition(shape.count == 3 && mask.queries == shape[1] && mask.keys == shape[2], "a mask for all pairs")
    let (ofQueries, ofKeys) = (Tensor(shape: [shape[0], shape[1], 0], []), Tensor(shape: [shape[0], shape[2], 0], []))
    (queries, keys, values) = (ofQueries, ofKeys, ofKeys)
    maps = AttentionMaps(shape: shape, context: ofQueries, read: read)
    self.mask = mask
    (scale, scoreBias, outputProjection, ablations, traits) = (1, nil, nil, [:], nil)
  }

  /// Of attention that was computed elsewhere, of which only the probabilities are known, [head, query, key].
  public init(probabilities: Tensor, mask: AttentionMask) {
    let (ofQueries, ofKeys) = (
      Tensor(shape: [probabilities.shape[0], mask.queries, 0], []),
      Tensor(shape: [probabilities.shape[0], mask.keys, 0], [])
    )
    self.init(
      queries: ofQueries, keys: ofKeys, values: ofKeys, attentionProbabilities: probabilities, contextLayer: ofQueries,
      mask: mask, scale: 1)
  }

  /// How many heads the layer has.
  public var heads: Int { maps.shape[0] }

  /// Whether queries, keys, values and context are known, and not only the probabilities.
  public var hasVectors: Bool { (queries.shape.last ?? 0) > 0 }

  /// The probabilities of one head, [query, key]. Where they were released, those of the head that was asked for last stay.
  public func probabilities(head: Int) -> Tensor { maps.map(of: head) }

  /// Whether some queries of a head can be had without the others: else all of the head is read for them.
  public var readsRows: Bool { maps.readsRows }

  /// The probabilities of some queries of one head, [queries, key]: where they were released or never kept, only these are computed.
  public func probabilities(head: Int, queries: Range<Int>) -> Tensor { maps.rows(of: head, queries) }

  /// q · k of one pair, before scaling. NaN where queries and keys are not known.
  public func attentionScore(head: Int, query: Int, key: Int) -> Float {
    guard hasVectors else { return .nan }
    var sum: Float = 0
    for i in 0..<queries.shape[2] { sum += queries[head, query, i] * keys[head, key, i] }
    return sum
  }

  /// What the softmax sees of one pair where the mask lets it through: q · k × scale, and what the family adds.
  public func scaledScore(head: Int, query: Int, key: Int) -> Float {
    attentionScore(head: head, query: query, key: key) * scale + (scoreBias?[head, query, key] ?? 0)
  }

  /// The scaled score, or -infinity where the mask blocks the pair.
  public func maskedScore(head: Int, query: Int, key: Int) -> Float {
    mask[query, key] ? scaledScore(head: head, query: query, key: key) : -.infinity
  }
}

/// How probabilities and context of a layer are computed once more, from its queries, keys and values.
public struct AttentionRecomputation: Sendable {
  /// [head, position, headSize]
  public typealias Context = @Sendable () -> Tensor
  /// The probabilities of some heads, [heads, query, key].
  let heads: @Sendable (_ heads: Range<Int>) -> Tensor
  /// The probabilities of some queries of a head, [queries, key]; nil where whole heads are computed for them.
  let rows: (@Sendable (_ head: Int, _ queries: Range<Int>) -> Tensor)?
  /// The context of all heads; nil where it is never released.
  let context: Context?

  /// - Parameters:
  ///   - heads: the probabilities of some heads, [heads, query, key].
  ///   - rows: the probabilities of some queries of a head, [queries, key]; nil where whole heads have to be computed for them.
  ///   - context: the context of all heads, [head, position, headSize]; nil where it is not to be released.
  public init(
    heads: @escaping @Sendable (_ heads: Range<Int>) -> Tensor,
    rows: (@Sendable (_ head: Int, _ queries: Range<Int>) -> Tensor)? = nil, context: Context? = nil
  ) {
    self.heads = heads
    self.rows = rows
    self.context = context
  }
}

/// Everything that an encoder computed for one input.
public struct AttentionTrace: Sendable {
  /// One entry a layer.
  public let layers: [LayerTrace]
  /// layers + 1 tensors [position, hidden]: 0 is the input of layer 0, the last the encoder's output. None where attention was
  /// computed elsewhere, and only that is known.
  public let hiddenStates: [Tensor]
  /// Whether there are more probabilities than are held: then they are read or computed in parts, whenever they are asked for.
  public let isReadInParts: Bool
  /// What has read the probabilities when they were computed; nil where nothing has.
  public let reader: (any ProbabilityReader)?

  /// The traces of all layers, and layers + 1 hidden states, [position, hidden] each.
  public init(
    layers: [LayerTrace], hiddenStates: [Tensor], isReadInParts: Bool = false, reader: (any ProbabilityReader)? = nil
  ) {
    self.layers = layers
    self.hiddenStates = hiddenStates
    self.isReadInParts = isReadInParts
    self.reader = reader
  }

  /// How many positions the hidden states have.
  public var positions: Int { hiddenStates.first?.shape[0] ?? 0 }
  /// How many queries there are.
  public var queries: Int { layers.first?.maps.shape[1] ?? hiddenStates.first?.shape[0] ?? 0 }
  /// How many keys there are.
  public var keys: Int { layers.first?.maps.shape[2] ?? hiddenStates.first?.shape[0] ?? 0 }
  /// How many heads a layer has.
  public var heads: Int { layers.first?.heads ?? 0 }

  /// [query, key] probabilities of one head.
  public func probabilities(_ index: HeadIndex) -> Tensor {
    layers[index.layer].probabilities(head: index.head)
  }
}
