import Activations
import Compute

/// An encoder that a blueprint describes.
struct Layered<Family: LayeredFamily>: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: LayeredEmbeddings
  private let layers: [LayeredLayer]
  private let finalNorm: Norm?
  private let rotations: [Rotation]

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    try configuration.refuseDecoder()
    let blueprint = try Family.blueprint(configuration, parameters)
    sizes = blueprint.sizes
    rotations = blueprint.rotations
    if !rotations.isEmpty, sizes.headSize % 2 == 1 {
      throw configuration.failure(
        "num_attention_heads", "makes heads of size \(sizes.headSize); rotation needs an even one")
    }
    let reader = try ParameterReader(parameters, anchor: blueprint.anchor, prefixes: blueprint.prefixes)
    embeddings = try LayeredEmbeddings(blueprint, reader)
    var tables: [String: [Float]] = [:]
    layers = try blueprint.layers.map { try LayeredLayer($0, blueprint, reader, biasTables: &tables) }
    finalNorm = try blueprint.finalNorm.map {
      try reader.norm($0, blueprint.norm, size: blueprint.sizes.hidden, epsilon: blueprint.epsilon)
    }
    let words = embeddings.words
    maskedLMHead =
      try blueprint.maskedLM.map {
        try MaskedLMHead.find(
          configuration, reader, $0, words: words, hidden: blueprint.sizes.hidden,
          activation: blueprint.maskedLMActivation ?? blueprint.activation, epsilon: blueprint.epsilon)
      } ?? MaskedLMHead.Found()
    try reader.pack()
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    var shared = SharedAmongLayers(pass, rotations)
    var hidden = try embeddings.embed(pass, hidden: sizes.hidden)
    var hiddenStates = [hidden]
    var traces: [[LayerTrace]] = []
    for (index, layer) in layers.enumerated() {
      try pass.checkCancellation()
      let (output, trace) = try layer.run(hidden, index: index, sizes, &shared, pass)
      hidden = output
      traces.append(trace)
      hiddenStates.append(output)
    }
    if let finalNorm {
      let last = pass.storage(rows: pass.rows, columns: sizes.hidden)
      finalNorm.apply(to: hidden.pointer, into: last.pointer, rows: pass.rows, on: pass.engine)
      hiddenStates[hiddenStates.count - 1] = last
    }
    return pass.traces(traces, hiddenStates: hiddenStates, columns: sizes.hidden)
  }
}

/// What several layers of a pass need alike, made when the first of them asks.
struct SharedAmongLayers {
  private let pass: ForwardPass
  private let rotations: [Rotation]
  private var masks: [OwnBlock: [VisibleKeys]] = [:]
  private var angles: [Int: [RotaryPositions.Table]] = [:]
  private var biases: [String: [Tensor]] = [:]

  init(_ pass: ForwardPass, _ rotations: [Rotation]) {
    self.pass = pass
    self.rotations = rotations
  }

  /// Which keys each query sees, for each sentence.
  mutating func visible(_ block: OwnBlock) -> [VisibleKeys] {
    if let known = masks[block] { return known }
    let made = pass.sentences.map { VisibleKeys($0.mask.restricted(by: block)) }
    masks[block] = made
    return made
  }

  /// Cosines and sines of a rotation, for each sentence.
  mutating func angles(_ rotation: Int) -> [RotaryPositions.Table] {
    if let known = angles[rotation] { return known }
    let made = pass.sentences.map { rotations[rotation].table(positions: $0.positions) }
    angles[rotation] = made
    return made
  }

  /// What a layer adds to its scores, [head, query, key] for each sentence.
  mutating func biases(_ bias: DistanceBias, heads: Int) -> [Tensor] {
    if let known = biases[bias.name] { return known }
    let made = pass.sentences.map { bias.tensor(heads: heads, positions: $0.positions) }
    biases[bias.name] = made
    return made
  }
}
