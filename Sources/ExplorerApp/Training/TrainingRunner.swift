import Dispatch
import Encoders
import Explorer
import Support
import Synchronization
import Training

/// Trains as the explorer asks for it, one run at a time, off the main thread.
final class TrainingRunner: Sendable {
  private struct Wanted {
    var id: Int?
    var goal = 0
    var isStopping = false
  }

  private let surroundings: Surroundings
  private let queue: EffectQueue.Queue
  private let post: @Sendable (AppMessage) -> Void
  private let wanted = Mutex(Wanted())
  /// What the screen still needs.
  private let needed = Mutex<WantedWork?>(nil)
  /// Measures have a queue of their own: a run goes on meanwhile.
  private let measures: EffectQueue.Queue
  private let worker = WorkerBox()

  /// - Parameters:
  ///   - queue: a dispatch queue of its own by default.
  ///   - measures: another one, for what is measured with weights that were handed out.
  ///   - post: receives every report.
  init(
    in surroundings: Surroundings, queue: EffectQueue.Queue? = nil, measures: EffectQueue.Queue? = nil,
    post: @escaping @Sendable (AppMessage) -> Void
  ) {
    self.surroundings = surroundings
    self.post = post
    self.queue = queue ?? Self.queue("headscope.training")
    self.measures = measures ?? Self.queue("headscope.measures")
  }

  private static func queue(_ label: String) -> EffectQueue.Queue {
    let dispatch = DispatchQueue(label: label, qos: .utility)
    return { work in
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
      surroundings.training.trained.clear()
    }
  }

  /// Says what the screen still needs; to be told with every change of the state.
  func need(_ work: WantedWork) { needed.withLock { $0 = work } }

  /// Measures something with weights of the run.
  func measure(_ request: HeldOutRequest) {
    let isCancelled: @Sendable () -> Bool = { [self] in
      needed.withLock { $0?.contains(.measure(request)) == false } || wish(of: request.run) == .forget
    }
    // The run's own backward pass; it stands still meanwhile.
    let isOfRun = request.measure == .importance
    (isOfRun ? queue : measures) { [self] in
      guard !isCancelled() else { return }
      do {
        let found = try isOfRun ? importance(request, isCancelled) : measured(request, isCancelled)
        if let found { post(.explorer(.measured(request, found))) }
      } catch {
        post(.explorer(.measured(request, .unavailable("\(error)"))))
      }
    }
  }

  private func importance(_ request: HeldOutRequest, _ isCancelled: () -> Bool) -> HeldOutFinding? {
    guard let worker = worker.value, worker.id == request.run, worker.step == request.step else { return nil }
    return worker.importance(isCancelled).map { .importance($0) }
  }

  private func measured(
    _ request: HeldOutRequest, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> HeldOutFinding? {
    try HeldOutMeasuring(ground: surroundings.training, locator: surroundings.locator)
      .find(request, isCancelled: isCancelled)
  }

  /// Nothing is wanted any more: the program ends.
  func finish() { wanted.withLock { $0.id = nil } }

  private func wish(of id: Int) -> TrainingWorker.Wish {
    wanted.withLock { $0.id != id ? .forget : $0.isStopping ? .stop : .goOn(to: $0.goal) }
  }

  private func report(_ report: TrainingReport, of id: Int) { post(.explorer(.training(id: id, [report]))) }

  // MARK: Files

  /// Opens or writes what was typed; where that cannot be done, it is said why.
  func perform(_ effect: TrainingEffect) {
    switch effect {
    case .open(let entry):
      measures { [self] in
        do {
          let path = surroundings.locator().path(entry.text)
          let tasks = surroundings.training.tasks
          post(.sentencesOpened(name: try tasks.open(file: path)))
        } catch {
          post(.entryRefused(entry, reason: "\(error)"))
        }
      }
    case .keep(let id, let entry):
      queue { [self] in
        do {
          guard let worker = worker.value, worker.id == id else {
            throw TrainingError("what was trained is not there any more")
          }
          post(.modelKept(try worker.keep(as: entry.text, surroundings)))
        } catch {
          post(.entryRefused(entry, reason: "\(error)"))
        }
      }
    }
  }

  // MARK: On the queue

  private func run(_ request: TrainingRequest) {
    let id = request.id
    guard wish(of: id) != .forget else { return }
    do {
      if worker.value?.id != id, try restore(request) { return }
      let worker = try prepared(request)
      try worker.advance({ wish(of: id) }) { report in
        if case .stopped = report { wanted.withLock { if $0.id == id { $0.isStopping = false } } }
        self.report(report, of: id)
      }
    } catch {
      report(.failed("\(error)"), of: id)
    }
  }

  /// Weights that were kept when the session was recorded take the place of steps, where they are at hand.
  private func restore(_ request: TrainingRequest) throws -> Bool {
    let locator = surroundings.locator()
    for digest in surroundings.training.kept(request.plan, step: request.goal) {
      guard let place = locator.remembered(digest), let kept = TrainingWorker.Kept(place, request) else { continue }
      let location = try surroundings.training.location(of: request.plan.model, surroundings.locator)
      worker.value = nil
      // What was before training, and then what it came to; never both in memory.
      try TrainingWorker(request, at: location, on: surroundings.training).begin { report($0, of: request.id) }
      let restored = try TrainingWorker(request, at: location, on: surroundings.training, kept: kept)
      worker.value = restored
      try restored.showKept { report($0, of: request.id) }
      return true
    }
    return false
  }

  /// The run under way, or a new one; it begins anew where it is further than is wanted.
  private func prepared(_ request: TrainingRequest) throws -> TrainingWorker {
    if let present = worker.value, present.id == request.id, present.canReach(request.goal) { return present }
    // Its memory is given back before the next one takes as much.
    worker.value = nil
    let location = try surroundings.training.location(of: request.plan.model, surroundings.locator)
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
