import Dispatch
import Encoders
import Explorer
import Support
import Synchronization

/// Trains as the explorer asks for it, one run at a time, off the main thread.
final class TrainingRunner: Sendable {
  private struct Wanted {
    var id: Int?
    var goal = 0
    var isStopping = false
  }

  private let surroundings: Surroundings
  private let queue: EffectQueue.Queue
  private let post: @Sendable (Message) -> Void
  private let wanted = Mutex(Wanted())
  private let worker = WorkerBox()

  /// - Parameters:
  ///   - queue: a dispatch queue of its own by default.
  ///   - post: receives every report.
  init(in surroundings: Surroundings, queue: EffectQueue.Queue? = nil, post: @escaping @Sendable (Message) -> Void) {
    self.surroundings = surroundings
    self.post = post
    let dispatch = DispatchQueue(label: "headscope.training", qos: .utility)
    self.queue =
      queue ?? { work in
        dispatch.async {
          lowerComputePriority()
          work()
        }
      }
  }

  /// Begins the run, or goes on with it.
  func train(_ request: TrainingRequest) {
    wanted.withLock { $0 = Wanted(id: request.id, goal: request.goal) }
    queue { [self] in run(request) }
  }

  /// The run stands still after its present step.
  func pause(_ id: Int) {
    wanted.withLock { if $0.id == id { $0.isStopping = true } }
    queue { [self] in
      // It had come to rest by itself.
      guard wish(of: id) == .stop, let worker = worker.value, worker.id == id else { return }
      wanted.withLock { $0.isStopping = false }
      report(.stopped(at: worker.step), of: id)
    }
  }

  /// The run is not wanted any more.
  func forget(_ id: Int) {
    wanted.withLock { if $0.id == id { $0.id = nil } }
    queue { [self] in
      guard worker.value?.id == id else { return }
      worker.value = nil
    }
  }

  /// Nothing is wanted any more: the program ends.
  func finish() { wanted.withLock { $0.id = nil } }

  private func wish(of id: Int) -> TrainingWorker.Wish {
    wanted.withLock { $0.id != id ? .forget : $0.isStopping ? .stop : .goOn(to: $0.goal) }
  }

  private func report(_ report: TrainingReport, of id: Int) { post(.training(id: id, [report])) }

  // MARK: On the queue

  private func run(_ request: TrainingRequest) {
    let id = request.id
    guard wish(of: id) != .forget else { return }
    do {
      let worker = try prepared(request)
      try worker.advance({ wish(of: id) }) { report in
        if case .stopped = report { wanted.withLock { if $0.id == id { $0.isStopping = false } } }
        self.report(report, of: id)
      }
    } catch {
      report(.failed("\(error)"), of: id)
    }
  }

  /// The run under way, or a new one; it begins anew where it is further than is wanted.
  private func prepared(_ request: TrainingRequest) throws -> TrainingWorker {
    if let present = worker.value, present.id == request.id, present.step <= request.goal { return present }
    // Its memory is given back before the next one takes as much.
    worker.value = nil
    let model = request.plan.model
    let location = try surroundings.training.place(of: model) ?? surroundings.locator().locate(model)
    let new = try TrainingWorker(request, at: location, on: surroundings.training)
    worker.value = new
    try new.begin { report($0, of: request.id) }
    return new
  }
}

/// The run under way, which only code on the queue uses.
private final class WorkerBox: @unchecked Sendable {
  var value: TrainingWorker?
}
