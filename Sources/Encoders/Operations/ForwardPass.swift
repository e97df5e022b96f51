import Activations
import Compute
import Synchronization

/// One run of an encoder: the operations that families are made of.
///
/// It computes one sentence, or several whose rows lie one below the other: dense layers, which take most of the time, then
/// read their weights once for all of them.
struct ForwardPass {
  let scratch: ScratchBuffers
  let sentences: [Sentence]
  /// The heads that are switched off.
  let ablations: [Ablation]
  /// What the probabilities of the only input are shown to as they are computed; nil where nothing wants to see them.
  let reader: (any ProbabilityReader)?
  /// Nil where probabilities are kept.
  let inParts: InParts?
  /// Nil where nobody waits.
  let progress: ForwardProgress?
  let isCancelled: @Sendable () -> Bool

  /// How an input is computed whose probabilities are too many to be kept: then it is the only one.
  struct InParts {
    /// Where all else that is kept lies, if memory has no room for it.
    let disk: DiskMemory?
  }

  /// A sentence, and where its positions lie among the rows of all.
  struct Sentence {
    let input: TokenizedInput
    let mask: AttentionMask
    let rows: Range<Int>

    var positions: Int { rows.count }
  }

  init(
    scratch: ScratchBuffers, inputs: [EncoderInput], ablations: [Ablation], reader: (any ProbabilityReader)? = nil,
    inParts: InParts? = nil, progress: ForwardProgress? = nil, isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.scratch = scratch
    self.ablations = ablations
    self.reader = reader
    self.inParts = inParts
    self.progress = progress
    self.isCancelled = isCancelled
    var sentences: [Sentence] = []
    for input in inputs {
      let first = sentences.last?.rows.upperBound ?? 0
      sentences.append(Sentence(input: input.tokens, mask: input.mask, rows: first..<first + input.tokens.count))
    }
    self.sentences = sentences
  }

  var engine: Engine { scratch.engine }
  var team: ThreadTeam { engine.team }

  /// How many rows all sentences have together.
  var rows: Int { sentences.last?.rows.upperBound ?? 0 }

  /// Called where a layer begins.
  func checkCancellation() throws {
    progress?.beginLayer()
    if isCancelled() { throw CancellationError() }
  }

  // MARK: Memory

  /// Memory for rows of numbers that is captured: [rows, columns].
  func storage(rows: Int, columns: Int) -> FloatStorage {
    inParts?.disk.flatMap { FloatStorage(count: rows * columns, on: $0) } ?? FloatStorage(count: rows * columns)
  }

  /// Memory for rows of numbers that is used again for the next layer: [rows, columns].
  func buffer(_ buffer: ScratchBuffers.Buffer, rows: Int, columns: Int) -> UnsafeMutablePointer<Float> {
    scratch.buffer(buffer, count: rows * columns)
  }

  /// What there is to see of each sentence: its traces of all layers, and its rows of what lies between them, [row, columns].
  func traces(_ layers: [[LayerTrace]], hiddenStates: [FloatStorage], columns: Int) -> [AttentionTrace] {
    sentences.enumerated().map { index, sentence in
      AttentionTrace(
        layers: layers.map { $0[index] },
        hiddenStates: hiddenStates.map {
          Tensor(
            storage: $0, offset: sentence.rows.lowerBound * columns, shape: [sentence.positions, columns])
        }, isReadInParts: inParts != nil, reader: reader)
    }
  }

  /// Calls `body` on every thread with the rows that are its own.
  func forRows(_ rows: Int, _ body: (Range<Int>) -> Void) {
    team.run(team.size) { member, count in body(ThreadTeam.rows(rows, member: member, of: count)) }
  }

  // MARK: Dense layers

  /// y = f(x Wᵀ + b): `input` is [rows, inputSize], `output` [rows, outputSize].
  func dense(
    _ dense: Dense, _ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>
  ) throws {
    guard let weights = dense.weights else {
      throw EncoderError(
        "a dense layer of \(dense.inputSize) × \(dense.outputSize) was used before its weights were there")
    }
    engine.multiply(input, rows: rows, by: dense, weights, into: output)
  }

  // MARK: Attention

