import Activations
import Testing

@testable import Explorer

/// Sends messages to the reducer and demands that every change of the state is named: what is not expected fails.
final class TestStore {
  private(set) var state: State

  init(_ state: State) { self.state = state }

  /// - Parameters:
  ///   - effects: exactly what must be asked for.
  ///   - change: makes the state from before into the one that is expected.
  func send(
    _ message: Message, effects: [Effect] = [], sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout State) -> Void = { _ in }
  ) {
    var expected = state
    // What was done last is no news about the model, unless it is said.
    if case .action = message { expected.modelIsNews = false }
    change(&expected)
    // Whatever changes the exploration can be taken back.
    if expected.exploration != state.exploration, expected.past == state.past {
      expected.past.append(state.exploration)
      expected.future = []
    }
    let asked = reduce(&state, message)
    #expect(state == expected, sourceLocation: sourceLocation)
    #expect(asked == effects, sourceLocation: sourceLocation)
  }

  func send(
    _ action: Action, effects: [Effect] = [], sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout State) -> Void = { _ in }
  ) {
    send(.action(action), effects: effects, sourceLocation: sourceLocation, change)
  }
}
