import Activations
import Checkpoints
import Compute
import JSON
import Support
import Synchronization

/// What an encoder is asked to compute: tokens, and which of them attend to which.
struct EncoderInput {
  let tokens: TokenizedInput
  let mask: AttentionMask
}

/// A text encoder whose attention can be looked at.
public protocol Encoder: Sendable {
  var description: EncoderDescription { get }

  /// Computes everything that the encoder does with `input`, the heads in `ablations` switched off.
  ///
  /// May be called from any thread; calls wait for each other. `isCancelled` is asked between layers: where it says yes,
  /// a `CancellationError` is thrown. Everything else that is thrown is an `EncoderError`: ids outside the vocabulary, an
  /// input that is empty or too long, a mask of another size, a head that there is not, weights that are not numbers, too
  /// little memory. Where `storage` has no room for the probabilities, the trace computes them whenever they are asked for
  /// (`isReadInParts`): the same numbers.
  func run(
    _ input: TokenizedInput, mask: AttentionMask, ablations: [Ablation], storage: ProbabilityStorage,
    isCancelled: @Sendable () -> Bool
  ) throws -> AttentionTrace

  /// Computes many inputs, on all threads at a time, and calls `body` with what came of each as soon as it is there, in any
  /// order and on any thread. The numbers are those of `run`, bit for bit. `mask` is asked for the mask of an input when its
  /// turn comes; `body` is given it, too. The first failure ends it.
  func runEach(
    _ inputs: [TokenizedInput], mask: @Sendable (_ index: Int) throws -> AttentionMask, ablations: [Ablation],
    isCancelled: @escaping @Sendable () -> Bool,
    body: @Sendable (_ index: Int, _ mask: AttentionMask, _ trace: AttentionTrace) throws -> Void
  ) throws

  /// What the masked-LM head makes of some positions of the last hidden state, [position, hidden]: [position, vocabulary].
  /// Nil where the checkpoint has no such head.
  func vocabularyLogits(of lastHiddenState: Tensor, at positions: [Int]) throws -> Tensor?
}

extension Encoder {
  /// Computes `input` with all heads, to the end.
  public func run(_ input: TokenizedInput, mask: AttentionMask) throws -> AttentionTrace {
    try run(input, mask: mask, ablations: [], storage: ProbabilityStorage(), isCancelled: { false })
  }

  /// Computes `input` with all heads.
  public func run(
    _ input: TokenizedInput, mask: AttentionMask, isCancelled: @Sendable () -> Bool
  ) throws -> AttentionTrace {
    try run(input, mask: mask, ablations: [], storage: ProbabilityStorage(), isCancelled: isCancelled)
  }

  /// Computes `input`, the heads in `ablations` switched off.
  public func run(
    _ input: TokenizedInput, mask: AttentionMask, ablations: [Ablation], isCancelled: @Sendable () -> Bool
  ) throws -> AttentionTrace {
    try run(input, mask: mask, ablations: ablations, storage: ProbabilityStorage(), isCancelled: isCancelled)
  }
}

/// From here on, the calling thread and the threads that compute have a lower priority than the rest of the program. A screen
/// then answers a key at once while an encoder keeps every processor busy.
public func lowerComputePriority() { ThreadTeam.shared.lowerPriority() }

/// Computes with one thread less for so long, because a person is typing. The numbers stay the same, bit for bit.
public func reserveProcessorForScreen(for duration: Duration) { ThreadTeam.shared.reserveProcessor(for: duration) }

/// Loads the encoder in a folder as Hugging Face publishes them: `config.json`, and `model.safetensors` or `pytorch_model.bin`, or
/// shards of these.
///
/// `adapter` is the folder of a LoRA adapter that is merged into it. `name` is what the description will call it. Weights that are NaN or
/// infinite are an error, unless `allowsDamagedWeights`: then the description says which they are, and what they lead to can be looked
/// at. Throws an `EncoderError`.
public func loadEncoder(
  folder: String, adapter: String? = nil, name: String, allowsDamagedWeights: Bool = false
) throws -> any Encoder {
  try loadEncoder(
    folder: folder, adapter: adapter, name: name, allowsDamagedWeights: allowsDamagedWeights, kernels: .best)
}

