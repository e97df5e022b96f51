import Activations
import COneDNN
import Synchronization
import VectorKernels

/// One run of an encoder: the operations that families are made of.
struct ForwardPass {
  let workspace: Workspace
  /// How many positions the input has.
  let positions: Int
  /// The heads that are switched off.
  let ablations: [Ablation]
  let isCancelled: () -> Bool

  var team: ThreadTeam { workspace.team }

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

  /// [position, hidden]
  func tensor(_ storage: FloatStorage, columns: Int) -> Tensor {
    Tensor(storage: storage, shape: [positions, columns])
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

  /// Scaled dot-product attention of all heads: softmax(scale · QKᵀ + bias, over visible keys) V.
  ///
  /// `fused` holds queries, keys and values beside each other: [position, 3 · heads · headSize]. The context of the trace
  /// begins at the start of its storage: [position, heads · headSize]. `output` is what the layer will take it through.
  func attention(
    layer: Int, _ fused: FloatStorage, heads: Int, headSize: Int, visible: VisibleKeys, scale: Float,
    bias: Tensor? = nil, output: OutputProjection
  ) throws -> LayerTrace {
    let positions = positions
    let hidden = heads * headSize
    let attention = HeadAttention(
      kernels: workspace.kernels, fused: fused, positions: positions, heads: heads, headSize: headSize,
      visible: visible, scale: scale, bias: bias, ablations: ablations(in: layer))
    let panels = attention.panels(places: heads) { workspace.buffer(.head($0), count: $1) }
    let probabilities = FloatStorage(count: heads * positions * positions)
    let context = storage(rows: positions, columns: hidden)
    let failure = Failure()
    // Small enough that a block of scores stays in the second-level cache until it is multiplied by the values.
    let block = max(1, workspace.kernels.scoresInCache / positions)
    let blocks = (positions + block - 1) / block

    /// Some queries of one head.
    func attend(_ head: Int, _ block: Int) {
      let rows = ThreadTeam.share(of: positions, member: block, of: blocks)
      let scores = probabilities.pointer + (head * positions + rows.lowerBound) * positions
      failure.note(attention.probabilities(head, rows, panels, head, into: scores))
      failure.note(
        attention.context(
          head, rows, scores, panels, head, into: context.pointer + rows.lowerBound * hidden + head * headSize))
    }

    if blocks > 1 {
      team.forEach(heads) { head, _ in panels?.pack(head, head) }
      team.forEach(heads * blocks) { part, _ in attend(part / blocks, part % blocks) }
    } else {
      // Below some thousand multiplications, telling a second thread takes longer than the work.
      let work = heads * positions * positions * headSize
      team.forEach(heads, alone: work < 16_384) { head, _ in
        panels?.pack(head, head)
        attend(head, 0)
      }
    }
    try failure.check("multiply queries and keys of \(positions) positions")
    func view(_ storage: FloatStorage, offset: Int, stride: Int) -> Tensor {
      Tensor(storage: storage, offset: offset, shape: [heads, positions, headSize], strides: [headSize, stride, 1])
    }
    return LayerTrace(
      queries: view(fused, offset: 0, stride: 3 * hidden), keys: view(fused, offset: hidden, stride: 3 * hidden),
      values: view(fused, offset: 2 * hidden, stride: 3 * hidden),
      attentionProbabilities: Tensor(storage: probabilities, shape: [heads, positions, positions]),
      contextLayer: view(context, offset: 0, stride: hidden), mask: visible.mask, scale: scale, scoreBias: bias,
      outputProjection: output, ablations: attention.ablations, recompute: attention.probabilitiesAgain,
      recomputeContext: attention.contextAgain)
  }

  /// How the heads of a layer are switched off, by head.
  private func ablations(in layer: Int) -> [Int: Ablation.Kind] {
    var kinds: [Int: Ablation.Kind] = [:]
    for ablation in ablations where ablation.head.layer == layer { kinds[ablation.head.head] = ablation.kind }
    return kinds
  }
}
