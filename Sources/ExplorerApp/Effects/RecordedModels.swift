import Models
import Sessions
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

extension Model {
  /// Loads the model of a session, wherever its weights were last seen.
  ///
  /// - Parameter reference: another one, if that is wanted instead. Where it turns out to be the recorded one, its folder is
  ///   remembered, and need not be named the next time.
  package static func load(recordedAs recorded: SessionModel, insteadOfIt reference: String? = nil) throws -> Model {
    let locator = ModelLocator.current
    guard let reference else {
      let knowing = locator.knowing(recorded.digest, of: recorded.name)
      return try load(try knowing.locate(recorded.name), allowsDamagedWeights: true)
    }
    let model = try load(try locator.locate(reference), allowsDamagedWeights: true)
    if let digest = recorded.digest, model.weightsDigest() == digest {
      locator.remember(model.location, weights: digest)
    }
    return model
  }
}
