import Activations
import Insights

/// Everything the screen shows is a function of this value. Only `reduce` changes it.
///
/// What a person has chosen is in `exploration`, whose members are this value's too. What has been computed for it is in
/// `results` and `findings`; it comes when it comes, and nothing that was chosen depends on it.
@dynamicMemberLookup
public struct State: Sendable, Equatable {
  /// Everything that a person has chosen.
  public var exploration: Exploration
  /// What `undo` goes back to, the newest last; and what `redo` goes forward to.
  public internal(set) var past: [Exploration] = []
  /// What `redo` goes forward to, the nearest last.
  public internal(set) var future: [Exploration] = []

  /// The open prompt, if there is one.
  public var prompt: Prompt?
  /// The open line for a filter of heads.
  public var filterPrompt: TextField?
  /// Sentences that were typed before, oldest first.
  public var history: [String] = []
  /// The places that were kept with a mark or a note, oldest first.
  public internal(set) var places: [KeptPlace] = []
  /// What lies over the view; nil where nothing does.
  public var overlay: Overlay?

  /// The model that is loaded.
  public var model: EncoderDescription
  /// What it is called in `Exploration.model`.
  public var loadedModel: String
  /// Where another model is being loaded: its name.
  public var loadingModel: String?
  /// What could not be read, and why: by name. It is tried again when it is chosen again.
  var unreadable: [String: String] = [:]
  /// The models that were found, as the list shows them.
  public var models: [ModelChoice] = []
  /// Whether they are being looked for.
  public internal(set) var awaitsModels = false
  /// Whether the models of the list that lies over the view have been asked for.
  var hasAskedForModels = false

  /// The number of the newest request; a result with a smaller number may have been overtaken.
  public var requestID = 0
  /// What was asked for last, for each slot.
  public var asked: [Slot: Asked] = [:]
  /// The newest results.
  public var results: [Slot: Computation] = [:] { didSet { shownPlaces = ShownPlaces(results[.shown]) } }
  /// Where the newest result on the screen has its tokens.
  private(set) var shownPlaces = ShownPlaces(nil)
  /// What the axes of the Head view are made of, which follows from what was chosen and worked out.
  var axes = ShownAxes.tokens
  /// Why there is no newer result of a slot, in words.
  var failures: [Slot: String] = [:]
  /// How far a computation is that takes a while, as it was told last.
  var progress: ComputationProgress?
  /// What has been worked out of the results.
  public var findings: [Analysis: Finding] = [:]
  var askedAnalyses: [Analysis: [Int]] = [:]

  /// The run of training under way, or the last one while its weights are shown; nil where what is shown is the loaded model.
  public internal(set) var learning: TrainingStatus?
  /// What was asked about a task last, and what is known of one.
  var askedTask: TaskQuestion?
  var task: TaskAnswer?
  /// What is measured on held-out sentences.
  var heldOut = HeldOutResults()
  /// The surveys that were read.
  var surveys = Surveys()

  /// A notice to the person, which disappears with the next action.
  public var notice: String?
  /// Whether a new exploration has just begun, and nothing has been done in it: then the screen says what there is to do.
  public var isFresh = false
  /// Whether that first screen offers the tour.
  public var offersTour = false
  /// How many lessons there are to open.
  public var lessonCount = 0
  /// Whether the model has just been loaded: then a notice says so, until the next action.
  var modelIsNews = true
  /// Whether what is done is being saved.
  public var recording = RecordingStatus.off
  /// Where a replay is; nil where nothing is replayed.
  public var playback: PlaybackStatus?
  /// The session that was left in order to explore from it: its title.
  public var lesson: String?
  /// What is being typed beside the exploration.
  public var entry: LineEntry?
  /// The list of sessions, while it is open.
  public var browser: SessionBrowser?

  /// - Parameters:
  ///   - reference: what the loaded model is called on a command line; its name where it is nil.
  ///   - texts: the sentences; nil for the first one of a new exploration, or what attention from a file is of.
  public init(model: EncoderDescription, reference: String? = nil, texts: [String]? = nil) {
    self.model = model
    loadedModel = reference ?? model.name
    exploration = Exploration(model: loadedModel, texts: texts ?? [State.firstText])
    if texts == nil { exploration.take(model.recorded) }
  }

  /// The lecture's sentence, so that the first screen is not empty.
  public static let firstText = "The cat ran"

  /// The members of `exploration`, as members of this value.
  public subscript<Value>(dynamicMember member: WritableKeyPath<Exploration, Value>) -> Value {
    get { exploration[keyPath: member] }
    set { exploration[keyPath: member] = newValue }
  }
}

// MARK: What was chosen, brought inside what there is

extension State {
  /// The selected head, brought inside the layers and heads of the loaded model when it is read.
  public var head: HeadIndex {
    get {
      HeadIndex(
        layer: min(max(exploration.head.layer, 0), max(model.layers - 1, 0)),
        head: min(max(exploration.head.head, 0), max(model.heads - 1, 0)))
    }
    set { exploration.head = newValue }
  }

