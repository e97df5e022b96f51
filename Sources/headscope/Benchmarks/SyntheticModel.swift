import Activations
import Explorer

/// Computations that are made up, as large as wanted, for measuring what is not computing.
struct SyntheticModel {
  let description: EncoderDescription

  init(layers: Int, heads: Int, positions: Int) {
    description = EncoderDescription(
      name: "synthetic", family: "bert", layers: layers, heads: heads, hiddenSize: heads * 64, headSize: 64,
      intermediateSize: heads * 256, vocabularySize: 30522, maximumPositions: positions, tokenTypes: 2,
      parameters: 110_000_000, storedType: "F32", ignoredTensors: [], files: [], fileBytes: 440_000_000)
  }

  /// A text of so many positions, special tokens included.
  func text(_ positions: Int) -> String {
    (0..<max(positions - 2, 1)).map { "word\($0 % 97)" }.joined(separator: " ")
  }

  /// The answer to what the reducer asks for.
  func answer(_ effect: Effect) -> Message? {
    switch effect {
    case .encode(let id, let slot, let subject):
      .computed(Computation(id: id, encoding: encoding(subject.request)), for: slot)
    case .analyze(let analysis, let results, let sources):
      analysis.run(results).map { .analyzed(analysis, Finding(sources: sources, findings: $0)) }
    case .listModels, .loadModel, .describeTask, .train, .pauseTraining, .stopTraining, .measure, .readSurvey: nil
    }
  }

  private func encoding(_ request: EncodeRequest) -> Encoding {
    let words = request.texts[request.sentence].split(separator: " ").map(String.init)
    let tokens = ["[CLS]"] + words + ["[SEP]"]
    let input = TokenizedInput(
      inputIDs: tokens.indices.map { Int32($0) }, tokenTypeIDs: tokens.map { _ in 0 }, tokens: tokens,
      offsets: tokens.map { _ in 0..<0 }, specialTokensMask: tokens.indices.map { $0 == 0 || $0 == tokens.count - 1 },
      sequenceIDs: tokens.map { _ in 0 }, attentionMask: tokens.map { _ in true })
    let mask = AttentionMask(request.maskMode, attentionMask: input.attentionMask)
    return Encoding(request: request, input: input, mask: mask, trace: trace(input.count, mask))
  }

  /// Every head looks in a direction of its own; every row has another maximum, so that hardly two cells are equal.
  private func trace(_ positions: Int, _ mask: AttentionMask) -> AttentionTrace {
    let (heads, headSize) = (description.heads, description.headSize)
    let vectors = Tensor(shape: [heads, positions, headSize]) { $0.update(repeating: 0.1) }
    let layers = (0..<description.layers).map { layer in
      let probabilities = Tensor(shape: [heads, positions, positions]) { buffer in
        for head in 0..<heads {
          for query in 0..<positions {
            var sum: Float = 0
            let start = (head * positions + query) * positions
            for key in 0..<positions {
              let distance = Float(abs(query - key + head - layer) % positions)
              let noise = Float((query &* 7919 &+ key &* 104_729 &+ head &* 31 &+ layer &* 17) % 97) / 300
              buffer[start + key] = 1 / (1 + distance) + noise
              sum += buffer[start + key]
            }
            for key in 0..<positions { buffer[start + key] /= sum }
          }
        }
      }
      return LayerTrace(
        queries: vectors, keys: vectors, values: vectors, attentionProbabilities: probabilities,
        contextLayer: vectors, mask: mask, scale: 0.125)
    }
    let hidden = Tensor(shape: [positions, description.hiddenSize]) { $0.update(repeating: 0.5) }
    return AttentionTrace(layers: layers, hiddenStates: Array(repeating: hidden, count: description.layers + 1))
  }
}
