import Explorer
import Models
import Sessions
import Synchronization

/// What a run of training needs of the program: the tasks, where models lie, and where the weights go that are to be shown.
package final class TrainingGround: Sendable {
  package let tasks: TrainingTasks
  package let trained = TrainedModels()
  private let places = Mutex<[String: ModelLocation]>([:])

  /// What opened sessions say of weights that were kept.
  private let kept = Mutex<[KeptTraining]>([])

  package init(tasks: TrainingTasks = TrainingTasks()) { self.tasks = tasks }

  /// A session is about to be replayed.
  package func know(_ session: Session) {
    let new = session.keptTrainings
    kept.withLock { kept in kept = new + kept.filter { !new.contains($0) } }
  }

  /// The digests of weights that a run with this plan came to after so many steps.
  func kept(_ plan: TrainingPlan, step: Int) -> [String] {
    var plan = plan
    plan.model = ""
    return kept.withLock { $0.filter { $0.plan == plan && $0.step == step }.map(\.weights) }
  }

  /// A model was loaded from there. A name alone may lead elsewhere, or nowhere.
  func remember(_ location: ModelLocation, of reference: String) { places.withLock { $0[reference] = location } }

  /// Where a model was loaded from, or else where it is found.
  func location(of reference: String, _ locator: @Sendable () -> ModelLocator) throws -> ModelLocation {
    try places.withLock { $0[reference] } ?? locator().locate(reference)
  }
}
