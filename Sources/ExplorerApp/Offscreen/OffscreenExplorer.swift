import Activations
import Canvas
import Explorer
import ExplorerViews
import Models
import Support
import UserInput

/// Makes pictures of the explorer's screen without a terminal: whatever a state needs is computed before it is drawn.
package struct OffscreenExplorer {
  package private(set) var state: State
  package let appearance: Appearance
  package let size: Size
  private var handler: EffectHandler

  /// - Parameter mostProbabilities: how many bytes of probabilities are kept at most; nil: what is available decides.
  /// - Throws: what keeps the first picture from being computed.
  package init(
    _ state: State, model: any EncodingSource, appearance: Appearance, size: Size,
    training: TrainingGround = TrainingGround(), surveys: SurveyShelf = SurveyShelf(),
    mostProbabilities: Int? = nil, locator: @escaping @Sendable () -> ModelLocator = { .current }
  ) throws {
    self.state = state
    self.appearance = appearance
    self.size = size
    self.state.recording = .picture
    handler = EffectHandler(
      model: model, reference: state.loadedModel, mostProbabilities: mostProbabilities, training: training,
      surveys: surveys, locator: locator)
    try settle(start(&self.state))
  }

  package mutating func take(_ message: Message) throws { try settle(reduce(&state, message)) }

  /// Presses a key, as a person would.
  ///
  /// - Throws: `UnusableKey` where it does nothing.
  package mutating func press(_ key: Key) throws {
    switch Keymap.resolve(.key(key), state: state, appearance: appearance, size: size) {
    case .action(let action): try take(.action(action))
    case .control: throw UnusableKey("\(key.name(.ascii)) is not for pictures")
    case .refused(let reason): throw UnusableKey("\(key.name(.ascii)) does nothing here: \(reason)")
    case .awaiting: throw UnusableKey("\(key.name(.ascii)) needs tokens, and there are none")
    case .ignored: throw UnusableKey("\(key.name(.ascii)) means nothing here")
    }
  }

  /// The whole screen.
  package var canvas: Canvas { draw(state, appearance: appearance, size: size) }

  /// What is printed: the picture and what is said of it, without keys.
  package var paperCanvas: Canvas { drawOnPaper(state, appearance: appearance, size: size) }

  /// The same, with a question asked that may veil the picture.
  func asking(_ question: Question) -> OffscreenExplorer {
    var copy = self
    var playback = PlaybackStatus(
      title: "", position: 0, count: 0, time: 0, duration: 0, isPaused: true, speed: 1)
    var status = QuestionStatus(question)
    (status.query, status.key) = (state.query, state.key)
    playback.question = status
    copy.state.playback = playback
    return copy
  }

  /// The view alone.
  package var bareCanvas: Canvas { drawBare(state, appearance: appearance, size: size) }

  private mutating func settle(_ effects: [Effect]) throws {
    var failure: (any Error)?
    Explorer.settle(&state, effects) { effect in
      do {
        return try handler.answer(effect)
      } catch {
        failure = failure ?? error
        return effect.failure("\(error)")
      }
    }
    if let failure { throw failure }
  }
}

/// A key that does nothing in a picture: why.
package struct UnusableKey: TextualError {
  package let text: MessageText

  init(_ text: MessageText) { self.text = text }
}
