import Models
import Synchronization

/// The weights that the opened sessions refer to by the names of their models.
package final class RecordedModels: Sendable {
  package init() {}

  private let digests = Mutex<[String: String]>([:])

  /// The newest session that names a model counts.
  package func add(_ name: String, weights digest: String?) { digests.withLock { $0[name] = digest } }

  /// A locator that knows of them.
  package func known(to locator: ModelLocator) -> ModelLocator {
    digests.withLock { digests in digests.reduce(locator) { $0.knowing($1.value, of: $1.key) } }
  }
}
