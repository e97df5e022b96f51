import Activations
import COneDNN
import Synchronization

/// What an encoder keeps between runs: compiled primitives, and memory for what is not captured.
final class Workspace {
  let engine: Engine
  let stream: Stream
  private var lengths: [Int: (primitives: [DenseShape: DensePrimitive], lastUse: Int)] = [:]
  private var uses = 0
  private var buffers: [Buffer: FloatStorage] = [:]

  /// Primitives of more numbers of rows than this are not kept.
  private static let mostLengths = 16

  /// What scratch memory is for.
  enum Buffer: Hashable {
    case attentionOutput, attentionNorm, intermediate, gate, output, embeddings, positions
  }

  init(on engine: Engine) throws {
    self.engine = engine
    stream = try Stream(on: engine)
  }

  /// The compiled product of a dense layer for so many rows.
  func primitive(for shape: DenseShape, rows: Int) throws -> DensePrimitive {
    uses += 1
    lengths[rows, default: ([:], 0)].lastUse = uses
    if let known = lengths[rows]?.primitives[shape] { return known }
    if lengths.count > Workspace.mostLengths, let oldest = lengths.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      lengths[oldest.key] = nil
    }
    let primitive = try DensePrimitive(shape, rows: rows, on: engine)
    lengths[rows, default: ([:], uses)].primitives[shape] = primitive
    return primitive
  }

  /// Memory for `count` numbers that may be overwritten by whoever asks for the same buffer again.
  func buffer(_ buffer: Buffer, count: Int) -> UnsafeMutablePointer<Float> {
    if let storage = buffers[buffer], storage.count >= count { return storage.pointer }
    let storage = FloatStorage(count: count)
    buffers[buffer] = storage
    return storage.pointer
  }
}

/// One run of an encoder: the operations that families are made of.
struct ForwardPass {
  let workspace: Workspace
  /// How many positions the input has.
  let positions: Int
  let isCancelled: () -> Bool

  /// Called between layers.
  func checkCancellation() throws {
    if isCancelled() { throw CancellationError() }
  }

  func dense(
    _ dense: Dense, _ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>
  ) throws {
    let primitive = try workspace.primitive(for: dense.shape, rows: rows)
    try dense.apply(primitive, to: input, into: output, on: workspace.engine, workspace.stream)
  }

  /// Scaled dot-product attention of all heads: softmax(scale · QKᵀ + bias, over visible keys) V.
  ///
  /// `fused` holds queries, keys and values beside each other: [position, 3 · heads · headSize].
  func attention(
    _ fused: FloatStorage, heads: Int, headSize: Int, visible: VisibleKeys, scale: Float, bias: Tensor? = nil
  ) throws -> LayerTrace {
    let positions = positions
    let hidden = heads * headSize
    let stride = 3 * hidden
    let probabilities = FloatStorage(count: heads * positions * positions)
    let context = FloatStorage(count: positions * hidden)
    let failure = Atomic<UInt32>(dnnl_success.rawValue)
    // Small enough that a block of scores stays in the second-level cache until it is multiplied by the values.
    let blockRows = max(1, min(positions, 131_072 / max(positions, 1)))
    let blocks = (positions + blockRows - 1) / blockRows
    let tasks = heads * blocks
    let threads = min(tasks, heads * positions * positions * headSize < 16_384 ? 1 : ThreadTeam.size)
    visible.mask.allowed.withUnsafeBufferPointer { allowed in
      guard let allowed = allowed.baseAddress else { return }
      ThreadTeam.run(threads: threads) { thread, threads in
        for task in ThreadTeam.share(of: tasks, thread: thread, of: threads) {
          let head = task / blocks
          let rows = task % blocks * blockRows..<min(positions, (task % blocks + 1) * blockRows)
          let queries = fused.pointer + rows.lowerBound * stride + head * headSize
          let keys = fused.pointer + hidden + head * headSize
          let values = fused.pointer + 2 * hidden + head * headSize
          let scores = probabilities.pointer + (head * positions + rows.lowerBound) * positions
          var status = multiply(
            queries, stride, keys, stride, transposed: true, into: scores, positions, rows: rows.count,
            columns: positions, inner: headSize, alpha: scale)
          if status != dnnl_success { failure.store(status.rawValue, ordering: .relaxed) }
          for query in rows {
            softmax(
              scores + (query - rows.lowerBound) * positions, count: positions, visible.rows[query],
              allowed: allowed + query * positions,
              adding: bias.map {
                UnsafePointer($0.storage.pointer + $0.offset + head * $0.strides[0] + query * $0.strides[1])
              })
          }
          status = multiply(
            scores, positions, values, stride, transposed: false,
            into: context.pointer + rows.lowerBound * hidden + head * headSize, hidden, rows: rows.count,
            columns: headSize, inner: positions, alpha: 1)
          if status != dnnl_success { failure.store(status.rawValue, ordering: .relaxed) }
        }
      }
    }
    try check(dnnl_status_t(failure.load(ordering: .relaxed)), "multiply queries and keys of \(positions) positions")
    func view(_ storage: FloatStorage, offset: Int, stride: Int) -> Tensor {
      Tensor(storage: storage, offset: offset, shape: [heads, positions, headSize], strides: [headSize, stride, 1])
    }
    return LayerTrace(
      queries: view(fused, offset: 0, stride: stride), keys: view(fused, offset: hidden, stride: stride),
      values: view(fused, offset: 2 * hidden, stride: stride),
      attentionProbabilities: Tensor(storage: probabilities, shape: [heads, positions, positions]),
      contextLayer: view(context, offset: 0, stride: hidden), mask: visible.mask, scale: scale, scoreBias: bias)
  }
}
