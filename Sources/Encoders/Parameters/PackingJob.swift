import Activations
import Compute
import Synchronization

/// Some rows of a dense layer's weights, and how to get them out of the checkpoint.
struct WeightPart {
  /// How many rows it writes.
  let rows: Int
  let tensor: Parameter
  /// Writes [rows, columns].
  let read: (UnsafeMutablePointer<Float>) throws -> Void

  init(rows: Int, tensor: Parameter, read: @escaping (UnsafeMutablePointer<Float>) throws -> Void) {
    self.rows = rows
    self.tensor = tensor
    self.read = read
  }

  /// Some rows of a stored matrix.
  init(rows: Range<Int>, of tensor: Parameter, columns: Int) {
    self.init(rows: rows.count, tensor: tensor) {
      try tensor.read(rows.lowerBound * columns, count: rows.count * columns, into: $0)
    }
  }
}

/// The weights of one dense layer, on their way from the file into the layout they are used in.
struct PackingJob {
  let dense: Dense
  let parts: [WeightPart]

  /// Does all jobs, on all threads.
  static func run(_ jobs: [PackingJob], on engine: Engine) throws {
    guard !jobs.isEmpty else { return }
    let largest = jobs.reduce(0) { max($0, $1.dense.inputSize * $1.dense.outputSize) }
    // All in one storage: it is large enough for huge pages, through which memory is read almost twice as fast.
    var offsets: [Int] = []
    var count = 0
    for job in jobs {
      offsets.append(count)
      // Every layer begins on a 64-byte boundary.
      count += (PackedWeights.count(for: job.dense, with: engine.kernels) + 15) / 16 * 16
    }
    let storage = FloatStorage(count: count)
    let progress = Progress()
    engine.team.run(jobs.count) { _, _ in
      let staging = FloatStorage(count: largest)
      while let index = progress.next(of: jobs.count) {
        let dense = jobs[index].dense
        let place = PackedWeights(for: dense, with: engine.kernels, in: storage, offset: offsets[index])
        progress.attempt(index) { try jobs[index].run(staging, at: place, with: engine.kernels) }
      }
    }
    if let failure = progress.firstFailure { throw failure }
  }

  private func run(_ staging: FloatStorage, at place: PackedWeights, with kernels: Kernels) throws {
    var target = staging.pointer
    for part in parts {
      try part.read(target)
      target += part.rows * dense.inputSize
    }
    dense.pack(staging.pointer, at: place, with: kernels)
    // What was copied need not stay in memory a second time.
    for part in parts { part.tensor.stored.release() }
  }

  /// Which job is next, and what went wrong; shared by the threads.
  private final class Progress: Sendable {
    private let position = Atomic(0)
    private let failure = Mutex<(index: Int, error: any Error)?>(nil)

    func next(of count: Int) -> Int? {
      let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }

    func attempt(_ index: Int, _ work: () throws -> Void) {
      do {
        try work()
      } catch {
        // The failure of the first job is reported, whichever thread was faster.
        failure.withLock { if index < $0?.index ?? Int.max { $0 = (index, error) } }
      }
    }

    var firstFailure: (any Error)? { failure.withLock { $0?.error } }
  }
}