  /// What a head is called, counted as was chosen: layer 3 head 7.
  package func name(of head: HeadIndex) -> String {
    "layer \(head.layer + exploration.countFrom) head \(head.head + exploration.countFrom)"
  }

  /// The same where there is little room: L3 H7.
  package func shortName(of head: HeadIndex) -> String {
    "L\(head.layer + exploration.countFrom) H\(head.head + exploration.countFrom)"
  }

  /// The query under the crosshair, from 0, brought inside the positions on the screen when it is read.
  public var query: Int {
    get { inside(visitedPair?.query ?? present(exploration.query), count: queryPositions) }
    set { exploration.mark(query: newValue, key: visitedPair?.key ?? exploration.key) }
  }

  /// The key under the crosshair, from 0, brought inside the positions on the screen when it is read.
  public var key: Int {
    get { inside(visitedPair?.key ?? present(exploration.key), count: positions) }
    set { exploration.mark(query: visitedPair?.query ?? exploration.query, key: newValue) }
  }

  /// What was chosen is a position among the tokens, also where their words are shown.
  private func inside(_ position: Int, count positions: Int) -> Int {
    guard positions > 0 else { return position }
    let words = segmentsOnScreen.map { $0.places.words } ?? shownPlaces.words
    return min(words?.index(at: position) ?? position, positions - 1)
  }

  /// The model that is to compute: what was chosen, unless it cannot be loaded.
  var wantedModel: String { readable(exploration.models) }

  /// The models to work with, the best first: what was chosen, and then what stands in for it.
  public var modelsToTry: [String] { exploration.models.reversed() }

  /// Records why a model that was tried before the first screen could not be read.
  public mutating func missModel(_ name: String, because reason: String) { unreadable[name] = reason }

  /// The last of some models that is not known to be unreadable.
  func readable(_ models: [String]) -> String { models.last { unreadable[$0] == nil } ?? loadedModel }

  /// How many positions sentences are filled up to, as many as the model has at most; nil for no padding.
  public var padTo: Int? {
    get { exploration.padTo.map { min($0, model.maximumPositions) } }
    set { exploration.padTo = newValue }
  }

  /// Which model of the list is marked: where nothing was marked, the one that is loaded.
  package func markedModel(_ marked: Int?) -> Int {
    let marked = marked ?? models.firstIndex { $0.reference == loadedModel || $0.name == model.name } ?? 0
    return min(max(marked, 0), max(models.count - 1, 0))
  }
}

// MARK: Results

extension State {
  /// The result on the screen.
  public var computation: Computation? {
    get { awaitsSegments ? nil : segmentsOnScreen?.computation ?? tokenComputation }
    set { results[.shown] = newValue }
  }

  /// The result on the screen, with tokens, or the words that they are pieces of, also where sentences stand for these.
  package var tokenComputation: Computation? {
    results[.shown].flatMap { ($0.joined != nil) == showsWords ? $0 : nil }
  }

  /// Why there is no newer result on the screen, in words.
  public var failure: String? {
    get { failures[.shown] }
    set { failures[.shown] = newValue }
  }

  /// The result of what was chosen, and of nothing older; nil while it is being computed, or a model is loaded or trained for it.
  public var presentComputation: Computation? {
    wantedModel == loadedModel && isTrained && !isComputing && failure == nil ? tokenComputation : nil
  }

  /// A notice to the person: about the last action, or about a model that was just loaded.
  public var word: String? {
    if let notice { return notice }
    guard modelIsNews else { return nil }
    return unreadable[exploration.model] ?? (wantedModel == loadedModel ? model.damageNotice : nil)
  }

  /// The encoding on the screen.
  public var encoding: Encoding? { computation?.encoding }

  /// How many positions the encoding on the screen has: of keys, where queries are other tokens.
  public var positions: Int {
    if showsSegments { return segmentsOnScreen?.places.count ?? 0 }
    return (shownPlaces.words != nil) == showsWords ? shownPlaces.count : 0
  }
  /// How many positions of queries there are: as many, unless attention goes from one sentence to another.
  public var queryPositions: Int {
    if showsSegments { return segmentsOnScreen?.places.queries ?? 0 }
    return (shownPlaces.words != nil) == showsWords ? shownPlaces.queries : 0
  }

  /// True while the tokens on the screen are not those of the sentence and the model that were chosen.
  public var awaitsTokens: Bool {
    guard failure == nil else { return false }
    guard let shown = encoding?.request, wantedModel == loadedModel else { return true }
    let wanted = request
    return wanted.texts != shown.texts || wanted.pair != shown.pair || wanted.sentence != shown.sentence
      || wanted.replacedTokens != shown.replacedTokens
  }

  /// True while the screen shows something older than what was asked for.
  public var isComputing: Bool { tokenComputation?.id != asked[.shown]?.id && failure == nil }

  /// True while what is computed differs from what is shown in newer weights of the run under way only: what is shown is good until
  /// then.
  public var isFollowingTraining: Bool {
    guard let learning, learning.snapshot != nil, let computation = tokenComputation, let asked = asked[.shown] else {
      return false
    }
    return isComputing && computation.id > learning.id && asked.subject.model == shownModel
      && asked.subject.request == computation.encoding.request
  }
}
