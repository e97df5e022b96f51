import Models
import Synchronization

/// What a run of training needs of the program: the tasks, where models lie, and where the weights go that are to be shown.
package final class TrainingGround: Sendable {
  package let tasks: TrainingTasks
  package let trained = TrainedModels()
  private let places = Mutex<[String: ModelLocation]>([:])

  package init(tasks: TrainingTasks = TrainingTasks()) { self.tasks = tasks }

  /// A model was loaded from there. A name alone may lead elsewhere, or nowhere.
  func remember(_ location: ModelLocation, of reference: String) { places.withLock { $0[reference] = location } }

  /// Where a model was loaded from; nil where it was not.
  func place(of reference: String) -> ModelLocation? { places.withLock { $0[reference] } }
}
