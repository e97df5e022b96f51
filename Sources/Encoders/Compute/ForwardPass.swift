import Activations
import COneDNN
import Synchronization
import VectorKernels

/// One run of an encoder: the operations that families are made of.
///
/// It computes one sentence, or several whose rows lie one below the other: dense layers, which take most of the time, then
/// read their weights once for all of them.
struct ForwardPass {
  let workspace: Workspace
  let sentences: [Sentence]
  /// The heads that are switched off.
  let ablations: [Ablation]
  let isCancelled: () -> Bool

  /// A sentence, and where its positions lie among the rows of all.
  struct Sentence {
    let input: TokenizedInput
    let mask: AttentionMask
    let rows: Range<Int>

    var positions: Int { rows.count }
  }

  init(
    workspace: Workspace, inputs: [EncoderInput], ablations: [Ablation], isCancelled: @escaping () -> Bool
  ) {
    self.workspace = workspace
    self.ablations = ablations
    self.isCancelled = isCancelled
    var sentences: [Sentence] = []
    for input in inputs {
      let first = sentences.last?.rows.upperBound ?? 0
      sentences.append(Sentence(input: input.tokens, mask: input.mask, rows: first..<first + input.tokens.count))
    }
    self.sentences = sentences
  }

  var team: ThreadTeam { workspace.team }

  /// How many rows all sentences have together.
  var rows: Int { sentences.last?.rows.upperBound ?? 0 }

  /// Called between layers.
  func checkCancellation() throws {
    if isCancelled() { throw CancellationError() }
  }

  // MARK: Memory

  /// Memory for rows of numbers that is captured: [rows, columns].
  func storage(rows: Int, columns: Int) -> FloatStorage { FloatStorage(count: capacity(rows) * columns) }

  /// Memory for rows of numbers that is used again for the next layer: [rows, columns].
  func buffer(_ buffer: Workspace.Buffer, rows: Int, columns: Int) -> UnsafeMutablePointer<Float> {
    workspace.buffer(buffer, count: capacity(rows) * columns)
  }

  /// How many rows there has to be room for. Where threads share rows, all compute equally many, so that one compiled
  /// product serves all; what the last one computes too much must not be in anybody's way.
  private func capacity(_ rows: Int) -> Int {
    let each = (rows + team.size - 1) / team.size
    return each * team.size
  }

  /// What there is to see of each sentence: its traces of all layers, and its rows of what lies between them, [row, columns].
  func traces(_ layers: [[LayerTrace]], hiddenStates: [FloatStorage], columns: Int) -> [AttentionTrace] {
    sentences.enumerated().map { index, sentence in
      AttentionTrace(
        layers: layers.map { $0[index] },
        hiddenStates: hiddenStates.map {
          Tensor(
            storage: $0, offset: sentence.rows.lowerBound * columns, shape: [sentence.positions, columns])
        })
    }
  }

  /// Calls `body` on every thread with the rows that are its own.
  func forRows(_ rows: Int, _ body: (Range<Int>) -> Void) {
    team.run(team.size) { member, count in body(ThreadTeam.rows(rows, member: member, of: count)) }
  }

  // MARK: Dense layers

  /// y = f(x Wᵀ + b): `input` is [rows, inputSize], `output` [rows, outputSize]; both have room as `storage` makes it.
  func dense(
    _ dense: Dense, _ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>
  ) throws {
    let each = (rows + team.size - 1) / team.size
    if let panels = panels(of: dense) {
      try denseByPanels(dense, input, rows: rows, panels, into: output)
    } else if team.size == 1 || rows * dense.inputSize * dense.outputSize < 100_000 {
      try denseByRows(dense, input, rows: rows, each: rows, into: output)
    } else if each < 24, let panels = dense.layout?.panels, dense.outputSize > panels.columns {
      // Few rows: reading the weights takes longer than multiplying, so every thread reads other ones.
      try denseByColumns(dense, input, rows: rows, panels, into: output)
    } else {
      try denseByRows(dense, input, rows: rows, each: each, into: output)
    }
  }

  /// Every member computes all columns of `each` rows.
  private func denseByRows(
    _ dense: Dense, _ input: UnsafePointer<Float>, rows: Int, each: Int, into output: UnsafeMutablePointer<Float>
  ) throws {
    let product = try workspace.product(dense.shape, rows: each)
    let weights = try dense.weights(in: product.weightsLayout, on: workspace.engine, workspace.streams[0])
    let failure = Failure()
    let members = (rows + each - 1) / each
    team.run(members) { member, count in
      for part in stride(from: member, to: members, by: count) {
        failure.note(
          product.execute(
            member, on: workspace.streams[member], input + part * each * dense.inputSize, weights,
            bias: dense.bias?.pointer, into: output + part * each * dense.outputSize))
      }
    }
    try failure.check(dense, rows)
  }

