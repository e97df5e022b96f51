import Activations
import Dispatch
import Explorer
import Models
import Synchronization

/// Does the work that the reducer asks for on a queue of its own, and posts what comes of it. Of several computations
/// only the newest is done: an older one that is under way is given up between two layers.
final class Workbench: Sendable {
  private let queue = DispatchQueue(label: "headscope.workbench", qos: .userInitiated)
  private let newest = Atomic<Int>(0)
  private let bench: Bench
  private let post: @Sendable (Message) -> Void

  init(model: Model, post: @escaping @Sendable (Message) -> Void) {
    bench = Bench(Calculator(model: model))
    self.post = post
  }

  func perform(_ effect: Effect) {
    switch effect {
    case .encode(let id, let request):
      newest.store(id, ordering: .relaxed)
      queue.async { [self] in compute(id, request) }
    case .loadModel(let reference): queue.async { [self] in load(reference) }
    case .listModels: queue.async { [self] in post(.modelsListed(ModelChoices.all())) }
    }
  }

  private func compute(_ id: Int, _ request: EncodeRequest) {
    let isOvertaken: @Sendable () -> Bool = { [self] in newest.load(ordering: .relaxed) != id }
    guard !isOvertaken() else { return }
    do {
      post(.computed(try bench.calculator.compute(id: id, request, isCancelled: isOvertaken)))
    } catch is CancellationError {
      // Something newer is waiting.
    } catch {
      post(.computationFailed(id: id, reason: "\(error)"))
    }
  }

  private func load(_ reference: String) {
    do {
      let model = try Model.load(try ModelLocator.current.locate(reference))
      bench.calculator = Calculator(model: model)
      post(.modelLoaded(model.description))
    } catch {
      post(.modelFailed(reason: "\(error)"))
    }
  }
}

/// What lies on the bench: only code on the workbench's queue touches it.
private final class Bench: @unchecked Sendable {
  var calculator: Calculator

  init(_ calculator: Calculator) { self.calculator = calculator }
}

/// The models that can be chosen, in the words of the explorer.
enum ModelChoices {
  static func all() -> [ModelChoice] {
    ModelLocator.current.list().map { location in
      ModelChoice(
        reference: location.source == .folder ? location.folder : location.name, name: location.name,
        place: location.folder,
        obstacle: location.isComplete ? nil : "incomplete: \(location.missing.joined(separator: ", ")) is missing")
    }
  }
}
