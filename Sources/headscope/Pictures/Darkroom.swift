import Activations
import Canvas
import Explorer
import Models

/// Makes pictures of the explorer's screen without a terminal: whatever a state needs is computed before it is drawn.
struct Darkroom {
  private(set) var state: State
  let appearance: Appearance
  let size: Size
  private var calculator: Calculator

  /// - Throws: what keeps the first picture from being computed.
  init(
    _ state: State, model: Model, appearance: Appearance, size: Size,
    locator: @escaping @Sendable () -> ModelLocator = { .current }
  ) throws {
    self.state = state
    self.appearance = appearance
    self.size = size
    self.state.recording = .picture
    calculator = Calculator(model: model, reference: state.loadedModel, locator: locator)
    try settle(start(&self.state))
  }

  mutating func take(_ message: Message) throws { try settle(reduce(&state, message)) }

  /// Presses a key, as a person would.
  mutating func press(_ key: Key) throws {
    switch Keymap.resolve(.key(key), state: state, appearance: appearance, size: size) {
    case .action(let action): try take(.action(action))
    case .control: throw CommandError("--keys: \(key.name(.ascii)) is not for pictures")
    case .refused(let reason): throw CommandError("--keys: \(key.name(.ascii)) does nothing here: \(reason)")
    case .awaiting: throw CommandError("--keys: \(key.name(.ascii)) needs tokens, and there are none")
    case .ignored: throw CommandError("--keys: \(key.name(.ascii)) means nothing here")
    }
  }

  /// The whole screen.
  var canvas: Canvas { draw(state, appearance: appearance, size: size) }

  /// The view alone.
  var bareCanvas: Canvas { drawBare(state, appearance: appearance, size: size) }

  private mutating func settle(_ effects: [Effect]) throws {
    var failure: (any Error)?
    Explorer.settle(&state, effects) { effect in
      do {
        return try calculator.answer(effect)
      } catch {
        failure = failure ?? error
        return effect.failure("\(error)")
      }
    }
    if let failure { throw failure }
  }
}
