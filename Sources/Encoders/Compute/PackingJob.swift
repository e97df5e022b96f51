import Activations
import Synchronization

/// The weights of one dense layer, on their way from the file into oneDNN's layout.
struct PackingJob {
  let dense: Dense
  let parts: [RowsOfTensor]

  /// How many rows stand for all: oneDNN's choice of a layout does not depend on it, as far as is known.
  private static let typicalRows = 16

  /// Does all jobs, on all threads.
  static func run(_ jobs: [PackingJob], on engine: Engine) throws {
    guard !jobs.isEmpty else { return }
    var layouts: [ProductShape: BlockLayout] = [:]
    for job in jobs where layouts[job.dense.shape] == nil {
      layouts[job.dense.shape] = try Product(job.dense.shape, rows: typicalRows, places: 0, on: engine).weightsLayout
    }
    let largest = jobs.reduce(0) { max($0, $1.dense.inputSize * $1.dense.outputSize) }
    let progress = Progress()
    ThreadTeam.shared.run(jobs.count) { _, _ in
      let staging = FloatStorage(count: largest)
      guard let stream = progress.attempt(0, { try Stream(on: engine) }) else { return }
      while let index = progress.next(of: jobs.count) {
        let job = jobs[index]
        guard let layout = layouts[job.dense.shape] else { continue }
        progress.attempt(index) { try job.run(staging, layout, on: engine, stream) }
      }
    }
    if let failure = progress.firstFailure { throw failure }
  }

  private func run(
    _ staging: FloatStorage, _ layout: BlockLayout, on engine: Engine, _ stream: Stream
  ) throws {
    var target = staging.pointer
    for part in parts {
      let count = part.rows.count * dense.inputSize
      try part.tensor.read(part.rows.lowerBound * dense.inputSize, count: count, into: target)
      target += count
    }
    try dense.pack(staging.pointer, into: layout, on: engine, stream)
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
