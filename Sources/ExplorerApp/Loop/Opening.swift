import Activations
import AttentionFiles
import Explorer
import Models
import Sessions
import Support
import Survey

/// What a command line says of an exploration; nil where it says nothing.
package struct OpeningOptions: Sendable {
  package var model: String?
  /// Only its texts and its pair are looked at.
  package var request: EncodeRequest
  package var padTo: Int?
  package var padSide: PadSide?
  package var maskMode: MaskMode?
  /// The task that the Train view opens on.
  package var train: String?
  /// The survey that the Heads view opens on, and one that it is compared with.
  package var surveys: [OpenedSurvey]
  /// How many bytes of probabilities are kept at most; nil: what is available decides.
  package var mostProbabilities: Int?

  package init(
    model: String? = nil, request: EncodeRequest, padTo: Int? = nil, padSide: PadSide? = nil, maskMode: MaskMode? = nil,
    train: String? = nil, surveys: [OpenedSurvey] = [], mostProbabilities: Int? = nil
  ) {
    self.model = model
    self.request = request
    self.padTo = padTo
    self.padSide = padSide
    self.maskMode = maskMode
    self.train = train
    self.surveys = surveys
    self.mostProbabilities = mostProbabilities
  }

  /// The choices as actions.
  fileprivate var choices: [Action] {
    [padTo.map { .pad(to: $0) }, padSide.map { .padSide($0) }, maskMode.map { .mask($0) }].compactMap(\.self)
      + (train.map { [.training(.task($0)), .show(.train)] } ?? [])
      + surveys.enumerated().map { .survey(.open($1.reference, beside: $0 > 0)) }
  }
}

/// How an exploration begins: with which model, in which state, and with what is done at once.
package struct Opening {
  package let model: any EncodingSource
  /// Its model is loaded.
  package let state: State
  /// What the command line asks for: recorded like everything else.
  package let actions: [Action]
  /// What was computed to choose where to begin, most often what the first screen shows; nil where nothing was.
  package private(set) var encoding: Encoding?

  /// Loads what `--model` would take.
  package typealias Load = (String?) throws -> any EncodingSource

  /// A new exploration.
  package init(new options: OpeningOptions, load: Load) throws {
    let model = try load(options.model)
    if let file = model as? AttentionFile {
      guard options.request.texts.isEmpty, options.request.pair == nil, options.padTo == nil, options.maskMode == nil
      else {
        throw AttentionFileError("\(file.description.name) is attention from a file: its sentences cannot be changed")
      }
      self = try Opening(file)
      return
    }
    self.model = model
    var state = State(model: model.description)
    state.isFresh = true
    self.state = state
    let request = options.request
    let texts = request.texts.isEmpty ? [State.firstText] : request.texts
    // Where one starts is done like everything else: a session says it, and one without it starts at the first head.
    let encoding = TellingHead.encoding(
      model, for: texts, pair: request.pair, storage: .summarized(atMost: options.mostProbabilities))
    self.encoding = encoding
    let head = encoding.flatMap { TellingHead.of(model, in: $0) }
    let start: [Action] = [.zoom(.words), .range(.head)] + (head.map { [.selectHead($0)] } ?? [])
    actions = [.texts(texts, pair: request.pair)] + start + options.choices
    try check(options)
  }

  /// A new exploration of what a file holds: of the sentences that the attention is of, padded and masked as it was computed.
  package init(_ file: AttentionFile) throws {
    model = file
    var state = State(model: file.description)
    state.isFresh = true
    self.state = state
    let request = file.request
    let encoding = try file.encode(request)
    self.encoding = encoding
    let head = encoding.trace.isReadInParts ? nil : TellingHead.of(file, in: encoding)
    actions =
      [.texts(request.texts, pair: request.pair), .zoom(.words), .range(.head)] + (head.map { [.selectHead($0)] } ?? [])
      + OpeningOptions(
        request: request, padTo: request.padTo, padSide: request.padSide == .right ? nil : request.padSide,
        maskMode: request.maskMode == .keys ? nil : request.maskMode
      ).choices
  }

  /// Goes on from the end of a session, exactly as it was left: with the model that was in use then, unless the command
  /// line says otherwise. Only what really changes something is an action.
  package init(
    continuing session: Session, _ options: OpeningOptions, load: Load
  ) throws {
    let name = session.header.model.name
    var state = session.end(from: State(model: session.header.model.asDescribed, reference: name))
    var actions = options.choices
    let request = options.request
    if let reference = options.model {
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
    try check(options)
  }

  /// The notice when a session is continued.
  ///
  /// - Parameter model: the one that bears the name of the recorded one, where it is at hand.
  package static func words(continuing session: Session, with model: (any EncodingSource)? = nil) -> String {
    var words = ["continuing \"\(session.header.title)\" after \(session.events.count) events"]
    if let model, let difference = session.header.model.difference(from: model) { words.append(difference) }
    return (words + session.problems.map(\.description)).joined(separator: "; ")
  }

  /// The actions among some that change what is shown.
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
  ) throws -> (any EncodingSource, name: String) {
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

  private func check(_ options: OpeningOptions) throws {
    for survey in options.surveys {
      let first = options.surveys[0]
      if let obstacle = state.obstacle(to: survey, besides: survey == first ? nil : first) {
        throw SurveyError(MessageText(quoting: obstacle))
      }
    }
    guard let padTo = options.padTo, padTo > model.description.maximumPositions else { return }
    throw ModelError.padTooLong(
      name: model.description.name, asked: padTo, maximum: model.description.maximumPositions)
  }
}

extension SessionModel {
  /// What tells the recorded model from one of the same name, in words; nil where nothing does.
  fileprivate func difference(from model: any EncodingSource) -> String? {
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
