import Activations
import Encoders
import Explorer
import Insights
import Models
import Support
import Synchronization
import Tokenizers
import Training

/// Measures on labelled sentences with weights that training has handed out, by the forward pass that is shown.
struct HeldOutMeasuring {
  let ground: TrainingGround
  let locator: @Sendable () -> ModelLocator

  private var trained: TrainedModels { ground.trained }
  /// So many probabilities of each head are held at a time.
  private static let mostPairs = 1 << 18

  /// Everything but importance, for which a run has to compute a backward pass.
  ///
  /// - Returns: nil where `isCancelled` said yes on the way, and where these weights are gone.
  func find(
    _ request: HeldOutRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> HeldOutFinding? {
    guard let snapshot = trained[request.weights], let examples = trained.examples else { return nil }
    do {
      switch request.measure {
      case .performance(let off):
        let on = try performance(snapshot, request.weights, examples, off: [], isCancelled)
        return .performance(
          off: try performance(snapshot, request.weights, examples, off: off, isCancelled), on: on)
      case .change: return .change(try change(request, snapshot, examples, isCancelled))
      case .importance: return nil
      }
    } catch is CancellationError {
      return nil
    }
  }

  /// The model with some weights, which the screen may have made already.
  private func model(_ snapshot: TrainedModels.Snapshot, _ name: String) throws -> Model {
    try trained.model(name) {
      let location = try ground.location(of: snapshot.base, locator)
      guard snapshot.parameters != nil else { return try Model.load(location, allowsDamagedWeights: true) }
      return try snapshot.model(location, tokenizer: Tokenizer(folder: location.folder))
    }
  }

  private func performance(
    _ snapshot: TrainedModels.Snapshot, _ name: String, _ examples: ClassificationExamples, off: [Ablation],
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> TaskPerformance {
    if off.isEmpty, let known = trained.performance(name) { return known }
    let inputs = examples.inputs
    let logits = Mutex([[Double]](repeating: [], count: inputs.count))
    try model(snapshot, name).encoder.runEach(
      inputs, mask: { AttentionMask(.keys, attentionMask: inputs[$0].attentionMask) }, ablations: off,
      isCancelled: isCancelled
    ) { index, _, trace in
      guard let last = trace.hiddenStates.last else { return }
      let found = snapshot.head.logits(last, inputs[index])
      logits.withLock { $0[index] = found }
    }
    let found = TaskPerformance(logits: logits.withLock { $0 }, labels: examples.labels)
    if off.isEmpty { trained.keep(found, name) }
    return found
  }

  /// The mean over sentences of how far each head has changed.
  private func change(
    _ request: HeldOutRequest, _ snapshot: TrainedModels.Snapshot, _ examples: ClassificationExamples,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [[HeadChange]] {
    guard let first = trained[request.untrained] else { throw CancellationError() }
    let (before, after) = (try model(first, request.untrained), try model(snapshot, request.weights))
    var sums: [[HeadChange]] = []
    for part in parts(of: examples.inputs) {
      let traces = Mutex([AttentionTrace?](repeating: nil, count: part.count))
      let found = Mutex([[[HeadChange]]](repeating: [], count: part.count))
      @Sendable func mask(_ index: Int) -> AttentionMask {
        AttentionMask(.keys, attentionMask: part[index].attentionMask)
      }
      @Sendable func encoding(_ index: Int, _ mask: AttentionMask, _ trace: AttentionTrace) -> Encoding {
        Encoding(request: EncodeRequest(texts: [""]), input: part[index], mask: mask, trace: trace)
      }
      try before.encoder.runEach(part, mask: mask, ablations: [], isCancelled: isCancelled) { index, _, trace in
        traces.withLock { $0[index] = trace }
      }
      try after.encoder.runEach(part, mask: mask, ablations: [], isCancelled: isCancelled) { index, mask, trace in
        guard let old = traces.withLock({ $0[index] }) else { return }
        let comparison = try EncodingComparison(encoding(index, mask, old), encoding(index, mask, trace))
        let heads = comparison.heads.map { $0.map { HeadChange($0) } }
        found.withLock { $0[index] = heads }
        traces.withLock { $0[index] = nil }
      }
      // In the order of the sentences: the sum is the same on any number of threads.
      for heads in found.withLock({ $0 }) { sums = sums.isEmpty ? heads : sums.adding(heads) }
    }
    let count = Double(max(examples.inputs.count, 1))
    return sums.map { $0.map { HeadChange(distance: $0.distance / count, largest: $0.largest / count) } }
  }

  /// Sentences that are computed at a time.
  private func parts(of inputs: [TokenizedInput]) -> [[TokenizedInput]] {
    var parts: [[TokenizedInput]] = []
    var pairs = 0
    for input in inputs {
      let own = input.count * input.count
      if parts.isEmpty || pairs + own > Self.mostPairs {
        parts.append([])
        pairs = 0
      }
      parts[parts.count - 1].append(input)
      pairs += own
    }
    return parts
  }
}

extension [[HeadChange]] {
  fileprivate func adding(_ other: [[HeadChange]]) -> [[HeadChange]] {
    zip(self, other).map { layer, otherLayer in
      zip(layer, otherLayer).map {
        HeadChange(distance: $0.distance + $1.distance, largest: $0.largest + $1.largest)
      }
    }
  }
}
