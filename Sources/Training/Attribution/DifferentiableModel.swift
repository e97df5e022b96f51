import Activations
import Encoders
import Support

/// What of a sentence is differentiated.
package enum DifferentiatedNumber: Sendable {
  /// The logit of a label, by its id.
  case label(Int, SentenceClassifier)
  /// The logit of a token, by its id, at a position.
  case token(Int, position: Int)
  /// The cosine of the sentence's vector with another one.
  case cosine([Double], SentencePooling)
}

/// What a backward pass from a number y finds of a sentence, as a screen shows it.
package struct FoundGradients: Sendable {
  /// y itself.
  package let value: Double
  /// By layers: ∂y/∂α, [head, query, key]; 0 where a pair is blocked.
  package let probabilities: [Tensor]
  /// [layer][head]: ∂y/∂ξ for a gate ξ on the head.
  package let gates: [[Double]]
  /// By positions: Σ x ∘ ∂y/∂x, x the output of the embedding layer.
  package let tokens: [Double]
}

/// An encoder that can be differentiated: the parameters of a model, and of its masked-LM head where it has one.
package final class DifferentiableModel: @unchecked Sendable {
  // Unchecked: nothing writes to the parameters once they are read.
  private let network: Network
  private let weights: Weights<Float>
  private let machine = Machine(VectorArithmetic())

  /// - Parameter predictsTokens: whether the checkpoint has a masked-LM head.
  /// - Throws: where the checkpoint lacks parameters, or they are no numbers.
  package init(
    _ architecture: Architecture, _ store: ParameterStore, predictsTokens: Bool
  ) throws(TrainingError) {
    network = try Network(architecture, predictsTokens ? .maskedLM : .classification(labels: 1))
    // A classification head is given with what is asked for.
    weights = try Weights(network, from: store, drawsHead: !predictsTokens, seed: 0)
  }

  /// The architecture of the encoder.
  package var architecture: Architecture { network.architecture }

  /// How far the last hidden state of the backward pass may be from the one that is shown, relative to the latter's largest number.
  private static let tolerance: Float = 1e-2

  private func pass(_ ablations: [HeadIndex: Ablation.Kind]) -> Pass<VectorArithmetic> {
    var pass = Pass(machine: machine, values: UnsafePointer(weights.values.pointer), gradients: nil)
    pass.ablations = ablations
    return pass
  }

  private func batch(_ encoding: Encoding) -> Batch {
    Batch([encoding.input], masks: [encoding.mask], for: network.architecture)
  }

  /// The heads that are off in an encoding, and how.
  private func ablations(_ encoding: Encoding) -> [HeadIndex: Ablation.Kind] {
    Dictionary(encoding.request.ablations.map { ($0.head, $0.kind) }, uniquingKeysWith: { $1 })
  }

  /// Makes the number of a last hidden state.
  private func output(
    _ number: DifferentiatedNumber, _ hidden: Numbers<Float>, _ batch: Batch, _ pass: Pass<VectorArithmetic>
  ) throws(TrainingError) -> OutputNumber<Float> {
    switch number {
    case .label(let label, let classifier): return classifier.logit(of: label, hidden, batch)
    case .token(let token, let position):
      guard case .maskedLM(let head) = network.head, (0..<head.vocabulary).contains(token),
        (0..<batch.rows).contains(position)
      else { throw TrainingError("the model predicts no token of the number \(token)") }
      return head.logit(
        of: token, at: position, hidden, of: batch.rows, words: UnsafePointer(weights.words.pointer),
        epsilon: network.architecture.epsilon, pass)
    case .cosine(let other, let pooling):
      guard other.count == network.architecture.hidden else {
        throw TrainingError("the other sentence has vectors of another size")
      }
      return pooling.cosine(hidden, batch.sentences.first?.input.attentionMask ?? [], with: other)
    }
  }

  /// Differentiates a number of the sentence of an encoding with respect to what its encoder computed on the way.
  ///
  /// - Throws: where gradients take more memory than there is, or where the backward pass does not compute what is shown.
  package func gradients(of number: DifferentiatedNumber, _ encoding: Encoding) throws(TrainingError) -> FoundGradients
  {
    let positions = encoding.input.count
    guard positions > 0 else { throw TrainingError("there are no tokens") }
    let architecture = network.architecture
    let memory = MemoryEstimate(
      architecture, parameters: 0, trained: 0, onlyHead: false, tokens: 2 * positions, longest: positions)
    if let available = AvailableMemory.now(), Double(memory.bytes) > Double(available.bytes) * 0.8 {
      throw TrainingError(
        "the gradients of \(positions) tokens take \(memory.bytes >> 20) MiB, too much for \(available.limit.rawValue): a shorter sentence takes less"
      )
    }
    let (batch, pass) = (batch(encoding), pass(ablations(encoding)))
    let found: OutputGradients<Float>
    do {
      found = try network.differentiate(batch, words: UnsafePointer(weights.words.pointer), pass) { hidden in
        try output(number, hidden, batch, pass)
      }
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError("the sentence cannot be differentiated")
    }
    try check(found.lastHiddenState, encoding)
    let shape = [architecture.heads, positions, positions]
    return FoundGradients(
      value: found.value,
      probabilities: found.probabilities.map { numbers in
        Tensor(shape: shape) { $0.baseAddress?.update(from: numbers.pointer, count: numbers.count) }
      }, gates: found.gates, tokens: found.tokens)
  }

  /// Whatever the backward pass knew nothing of would show here.
  private func check(_ found: Numbers<Float>, _ encoding: Encoding) throws(TrainingError) {
    guard let shown = encoding.trace.hiddenStates.last,
      shown.shape == [encoding.input.count, network.architecture.hidden]
    else { throw TrainingError("the encoder has another size than the one that is shown") }
    let size = network.architecture.hidden
    var (largest, difference): (Float, Float) = (0, 0)
    for position in encoding.input.realPositions {
      for i in 0..<size {
        let number = shown[position, i]
        guard number.isFinite else { throw TrainingError("what is shown is no number: it has no gradient") }
        largest = max(largest, abs(number))
        difference = max(difference, abs(number - found.pointer[position * size + i]))
      }
    }
    guard difference <= Self.tolerance * max(largest, 1e-6) else {
      throw TrainingError("the backward pass does not know what was changed here")
    }
  }

  /// What the number is with each head's output set to zero, [layer][head]; nil where `isCancelled` said yes on the way.
  package func withoutHeads(
    _ number: DifferentiatedNumber, _ encoding: Encoding, isCancelled: () -> Bool
  ) throws(TrainingError) -> [[Double]]? {
    let memory = trainingMemory.lease()
    defer { withExtendedLifetime(memory) {} }
    let batch = batch(encoding)
    let off = ablations(encoding)
    let words = UnsafePointer(weights.words.pointer)
    let layers = network.architecture.order.count
    var result: [[Double]] = []
    for layer in 0..<layers {
      var values: [Double] = []
      for head in 0..<network.architecture.heads {
        if isCancelled() { return nil }
        let pass = pass(off.merging([HeadIndex(layer: layer, head: head): .zeroOutput], uniquingKeysWith: { $1 }))
        let encoded = network.encode(batch, words: words, pass)
        values.append(try output(number, encoded.output, batch, pass).value)
      }
      result.append(values)
    }
    return result
  }
}
