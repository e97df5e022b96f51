import Activations

/// Everything that a person has chosen, and can take back with undo.
///
/// It follows from the actions alone: nothing in it depends on when a result arrives or how large a model turns out to be.
/// What lies outside (a query that a shorter sentence does not have) is brought inside where `State` is read.
public struct Exploration: Sendable, Equatable {
  /// What `--model` would take.
  public var model: String
  /// What was chosen before, each once, the newest last: where a model cannot be read, the newest of these that can be is
  /// used. So what is shown does not depend on the way to it.
  public private(set) var modelsBefore: [String] = []
  /// The sentences of the batch.
  public var texts: [String]
  /// The second text of each, if any.
  public var pair: String?
  /// Which sentence of the batch is shown, from 0.
  public var sentence = 0

  /// The view that is shown.
  public var view = ViewID.grid
  /// The head that was selected. The model may have fewer layers or heads.
  public var head = HeadIndex(layer: 0, head: 0)
  /// The query under the crosshair, a position from 0. The sentence may be shorter.
  public var query = 0
  /// The key under the crosshair, a position from 0. The sentence may be shorter.
  public var key = 0
  /// How PAD stood on the left when these were marked; nil where it did not. See `State.query`.
  var markedUnder: LeftPadding?
  /// How large the cells of the head view are.
  public var zoom = Zoom.fit

  /// How many positions sentences are filled up to with PAD; nil for no padding. The model may allow fewer.
  public var padTo: Int?
  /// The length that `p` switches back on.
  public var lastPadTo: Int?
  /// On which side PAD is put.
  public var padSide = PadSide.right
  /// What the attention mask blocks.
  public var maskMode = MaskMode.keys

  /// The name of the colour scale.
  public var colors = "viridis"
  /// What the brightest colour stands for.
  public var range = IntensityRange.all
  /// Whether pieces of words are joined into words, in views that can show these.
  public var joinsWords = false
  /// What layers, heads and positions are counted from on the screen: 0 or 1.
  public var countFrom = 0

  /// What was chosen in features: `exploration.heads`, `exploration.compare` and the like are declared by these.
  var choices = AllChoices()

  /// The picture that was put aside to compare with.
  public var pictureA: ComparedPicture?

  /// A new exploration of a batch, with what `--model` would take. `texts` has one sentence at least.
  public init(model: String, texts: [String]) {
    self.model = model
    self.texts = texts
  }
}

extension Exploration {
  /// How many models that were chosen before are remembered.
  private static let mostModelsBefore = 16

  /// The model that was chosen, and before it those that stand in for it, the best last.
  var models: [String] { modelsBefore + [model] }

  /// Everything as a new exploration has it; the model stays.
  mutating func reset() {
    let before = modelsBefore
    self = Exploration(model: model, texts: [State.firstText])
    modelsBefore = before
  }

  /// Asks for what attention from a file is of; what a model is asked for stays.
  mutating func take(_ recorded: RecordedAttention?) {
    guard let request = recorded?.request, !request.texts.isEmpty else { return }
    (texts, pair, sentence) = (request.texts, request.pair, 0)
    (padTo, padSide, maskMode) = (request.padTo, request.padSide, request.maskMode)
  }

  mutating func choose(_ model: String) {
    guard model != self.model else { return }
    modelsBefore = Array(models.filter { $0 != model }.suffix(Exploration.mostModelsBefore))
    self.model = model
  }
}

/// What is computed: a request, and the model that computes it.
public struct Subject: Sendable, Equatable {
  /// What `--model` would take.
  public var model: String
  /// What the model is asked for.
  public var request: EncodeRequest
  /// Whether pieces of words are joined into words in what it computes.
  public var joinsWords: Bool

  /// A request to a model, which is what `--model` would take.
  public init(model: String, request: EncodeRequest, joinsWords: Bool = false) {
    self.model = model
    self.request = request
    self.joinsWords = joinsWords
  }
}

/// A picture that was put aside: what it was computed from, and where one stood.
public struct ComparedPicture: Sendable, Equatable {
  /// The model that was chosen, and before it those that stand in for it, the best last.
  var models: [String]
  /// As it was chosen, whatever the model allows.
  var request: EncodeRequest
  /// The head that was selected.
  public var head: HeadIndex
}
