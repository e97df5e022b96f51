import Explorer
import ExplorerApp
import Models

/// The reducer and the effect handler as in the explorer, without a screen.
struct BenchExplorer {
  private(set) var state: State
  private var handler: EffectHandler

  /// - Parameter mostProbabilities: how many bytes of probabilities are kept at most; nil: as many as the memory that is available allows.
  init(_ model: Model, text: String, mostProbabilities: Int? = nil) {
    state = State(model: model.description, texts: [text])
    handler = EffectHandler(model: model, reference: state.loadedModel, mostProbabilities: mostProbabilities)
  }

  /// Computes what the first picture needs.
  mutating func start() throws { try settle(Explorer.start(&state)) }

  /// Takes an action, and computes what it needs.
  mutating func take(_ action: Action) throws { try settle(begin(action)) }

  /// Takes an action; what it needs is computed by `settle`.
  mutating func begin(_ action: Action) -> [Effect] { reduce(&state, .action(action)) }

  /// Computes.
  ///
  /// - Throws: the first failure.
  mutating func settle(_ effects: [Effect]) throws {
    var failure: (any Error)?
    Explorer.settle(&state, effects) { effect in
      do {
        return try handler.answer(effect)
      } catch {
        failure = failure ?? error
        return nil
      }
    }
    if let failure { throw failure }
  }
}