  /// Scaled dot-product attention of all heads within each sentence: softmax(scale · QKᵀ + bias, over visible keys) V.
  ///
  /// `fused` holds queries, keys and values beside each other: [row, 3 · heads · headSize]. `visible` and `biases` have an
  /// entry for each sentence. `output` is what the layer will take the context through, which is [row, heads · headSize].
  func attention(
    layer: Int, _ fused: FloatStorage, heads: Int, headSize: Int, visible: [VisibleKeys], scale: Float,
    biases: [Tensor]? = nil, output: OutputProjection, traits: AttentionTraits? = nil
  ) throws -> (context: FloatStorage, traces: [LayerTrace]) {
    let context = storage(rows: rows, columns: heads * headSize)
    let ablations = ablations(in: layer)
    let traces = try sentences.enumerated().map { index, sentence in
      let attention = HeadAttention(
        kernels: engine.kernels, fused: fused, firstRow: sentence.rows.lowerBound, positions: sentence.positions,
        heads: heads, headSize: headSize, visible: visible[index], scale: scale, bias: biases?[index],
        ablations: ablations, traits: traits)
      let kept = inParts == nil ? FloatStorage(count: heads * sentence.positions * sentence.positions) : nil
      if let kept, reader == nil, sentence.positions <= attention.queriesTogether {
        attendAtOnce(attention, context, kept)
      } else {
        try attend(attention, layer: layer, context, kept)
      }
      return attention.trace(kept, context, output)
    }
    return (context, traces)
  }

  /// The probabilities of all heads of a short sentence, [head, query, key], and its rows of `context`: each head at once.
  private func attendAtOnce(_ attention: HeadAttention, _ context: FloatStorage, _ kept: FloatStorage) {
    let (heads, positions) = (attention.heads, attention.positions)
    let panels = attention.panels(places: heads) { scratch.buffer(.head($0), count: $1) }
    // Below some thousand multiplications, telling a second thread takes longer than the work.
    let work = heads * positions * positions * attention.headSize
    team.forEach(heads, alone: work < 16_384) { head, _ in
      panels.pack(head, head)
      let scores = kept.pointer + head * positions * positions
      attention.probabilities(head, 0..<positions, keys: 0..<positions, panels, head, into: scores)
      attention.context(
        head, 0..<positions, keys: 0..<positions, scores, panels, head,
        into: context.pointer + attention.contextOffset(0..<positions, head))
    }
  }

  /// A sentence's rows of `context`: some queries at a time, and of each the keys that they see. Their probabilities go to `kept`,
  /// [head, query, key], if any, and are shown to the reader, if any.
  private func attend(
    _ attention: HeadAttention, layer: Int, _ context: FloatStorage, _ kept: FloatStorage?
  ) throws {
    let (heads, positions) = (attention.heads, attention.positions)
    let panels = attention.panels(places: heads) { scratch.buffer(.head($0), count: $1) }
    let block = attention.queriesTogether
    let memory = scratch.buffer(.scores, count: team.size * block * positions)
    let length = min(max(reader?.partLength(queries: positions, keys: positions) ?? block, 1), positions)
    let parts = (positions + length - 1) / length
    let layerReader = reader?.layer(layer, heads: heads, mask: attention.visible.mask)
    team.forEach(heads) { head, _ in panels.pack(head, head) }
    let isStopped = Atomic(false)
    let done = Atomic(0)
    team.forEach(heads * parts) { item, member in
      // A long text takes seconds in a layer, and whoever waits wants to stop it at once.
      if isStopped.load(ordering: .relaxed) { return }
      if isCancelled() { return isStopped.store(true, ordering: .relaxed) }
      let head = item / parts
      let queries = item % parts * length..<min((item % parts + 1) * length, positions)
      let part = layerReader?.part(head: head, queries: queries)
      for first in stride(from: queries.lowerBound, to: queries.upperBound, by: block) {
        let rows = first..<min(first + block, queries.upperBound)
        let keys = attention.keys(seenBy: rows, panels)
        let target = kept.map { $0.pointer + (head * positions + rows.lowerBound) * positions }
        // Rows of all keys are computed where they stay.
        let scores = (keys.count == positions ? target : nil) ?? memory + member * block * positions
        attention.probabilities(head, rows, keys: keys, panels, head, into: scores)
        attention.context(
          head, rows, keys: keys, scores, panels, head,
          into: context.pointer + attention.contextOffset(rows, head))
        part?.read(queries: rows, keys: keys, scores)
        if let target, scores != target { attention.spread(scores, rows: rows.count, keys: keys, into: target) }
      }
      part?.finish()
      let count = done.wrappingAdd(1, ordering: .relaxed).newValue
      progress?.advance(to: Double(count) / Double(heads * parts))
    }
    if isStopped.load(ordering: .relaxed) { throw CancellationError() }
    layerReader?.finish()
  }

  /// How the heads of a layer are switched off, by head.
  private func ablations(in layer: Int) -> [Int: Ablation.Kind] {
    var kinds: [Int: Ablation.Kind] = [:]
    for ablation in ablations where ablation.head.layer == layer { kinds[ablation.head.head] = ablation.kind }
    return kinds
  }
}