/// Throws where `loadEncoder` would, but does not look at the numbers of large matrices: that takes a hundredth of the time.
///
/// - Returns: what the encoder is like.
@discardableResult
package func checkEncoder(folder: String, adapter: String? = nil) throws -> EncoderDescription {
  try loadEncoder(
    folder: folder, adapter: adapter, name: folder, allowsDamagedWeights: true, kernels: .best, isOnlyChecked: true
  ).description
}

func loadEncoder(
  folder: String, adapter: String? = nil, name: String, allowsDamagedWeights: Bool = false, kernels: Kernels,
  isOnlyChecked: Bool = false
) throws -> any Encoder {
  var folder = folder
  while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
  let configuration = try Configuration(folder: folder)
  // Before the checkpoint is looked for: what is no encoder need not have one.
  _ = try configuration.family()
  let checkpoint: Checkpoint
  do throws(CheckpointError) { checkpoint = try Checkpoint(folder: folder) } catch { throw EncoderError(error.text) }
  var source: any ParameterSource = checkpoint
  if let dequantized = DequantizedCheckpoint(source, configuration) { source = dequantized }
  if let adapter { source = try AdaptedCheckpoint(source, adapter: adapter) }
  let pruned = try PrunedCheckpoint(source, configuration)
  return try makeEncoder(
    configuration, pruned ?? source, name: name, allowsDamagedWeights: allowsDamagedWeights, kernels: kernels,
    isOnlyChecked: isOnlyChecked, notes: pruned?.notes ?? [])
}

/// Makes an encoder of parameters in memory, which computes as one does that is loaded from a folder.
///
/// - Parameters:
///   - configuration: what `config.json` holds.
///   - parameters: as they are now; what is changed in them later changes the next encoder.
///   - name: what the description, and errors about the configuration, will call it.
///   - allowsDamagedWeights: whether NaN and infinity are let through, as `loadEncoder` does.
/// - Throws: an `EncoderError`.
public func makeEncoder(
  configuration: JSONObject, parameters: ParameterStore, name: String, allowsDamagedWeights: Bool = false
) throws -> any Encoder {
  try makeEncoder(
    Configuration(configuration, path: name), parameters, name: name, allowsDamagedWeights: allowsDamagedWeights,
    kernels: .best)
}

private func makeEncoder(
  _ configuration: Configuration, _ source: any ParameterSource, name: String, allowsDamagedWeights: Bool,
  kernels: Kernels, isOnlyChecked: Bool = false, notes: [String] = []
) throws -> any Encoder {
  let (family, type) = try configuration.family()
  let parameters = Parameters(
    source: source, engine: Engine(kernels: kernels), damage: allowsDamagedWeights ? DamageReport() : nil,
    isOnlyChecked: isOnlyChecked)
  return LoadedEncoder(
    try type.init(configuration, parameters), name: name, family: family, task: configuration.task, notes: notes,
    parameters, ScratchBuffers(on: parameters.engine))
}

/// An encoder of any family, with what is the same for all.
final class LoadedEncoder: Encoder, @unchecked Sendable {
  // Unchecked because of the scratch buffers, which are only used while the lock is held.
  let description: EncoderDescription
  private let model: any FamilyModel
  private let scratch: ScratchBuffers
  private let lock = Mutex(())

  init(
    _ model: any FamilyModel, name: String, family: String, task: String?, notes: [String], _ parameters: Parameters,
    _ scratch: ScratchBuffers
  ) {
    self.model = model
    self.scratch = scratch
    let sizes = model.sizes
    description = EncoderDescription(
      name: name, family: family, layers: sizes.layers, heads: sizes.heads, hiddenSize: sizes.hidden,
      headSize: sizes.headSize, keyValueHeads: sizes.keyValueHeads, intermediateSize: sizes.intermediate,
      vocabularySize: sizes.vocabulary,
      maximumPositions: sizes.positions, tokenTypes: sizes.tokenTypes, parameters: model.account.count,
      storedType: model.account.storedType.rawValue, ignoredTensors: model.account.ignored,
      damagedTensors: parameters.damage?.lines ?? [],
      files: parameters.source.paths, fileBytes: parameters.source.byteCount,
      hasMaskedLMHead: model.maskedLMHead.head != nil, predictionNotes: model.maskedLMHead.notes,
      task: task, notes: notes)
  }

