import Activations
import Explorer
import Models
import Sessions

/// How an exploration begins: with which model, in which state, and with what is done at once.
struct Opening {
  let model: Model
  /// Its model is loaded.
  let state: State
  /// What the command line asks for: recorded like everything else.
  let actions: [Action]

  /// Loads what `--model` would take.
  typealias Load = (String?) throws -> Model

  /// A new exploration.
  init(new input: InputOptions, _ request: EncodeRequest, load: Load) throws {
    model = try load(input.model.model)
    state = State(model: model.description)
    let texts = request.texts.isEmpty ? [State.firstText] : request.texts
    actions = [.texts(texts, pair: request.pair)] + Opening.choices(input)
    try check(input)
  }

  /// Goes on from the end of a session, exactly as it was left: with the model that was in use then, unless the command
  /// line says otherwise. Only what really changes something is an action.
  init(
    continuing session: Session, _ input: InputOptions, _ request: EncodeRequest, load: Load
  ) throws {
    let name = session.header.model.name
    var state = session.end(from: State(model: session.header.model.asDescribed, reference: name))
    var actions = Opening.choices(input)
    if let reference = input.model.model {
      model = try load(reference)
      state.loadedModel = model.description.name
      actions.insert(.loadModel(state.loadedModel), at: 0)
    } else {
      (model, state.loadedModel) = try Opening.firstReadable(state.modelsToTry, load) {
        state.missModel($0, because: $1)
      }
    }
    state.model = model.description
    if !request.texts.isEmpty || request.pair != nil {
      let texts = request.texts.isEmpty ? state.exploration.texts : request.texts
      actions.insert(.texts(texts, pair: request.pair), at: 0)
    }
    self.actions = Opening.changes(actions, of: state)
    state.notice = Opening.words(continuing: session, with: state.loadedModel == name ? model : nil)
    self.state = state
    try check(input)
  }

  /// What is said to somebody who goes on with a session.
  ///
  /// - Parameter model: the one that bears the name of the recorded one, where it is at hand.
  static func words(continuing session: Session, with model: Model? = nil) -> String {
    var words = ["continuing \"\(session.header.title)\" after \(session.events.count) events"]
    if let model, let difference = session.header.model.difference(from: model) { words.append(difference) }
    return (words + session.problems.map(\.description)).joined(separator: "; ")
  }

  /// The choices that are named on the command line.
  private static func choices(_ input: InputOptions) -> [Action] {
    [input.padTo.map { .pad(to: $0) }, input.padSide.map { .padSide($0) }, input.mask.map { .mask($0) }]
      .compactMap(\.self)
  }

  /// Those of some actions that change what is shown.
  private static func changes(_ actions: [Action], of state: State) -> [Action] {
    var state = state
    return actions.filter { action in
      let before = state.scene
      fold(&state, action)
      return !state.scene.isLike(before)
    }
  }

  /// Loads the first model that can be read.
  ///
  /// - Parameter miss: is told of those that cannot.
  private static func firstReadable(
    _ names: [String], _ load: Load, miss: (String, String) -> Void
  ) throws -> (Model, name: String) {
    var failure: (any Error)?
    for name in names {
      do {
        return (try load(name), name)
      } catch {
        failure = failure ?? error
        miss(name, "\(error)")
      }
    }
    throw failure ?? SessionError("the session names no model")
  }

  private func check(_ input: InputOptions) throws {
    guard let padTo = input.padTo, padTo > model.description.maximumPositions else { return }
    throw ModelError.padTooLong(
      name: model.description.name, asked: padTo, maximum: model.description.maximumPositions)
  }
}

extension SessionModel {
  /// What tells the recorded model from one of the same name, in words; nil where nothing does.
  fileprivate func difference(from model: Model) -> String? {
    let description = model.description
    func differs(_ old: Int, _ new: Int) -> Bool { old != 0 && old != new }
    if differs(layers, description.layers) || differs(heads, description.heads)
      || differs(hidden, description.hiddenSize)
    {
      return "its model had \(layers) layers, \(heads) heads and the hidden size \(hidden) when it was recorded"
    }
    guard let digest, let present = model.weightsDigest(), present != digest else { return nil }
    return "its model has other weights than when it was recorded"
  }
}
