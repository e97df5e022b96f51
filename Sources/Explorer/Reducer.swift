import Activations

/// Changes the state as a message says, and answers what has to be computed for it.
///
/// The only writer of the state: it knows no clock, no randomness, no file and no terminal, so that the same messages
/// always lead to the same state.
public func reduce(_ state: inout State, _ message: Message) -> [Effect] {
  switch message {
  case .action(let action):
    let before = state.request
    state.notice = nil
    let effects = perform(action, on: &state)
    return state.request == before ? effects : effects + requestEncoding(&state)
  case .computed(let computation):
    // A result that a newer one has overtaken is dropped.
    guard computation.id <= state.requestID, computation.id > (state.computation?.id ?? 0) else { return [] }
    state.computation = computation
    state.failure = nil
    clampPair(&state)
    return []
  case .computationFailed(let id, let reason):
    if id == state.requestID { state.failure = reason }
    return []
  case .modelLoaded(let model):
    state.model = model
    state.loadingModel = nil
    state.failure = nil
    state.computation = nil
    state.head = clamped(state.head, to: model)
    state.padTo = state.padTo.map { min($0, model.maximumPositions) }
    return requestEncoding(&state)
  case .modelFailed(let reason):
    state.loadingModel = nil
    state.notice = reason
    return []
  case .modelsListed(let models):
    state.models = models
    if case .models = state.overlay {
      state.overlay = .models(marked: models.firstIndex { $0.name == state.model.name } ?? 0)
    }
    return []
  case .recording(let status):
    state.recording = status
    return []
  case .playback(let status):
    state.playback = status
    return []
  case .notice(let text):
    state.notice = text
    return []
  }
}

/// The first computation of a new state.
public func start(_ state: inout State) -> [Effect] { requestEncoding(&state) }

private func requestEncoding(_ state: inout State) -> [Effect] {
  state.requestID += 1
  state.failure = nil
  return [.encode(id: state.requestID, state.request)]
}

private func perform(_ action: Action, on state: inout State) -> [Effect] {
  switch action {
  case .texts(let texts, let pair):
    state.texts = texts.isEmpty ? [""] : texts
    state.pair = pair
    state.sentence = min(state.sentence, state.texts.count - 1)
    state.prompt = nil
  case .selectSentence(let index):
    state.sentence = min(max(index, 0), state.texts.count - 1)
  case .openPrompt:
    let text = state.texts[state.sentence]
    state.overlay = nil
    state.prompt = Prompt(text: text, cursor: text.count, original: text)
  case .type(let text, let cursor):
    let original = state.prompt?.original ?? state.texts[state.sentence]
    state.prompt = Prompt(text: text, cursor: min(max(cursor, 0), text.count), original: original)
  case .keepText:
    guard let prompt = state.prompt else { break }
    state.texts[state.sentence] = prompt.text
    state.prompt = nil
    if !prompt.text.isEmpty {
      state.history.removeAll { $0 == prompt.text }
      state.history.append(prompt.text)
    }
  case .restoreText:
    state.prompt = nil

  case .show(let view):
    state.view = view
    state.overlay = nil
  case .selectHead(let index):
    state.head = clamped(index, to: state.model)
  case .selectPair(let query, let key):
    state.query = max(query, 0)
    state.key = max(key, 0)
    clampPair(&state)
  case .zoom(let zoom):
    state.zoom = zoom

  case .pad(let length):
    state.padTo = length.map { min(max($0, 1), state.model.maximumPositions) }
    if let length = state.padTo { state.lastPadTo = length }
  case .padSide(let side):
    state.padSide = side
  case .mask(let mode):
    state.maskMode = mode

  case .colors(let name):
    state.colors = name
  case .range(let range):
    state.range = range
  case .countFrom(let first):
    state.countFrom = first == 1 ? 1 : 0

  case .openHelp:
    state.overlay = .help(scroll: 0)
  case .scrollHelp(let scroll):
    state.overlay = .help(scroll: max(scroll, 0))
  case .openModels:
    state.overlay = .models(marked: 0)
    return [.listModels]
  case .markModel(let index):
    state.overlay = .models(marked: min(max(index, 0), max(state.models.count - 1, 0)))
  case .loadModel(let reference):
    state.overlay = nil
    state.loadingModel = reference
    return [.loadModel(reference)]
  case .closeOverlay:
    state.overlay = nil
  }
  return []
}

private func clamped(_ index: HeadIndex, to model: EncoderDescription) -> HeadIndex {
  HeadIndex(
    layer: min(max(index.layer, 0), max(model.layers - 1, 0)),
    head: min(max(index.head, 0), max(model.heads - 1, 0)))
}

private func clampPair(_ state: inout State) {
  guard state.positions > 0 else { return }
  state.query = min(state.query, state.positions - 1)
  state.key = min(state.key, state.positions - 1)
}