  /// Another encoder with the same weights, which can compute at the same time.
  private init(beside other: LoadedEncoder) {
    description = other.description
    model = other.model
    scratch = ScratchBuffers(on: other.scratch.engine)
  }

  /// So many rows keep a processor busy with weights that it has to read.
  private static let rowsTogether = 192

  /// Which inputs are computed together, the longest first: then no thread is left alone with a long one at the end.
  func groups(of inputs: [TokenizedInput]) -> [[Int]] {
    let total = inputs.reduce(0) { $0 + $1.count }
    let most = min(Self.rowsTogether, total / (4 * scratch.engine.team.size))
    var groups: [[Int]] = []
    var rows = 0
    for index in inputs.indices.sorted(by: { (inputs[$0].count, $1) > (inputs[$1].count, $0) }) {
      if groups.isEmpty || rows + inputs[index].count > most {
        groups.append([])
        rows = 0
      }
      groups[groups.count - 1].append(index)
      rows += inputs[index].count
    }
    return groups
  }

  func runEach(
    _ inputs: [TokenizedInput], mask: @Sendable (_ index: Int) throws -> AttentionMask, ablations: [Ablation],
    isCancelled: @escaping @Sendable () -> Bool,
    body: @Sendable (_ index: Int, _ mask: AttentionMask, _ trace: AttentionTrace) throws -> Void
  ) throws {
    let groups = groups(of: inputs)
    // What is computed at a time is held in memory at a time.
    let isRoom = groups.count > 1 && isRoom(for: groups.map { $0.map { inputs[$0].count } }) { AvailableMemory.now() }
    try runEach(
      inputs, in: groups, atOnce: isRoom, mask: mask, ablations: ablations, isCancelled: isCancelled, body: body)
  }

