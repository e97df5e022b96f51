import Activations
import Canvas
import Explorer
import ExplorerViews
import Testing

/// Encoders and traces that are made up, so that pictures of them are the same on every processor.
public enum Synthetic {
  /// A model of a size that nobody has to load.
  public static func model(layers: Int = 6, heads: Int = 12, maximum: Int = 512) -> EncoderDescription {
    EncoderDescription(
      name: "synthetic", family: "bert", layers: layers, heads: heads, hiddenSize: heads * 2, headSize: 2,
      intermediateSize: 8, vocabularySize: 100, maximumPositions: maximum, tokenTypes: 2, parameters: 1_234_567,
      storedType: "F32", ignoredTensors: ["pooler.dense.weight"], files: ["/models/synthetic/model.safetensors"],
      fileBytes: 5_000_000)
  }

  /// The tokens of some words, with PAD behind them.
  public static func input(_ words: [String], pad: Int = 0, dropped: Int = 0) -> TokenizedInput {
    let tokens = ["[CLS]"] + words + ["[SEP]"]
    let input = TokenizedInput(
      inputIDs: tokens.indices.map { Int32($0) }, tokenTypeIDs: tokens.map { _ in 0 }, tokens: tokens,
      offsets: [0..<0] + offsets(of: words) + [0..<0],
      specialTokensMask: tokens.indices.map { $0 == 0 || $0 == tokens.count - 1 },
      sequenceIDs: tokens.map { _ in 0 }, attentionMask: tokens.map { _ in true }, droppedTokens: dropped)
    return input.padded(to: tokens.count + pad, side: .right, with: SpecialToken(id: 0, content: "[PAD]"))
  }

  /// Where words stand in a text with a space between them; WordPiece's pieces go on where the one before ends.
  private static func offsets(of words: [String]) -> [Range<Int>] {
    var end = -1
    return words.map { word in
      let start = word.hasPrefix("##") ? end : end + 1
      end = start + word.unicodeScalars.count
      return start..<end
    }
  }

  /// Rows sum to 1 over visible keys; every head has its own pattern.
  public static func trace(
    _ input: TokenizedInput, mask: AttentionMask, model: EncoderDescription, ablations: [Ablation] = []
  ) -> AttentionTrace {
    let positions = input.count
    let size = model.heads * 2
    let projection = OutputProjection(
      weight: {
        Tensor(
          shape: [size, size],
          (0..<size * size).map { $0 / size == $0 % size ? 1 : ($0 / size + $0 % size) % 5 == 0 ? 0.5 : 0 })
      }, bias: { nil })
    let layers = (0..<model.layers).map { layer in
      let probabilities = Tensor(shape: [model.heads, positions, positions]) { buffer in
        for head in 0..<model.heads {
          for query in 0..<positions {
            var row = (0..<positions).map { key in
              mask[query, key] ? weight(layer: layer, head: head, query: query, key: key) : 0
            }
            let sum = row.reduce(0, +)
            if sum > 0 { row = row.map { $0 / sum } }
            for key in 0..<positions { buffer[(head * positions + query) * positions + key] = row[key] }
          }
        }
      }
      let vectors = Tensor(shape: [model.heads, positions, 2]) { buffer in
        for index in buffer.indices { buffer[index] = Float((index * 7 + layer) % 11) / 4 - 1 }
      }
      return LayerTrace(
        queries: vectors, keys: vectors, values: vectors, attentionProbabilities: probabilities, contextLayer: vectors,
        mask: mask, scale: 0.5, outputProjection: projection,
        ablations: Dictionary(
          ablations.filter { $0.head.layer == layer }.map { ($0.head.head, $0.kind) }, uniquingKeysWith: { $1 }))
    }
    let hidden = Tensor(shape: [positions, model.hiddenSize]) { $0.update(repeating: 0.5) }
    return AttentionTrace(layers: layers, hiddenStates: Array(repeating: hidden, count: model.layers + 1))
  }

  /// Powers of two: sums and quotients of them are exact enough to be the same everywhere.
  private static func weight(layer: Int, head: Int, query: Int, key: Int) -> Float {
    switch (layer + head) % 4 {
    case 0: key == query ? 8 : 1
    case 1: key == query - 1 || (query == 0 && key == 0) ? 16 : 1
    case 2: key == 0 ? 4 : 1
    default: Float(1 << ((query * 3 + key * 5 + head) % 4))
    }
  }

  /// A computation whose numbers follow from its size.
  public static func computation(
    id: Int = 1, words: [String] = ["the", "cat", "ran"], pad: Int = 0, mode: MaskMode = .keys,
    model: EncoderDescription = model(), request: EncodeRequest? = nil
  ) -> Computation {
    let input = input(words, pad: pad)
    let mask = AttentionMask(mode, attentionMask: input.attentionMask)
    func encoding(_ input: TokenizedInput, _ mask: AttentionMask) -> Encoding {
      Encoding(
        request: request
          ?? EncodeRequest(texts: [words.joined(separator: " ")], padTo: pad > 0 ? input.count : nil, maskMode: mode),
        input: input, mask: mask, trace: trace(input, mask: mask, model: model))
    }
    let alone = Synthetic.input(words)
    return Computation(
      id: id, encoding: encoding(input, mask),
      unpadded: pad > 0 ? encoding(alone, AttentionMask(mode, attentionMask: alone.attentionMask)) : nil)
  }

