import Activations
import Synchronization

/// Some rows of a dense layer's weights, and how to get them out of the checkpoint.
struct WeightPart {
  /// How many rows it writes.
  let rows: Int
  let tensor: StoredTensor
  /// Writes [rows, columns].
  let read: (UnsafeMutablePointer<Float>) throws -> Void

  init(rows: Int, tensor: StoredTensor, read: @escaping (UnsafeMutablePointer<Float>) throws -> Void) {
    self.rows = rows
    self.tensor = tensor
    self.read = read
  }

  /// Some rows of a stored matrix.
  init(rows: Range<Int>, of tensor: StoredTensor, columns: Int) {
    self.init(rows: rows.count, tensor: tensor) {
      try tensor.read(rows.lowerBound * columns, count: rows.count * columns, into: $0)
    }
  }
}

/// The weights of one dense layer, on their way from the file into the layout they are used in.
struct PackingJob {
  let dense: Dense
  let parts: [WeightPart]

  /// How many rows stand for all: oneDNN's choice of a layout does not depend on it, as far as is known.
  private static let typicalRows = 16

  /// Does all jobs, on all threads.
  static func run(_ jobs: [PackingJob], on engine: Engine) throws {
    guard !jobs.isEmpty else { return }
    var layouts: [ProductShape: BlockLayout] = [:]
    for job in jobs where layouts[job.dense.shape] == nil {
      layouts[job.dense.shape] = try layout(for: job.dense.shape, on: engine)
    }
    let largest = jobs.reduce(0) { max($0, $1.dense.inputSize * $1.dense.outputSize) }
    // All in one storage: it is large enough for huge pages, through which memory is read almost twice as fast.
    var offsets: [Int] = []
    var count = 0
    for job in jobs {
      offsets.append(count)
      // Every layer begins on a 64-byte boundary.
      count += ((layouts[job.dense.shape]?.count ?? 0) + 15) / 16 * 16
    }
    let storage = FloatStorage(count: count)
    let progress = Progress()
    ThreadTeam.shared.run(jobs.count) { _, _ in
      let staging = FloatStorage(count: largest)
      guard let stream = progress.attempt(0, { try Stream(on: engine) }) else { return }
      while let index = progress.next(of: jobs.count) {
        let job = jobs[index]
        guard let layout = layouts[job.dense.shape] else { continue }
        let place = Dense.Place(storage, offset: offsets[index])
        progress.attempt(index) { try job.run(staging, layout, at: place, on: engine, stream) }
      }
    }
    if let failure = progress.firstFailure { throw failure }
  }

  /// Ours, where our own kernel multiplies; otherwise what oneDNN likes best.
  private static func layout(for shape: ProductShape, on engine: Engine) throws -> BlockLayout {
    let kernels = engine.kernels
    return kernels.multiply(shape.activation)
      ? try BlockLayout(panelsOf: shape.inputSize, shape.outputSize, width: kernels.panelColumns)
      : try ProductPlan(shape, rows: typicalRows, on: engine).weights
  }

  private func run(
    _ staging: FloatStorage, _ layout: BlockLayout, at place: Dense.Place, on engine: Engine, _ stream: Stream
  ) throws {
    var target = staging.pointer
    for part in parts {
      try part.read(target)
      target += part.rows * dense.inputSize
    }
    try dense.pack(staging.pointer, into: layout, at: place, on: engine, stream)
    // What was copied need not stay in memory a second time.
    for part in parts { part.tensor.file.release(part.tensor.entry.range) }
  }

  /// Which job is next, and what went wrong; shared by the threads.
  private final class Progress: Sendable {
    private let position = Atomic(0)
    private let failure = Mutex<(index: Int, error: any Error)?>(nil)

    func next(of count: Int) -> Int? {
      let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }

    @discardableResult
    func attempt<R>(_ index: Int, _ work: () throws -> R) -> R? {
      do {
        return try work()
      } catch {
        // The failure of the first job is reported, whichever thread was faster.
        failure.withLock { if index < $0?.index ?? Int.max { $0 = (index, error) } }
        return nil
      }
    }

    var firstFailure: (any Error)? { failure.withLock { $0?.error } }
  }
}