  /// - Parameter atOnce: a group on each thread; else all threads work on one input after the other.
  func runEach(
    _ inputs: [TokenizedInput], in groups: [[Int]], atOnce: Bool,
    mask: @Sendable (_ index: Int) throws -> AttentionMask, ablations: [Ablation],
    isCancelled: @escaping @Sendable () -> Bool,
    body: @Sendable (_ index: Int, _ mask: AttentionMask, _ trace: AttentionTrace) throws -> Void
  ) throws {
    guard atOnce else {
      for index in groups.joined() {
        let input = EncoderInput(tokens: inputs[index], mask: try mask(index))
        try body(
          index, input.mask,
          try run(input.tokens, mask: input.mask, ablations: ablations, isCancelled: isCancelled))
      }
      return
    }
    let lanes = (0..<min(groups.count, scratch.engine.team.size)).map { _ in LoadedEncoder(beside: self) }
    let failure = Mutex<(any Error)?>(nil)
    // While the team works on this, everything that it is asked for inside is done by the one thread that asks.
    scratch.engine.team.forEach(groups.count) { group, member in
      guard failure.withLock({ $0 == nil }) else { return }
      do {
        let together = try groups[group].map { EncoderInput(tokens: inputs[$0], mask: try mask($0)) }
        let traces = try lanes[member].run(together, ablations: ablations, isCancelled: isCancelled)
        for (place, index) in groups[group].enumerated() { try body(index, together[place].mask, traces[place]) }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  func run(
    _ input: TokenizedInput, mask: AttentionMask, ablations: [Ablation], storage: ProbabilityStorage,
    isCancelled: @Sendable () -> Bool
  ) throws -> AttentionTrace {
    let asked = EncoderInput(tokens: input, mask: mask)
    try check(asked)
    let memory = memory
    let isInParts = !memory.holdsProbabilities(of: input.count, limit: storage.limit)
    let progress = storage.progress.map { report in
      ForwardProgress(layers: description.layers) { share in report(share, isInParts) }
    }
    return try run(
      [asked], ablations: ablations,
      reader: isInParts || input.count >= storage.shownFrom ? storage.reader?(input) : nil,
      inParts: isInParts ? ForwardPass.InParts(disk: try memory.place(positions: input.count)) : nil,
      progress: progress, isCancelled: isCancelled)[0]
  }

  /// Computes `input` in parts.
  func run(
    _ input: TokenizedInput, mask: AttentionMask, reader: (any ProbabilityReader)?, inParts: ForwardPass.InParts
  ) throws -> AttentionTrace {
    try run(
      [EncoderInput(tokens: input, mask: mask)], ablations: [], reader: reader, inParts: inParts,
      isCancelled: { false })[0]
  }

  /// A trace for each input.
  private func run(
    _ inputs: [EncoderInput], ablations: [Ablation], reader: (any ProbabilityReader)? = nil,
    inParts: ForwardPass.InParts? = nil, progress: ForwardProgress? = nil, isCancelled: @Sendable () -> Bool
  ) throws -> [AttentionTrace] {
    for input in inputs { try check(input) }
    try check(ablations)
    return try lock.withLock { _ -> [AttentionTrace] in
      // What a long text needs is not kept for short ones.
      defer { if inParts != nil { scratch.release() } }
      // withoutActuallyEscaping, because the pass that carries the closure does not outlive this call.
      return try withoutActuallyEscaping(isCancelled) { isCancelled in
        try model.forward(
          ForwardPass(
            scratch: scratch, inputs: inputs, ablations: ablations, reader: reader, inParts: inParts,
            progress: progress, isCancelled: isCancelled))
      }
    }
  }

  func vocabularyLogits(of lastHiddenState: Tensor, at positions: [Int]) throws -> Tensor? {
    guard let head = model.maskedLMHead.head else { return nil }
    guard lastHiddenState.shape.count == 2, lastHiddenState.shape[1] == description.hiddenSize,
      positions.allSatisfy((0..<lastHiddenState.shape[0]).contains)
    else {
      throw EncoderError(
        "the hidden state has the shape \(lastHiddenState.shape), and not all of \(positions) lie in it")
    }
    return try lock.withLock { _ -> Tensor in
      return try head.logits(
        lastHiddenState, at: positions,
        ForwardPass(scratch: scratch, inputs: [], ablations: [], isCancelled: { false }))
    }
  }

  /// What traces take.
  var memory: TraceMemory { TraceMemory(description, keptScoreBiases: model.keptScoreBiases) }

  /// Whether the traces of all groups that threads compute at a time find room, however large those are; each group has inputs of
  /// so many positions.
  func isRoom(for groups: [[Int]], available: () -> AvailableMemory?) -> Bool {
    let memory = memory
    let sizes = groups.map { $0.reduce(0) { $0 + memory.mebibytes(positions: $1) } }
    return TraceMemory.isRoom(for: sizes.sorted(by: >).prefix(scratch.engine.team.size).reduce(0, +), available)
  }

  private func check(_ ablations: [Ablation]) throws {
    for ablation in ablations {
      let (layer, head) = (ablation.head.layer, ablation.head.head)
      guard layer >= 0, layer < description.layers, head >= 0, head < description.heads else {
        throw EncoderError(
          "cannot switch off layer \(layer) head \(head): \(description.name) has \(description.layers) layers of "
            + "\(description.heads) heads, counted from 0")
      }
    }
  }

  private func check(_ asked: EncoderInput) throws {
    let (input, mask) = (asked.tokens, asked.mask)
    let count = input.count
    guard count > 0 else { throw EncoderError("the input has no tokens, not even special ones") }
    guard count <= description.maximumPositions else {
      throw EncoderError("the input has \(count) tokens, \(description.name) takes \(description.maximumPositions)")
    }
    guard mask.size == count else {
      throw EncoderError("the mask is for \(mask.size) positions, the input has \(count)")
    }
    guard input.attentionMask.count == count, input.tokenTypeIDs.count == count else {
      throw EncoderError("the input has \(count) ids, but not as many token types and mask entries")
    }
    let vocabulary = description.vocabularySize
    for (position, id) in input.inputIDs.enumerated() where id < 0 || id >= vocabulary {
      throw EncoderError(
        "token id \(id) at position \(position) is outside the vocabulary of \(vocabulary); "
          + "the tokenizer belongs to another model")
    }
    guard description.tokenTypes > 1 else { return }
    for (position, type) in input.tokenTypeIDs.enumerated() where type < 0 || type >= description.tokenTypes {
      throw EncoderError(
        "token type \(type) at position \(position) is outside the \(description.tokenTypes) that there are")
    }
  }
}