  /// Every member computes some columns of all rows, where the layout allows it.
  private func denseByColumns(
    _ dense: Dense, _ input: UnsafePointer<Float>, rows: Int, _ panels: (columns: Int, size: Int),
    into output: UnsafeMutablePointer<Float>
  ) throws {
    let panelCount = (dense.outputSize + panels.columns - 1) / panels.columns
    let members = min(team.size, panelCount)
    var parts: [(columns: Range<Int>, product: Product, buffer: UnsafeMutablePointer<Float>)] = []
    for member in 0..<members {
      let share = ThreadTeam.share(of: panelCount, member: member, of: members)
      let columns = share.lowerBound * panels.columns..<min(dense.outputSize, share.upperBound * panels.columns)
      var shape = dense.shape
      shape.outputSize = columns.count
      let product = try workspace.product(shape, rows: rows)
      guard let own = product.weightsLayout.panels, own == panels else {
        return try denseByRows(dense, input, rows: rows, each: rows, into: output)
      }
      parts.append((columns, product, workspace.buffer(.part(member: member), count: rows * columns.count)))
    }
    guard let layout = dense.layout else { return }
    let weights = try dense.weights(in: layout, on: workspace.engine, workspace.streams[0])
    let failure = Failure()
    team.run(members) { member, count in
      for index in stride(from: member, to: members, by: count) {
        let (columns, product, buffer) = parts[index]
        failure.note(
          product.execute(
            member, on: workspace.streams[member], input, weights + columns.lowerBound / panels.columns * panels.size,
            bias: dense.bias.map { $0.pointer + columns.lowerBound }, into: buffer))
        for row in 0..<rows {
          (output + row * dense.outputSize + columns.lowerBound).update(
            from: buffer + row * columns.count, count: columns.count)
        }
      }
    }
    try failure.check(dense, rows)
  }

  /// What went wrong in any of the threads.
  final class Failure: Sendable {
    private let status = Atomic<UInt32>(dnnl_success.rawValue)

    func note(_ status: dnnl_status_t) {
      if status != dnnl_success { self.status.store(status.rawValue, ordering: .relaxed) }
    }

    func check(_ what: @autoclosure () -> String) throws {
      try Encoders.check(dnnl_status_t(status.load(ordering: .relaxed)), what())
    }

    func check(_ dense: Dense, _ rows: Int) throws {
      try check("multiply \(rows) × \(dense.inputSize) by \(dense.inputSize) × \(dense.outputSize)")
    }
  }

  // MARK: Attention

  /// Scaled dot-product attention of all heads within each sentence: softmax(scale · QKᵀ + bias, over visible keys) V.
  ///
  /// `fused` holds queries, keys and values beside each other: [row, 3 · heads · headSize]. `visible` and `biases` have an
  /// entry for each sentence. `output` is what the layer will take the context through, which is [row, heads · headSize].
  func attention(
    layer: Int, _ fused: FloatStorage, heads: Int, headSize: Int, visible: [VisibleKeys], scale: Float,
    biases: [Tensor]? = nil, output: OutputProjection
  ) throws -> (context: FloatStorage, traces: [LayerTrace]) {
    let context = storage(rows: rows, columns: heads * headSize)
    let ablations = ablations(in: layer)
    let traces = try sentences.enumerated().map { index, sentence in
      let attention = HeadAttention(
        kernels: workspace.kernels, fused: fused, firstRow: sentence.rows.lowerBound, positions: sentence.positions,
        heads: heads, headSize: headSize, visible: visible[index], scale: scale, bias: biases?[index],
        ablations: ablations)
      return attention.trace(try probabilities(attention, context), context, output)
    }
    return (context, traces)
  }

  /// The probabilities of all heads of a sentence, [head, query, key]; and its rows of `context`.
  private func probabilities(_ attention: HeadAttention, _ context: FloatStorage) throws -> FloatStorage {
    let (heads, positions) = (attention.heads, attention.positions)
    let probabilities = FloatStorage(count: heads * positions * positions)
    let panels = attention.panels(places: heads) { workspace.buffer(.head($0), count: $1) }
    let failure = Failure()
    // Small enough that a block of scores stays in the second-level cache until it is multiplied by the values.
    let block = max(1, workspace.kernels.scoresInCache / positions)
    let blocks = (positions + block - 1) / block

    /// Some queries of one head.
    func attend(_ head: Int, _ block: Int) {
      let queries = ThreadTeam.share(of: positions, member: block, of: blocks)
      let scores = probabilities.pointer + (head * positions + queries.lowerBound) * positions
      failure.note(attention.probabilities(head, queries, panels, head, into: scores))
      failure.note(
        attention.context(
          head, queries, scores, panels, head, into: context.pointer + attention.contextOffset(queries, head)))
    }

    if blocks > 1 {
      team.forEach(heads) { head, _ in panels?.pack(head, head) }
      team.forEach(heads * blocks) { part, _ in attend(part / blocks, part % blocks) }
    } else {
      // Below some thousand multiplications, telling a second thread takes longer than the work.
      let work = heads * positions * positions * attention.headSize
      team.forEach(heads, alone: work < 16_384) { head, _ in
        panels?.pack(head, head)
        attend(head, 0)
      }
    }
    try failure.check("multiply queries and keys of \(positions) positions")
    return probabilities
  }

  /// How the heads of a layer are switched off, by head.
  private func ablations(in layer: Int) -> [Int: Ablation.Kind] {
    var kinds: [Int: Ablation.Kind] = [:]
    for ablation in ablations where ablation.head.layer == layer { kinds[ablation.head.head] = ablation.kind }
    return kinds
  }
}
