import Activations
import Encoders
import JSON

/// The training of a network to predict tokens that were replaced: of everything, or only of the prediction layer, where the
/// matrix that is tied to the embeddings stays frozen with them.
package final class MaskedLMRun: TrainingRun {
  package let pretrained: PretrainedModel
  package let arguments: TrainingArguments
  package let stepCount: Int
  package private(set) var step = 0
  package let newParameters: [String]

  private let sentences: [TokenizedInput]
  private let mask: Int32
  private let state: TrainingState<VectorArithmetic>
  private let schedule: LinearSchedule
  private var order: BatchOrder

  /// - Parameter mask: the id of `[MASK]`.
  /// - Throws: where the checkpoint cannot be trained, or its family has no masked-LM head.
  package init(
    _ pretrained: PretrainedModel, _ sentences: [TokenizedInput], mask: Int32, _ arguments: TrainingArguments,
    machine: Machine<VectorArithmetic> = Machine(VectorArithmetic())
  ) throws(TrainingError) {
    self.pretrained = pretrained
    self.arguments = arguments
    self.sentences = sentences
    self.mask = mask
    let network = try Network(pretrained.architecture, .maskedLM)
    let weights = try Weights<Float>(
      network, from: pretrained.store, drawsHead: false, seed: UInt64(bitPattern: Int64(arguments.seed)))
    newParameters = weights.newEntries.sorted().map { network.layout.entries[$0].name }
    state = TrainingState(
      network, weights, onlyHead: arguments.onlyHead, weightDecay: arguments.weightDecay, on: machine)
    stepCount = arguments.stepCount(sentences: sentences.count)
    schedule = arguments.schedule(sentences: sentences.count)
    order = BatchOrder(
      count: sentences.count, batchSize: arguments.batchSize, shuffles: arguments.shuffles, seed: arguments.seed)
  }

  package var trainedCount: Int { state.trainedCount }
  package var parameterCount: Int { state.network.layout.count + state.network.layout.words.count }

  /// The tokens that are replaced in some sentences; `number` says which draw it is.
  private func masked(_ sentences: [TokenizedInput], number: Int) -> MaskedTokens {
    var generator = SeededGenerator(
      seed: mixed(UInt64(bitPattern: Int64(arguments.seed))) ^ UInt64(bitPattern: Int64(number)))
    return MaskedTokens(
      sentences, mask: mask, vocabulary: pretrained.architecture.vocabulary, using: &generator)
  }

  @discardableResult
  package func differentiate() -> TrainingStep {
    let masked = masked(order.batch(step: step).map { sentences[$0] }, number: step)
    let (loss, correct) = state.differentiate(
      masked.inputs, tokens: masked.tokens, dropout: arguments.dropout(step: step))
    return TrainingStep(
      step: step, loss: loss, learningRate: arguments.toldLearningRate * schedule.factor(step: step),
      accuracy: Double(correct) / Double(max(1, masked.tokens.count)), gradientNorm: state.gradientNorm())
  }

  package func takeStep() throws(TrainingError) -> TrainingStep {
    let found = differentiate()
    try state.step(found, arguments, factor: schedule.factor(step: step))
    step += 1
    return found
  }

  /// The mean loss of replaced tokens, the same ones each time, and the share that is predicted best.
  package func evaluate(_ heldOut: [TokenizedInput]) -> Evaluation {
    var (loss, correct, count) = (0.0, 0, 0)
    let size = max(1, min(arguments.batchSize, heldOut.count))
    for first in stride(from: 0, to: heldOut.count, by: size) {
      let some = Array(heldOut[first..<min(heldOut.count, first + size)])
      let masked = masked(some, number: -1 - first)
      let found = state.differentiate(masked.inputs, tokens: masked.tokens, withGradients: false)
      loss += found.loss * Double(masked.tokens.count)
      correct += found.correct
      count += masked.tokens.count
    }
    return Evaluation(loss: loss / Double(max(1, count)), accuracy: Double(correct) / Double(max(1, count)))
  }

  package func snapshot() -> ParameterStore { state.store() }
  package func gradients() -> ParameterStore { state.gradientStore() }

  package var configuration: JSONObject {
    pretrained.configuration.forMaskedLM(pretrained.architecture.classPrefix)
  }
}