  /// The answer to what a state asks for now, mask edits and heads that are off included.
  public static func computation(answering state: State) -> Computation {
    let request = state.request
    func encoding(_ request: EncodeRequest) -> Encoding {
      var input = input(request.texts[request.sentence].split(separator: " ").map(String.init))
      if let pair = request.pair { input.append(pair.split(separator: " ").map(String.init) + ["[SEP]"]) }
      for place in request.replacedTokens {
        let original = SpecialToken(id: input.inputIDs[place], content: input.tokens[place])
        input.replacedTokens.append(ReplacedToken(place: place, original: original))
        input.tokens[place] = "[MASK]"
      }
      let longest = request.texts.map { $0.split(separator: " ").count + 2 }.max() ?? 0
      let length = max(request.padTo ?? 0, request.pair == nil ? longest : 0)
      if length > input.count {
        input = input.padded(to: length, side: request.padSide, with: SpecialToken(id: 0, content: "[PAD]"))
      }
      let mask = AttentionMask(request.maskMode, edits: request.maskEdits, for: input)
      let trace = trace(input, mask: mask, model: state.model, ablations: request.ablations)
      return Encoding(
        request: request, input: input, mask: mask, trace: trace,
        predictions: state.model.hasMaskedLMHead ? predictions(input) : nil)
    }
    return Computation(
      id: state.asked[.shown]?.id ?? 1, encoding: encoding(request),
      withoutInterventions: request.withoutInterventions.map(encoding))
  }

  /// A state with a computation on the screen.
  public static func state(
    words: [String] = ["the", "cat", "ran"], pad: Int = 0, mode: MaskMode = .keys, model: EncoderDescription = model()
  ) -> State {
    var state = State(model: model, texts: [words.joined(separator: " ")])
    state.maskMode = mode
    state.padTo = pad > 0 ? words.count + 2 + pad : nil
    _ = start(&state)
    _ = reduce(&state, .computed(computation(words: words, pad: pad, mode: mode, model: model, request: state.request)))
    return state
  }

  /// Does actions and everything that they ask for, at once; sentences are split at their spaces. `change` is done to
  /// whatever is computed; `attributor` says how a number follows from the attention.
  public static func perform(
    _ actions: [Action], on state: inout State, attributor: (any Attributing)? = nil,
    changing change: (Computation) -> Computation = { $0 }
  ) {
    for action in actions {
      let model = state.model
      settle(&state, reduce(&state, .action(action))) { effect in
        switch effect {
        case .encode(let id, let slot, let subject):
          let request = subject.request
          let words = request.texts.map { $0.split(separator: " ").map(String.init) }
          let longest = max(words.map(\.count).max() ?? 0, (request.padTo ?? 0) - 2)
          let own = words.indices.contains(request.sentence) ? words[request.sentence] : []
          let computed = change(
            computation(
              id: id, words: own, pad: longest - own.count, mode: request.maskMode, model: model, request: request))
          return .computed(subject.joinsWords ? computed.joiningWords() : computed, for: slot)
        case .analyze(let analysis, let results, let sources):
          return analysis.run(results, attributor: attributor).map {
            .analyzed(analysis, Finding(sources: sources, findings: $0))
          }
        case .loadModel, .listModels, .describeTask, .train, .pauseTraining, .stopTraining, .measure, .readSurvey:
          return nil
        }
      }
    }
  }

  /// What a model with a masked-LM head would expect for `[MASK]`.
  public static func predictions(_ input: TokenizedInput) -> [MaskPrediction] {
    input.tokens.indices.filter { input.tokens[$0] == "[MASK]" }.map { position in
      let tokens = ["dog", "cat", "horse", "man", "bird", "fox"]
      let candidates = tokens.enumerated().map {
        MaskPrediction.Candidate(id: Int32($0), token: $1, probability: 0.4 / Double($0 + 1), rank: $0)
      }
      return MaskPrediction(position: position, candidates: candidates, original: candidates[1])
    }
  }

  /// How far the computation of a text of 8,192 tokens is.
  public static func progress(id: Int, share: Double, isInParts: Bool = true) -> ComputationProgress {
    ComputationProgress(
      id: id, tokens: 8192, isInParts: isInParts, probabilityBytes: 71e9, otherBytes: 2.3e9, seconds: 100, share: share)
  }

  /// A terminal with all colours.
  public static let truecolor = Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey])
  /// A terminal without colours.
  public static let colorless = Appearance(depth: .none, glyphs: .unicode, scales: [.grey])
  /// A terminal without colours and without Unicode.
  public static let ascii = Appearance(depth: .none, glyphs: .ascii, scales: [.grey])
}

/// In short: all colours of all scales would fill pages of a log.
extension Appearance: CustomTestStringConvertible {
  /// Its depth and its glyphs.
  public var testDescription: String { "\(depth) \(glyphs)" }
}

extension TokenizedInput {
  /// A second text, its `[SEP]` included.
  fileprivate mutating func append(_ tokens: [String]) {
    for (index, token) in tokens.enumerated() {
      let isSpecial = index == tokens.count - 1
      inputIDs.append(isSpecial ? inputIDs[inputIDs.count - 1 - index] : Int32(count))
      tokenTypeIDs.append(1)
      self.tokens.append(token)
      offsets.append(0..<0)
      specialTokensMask.append(isSpecial)
      sequenceIDs.append(isSpecial ? nil : 1)
      attentionMask.append(true)
    }
  }
}
