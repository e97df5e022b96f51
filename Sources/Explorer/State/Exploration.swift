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

  public var view = ViewID.grid
  public var head = HeadIndex(layer: 0, head: 0)
  public var query = 0
  public var key = 0
  public var zoom = Zoom.fit

  public var padTo: Int?
  /// The length that `p` switches back on.
  public var lastPadTo: Int?
  public var padSide = PadSide.right
  public var maskMode = MaskMode.keys

  public var colors = "viridis"
  public var range = IntensityRange.all
  public var countFrom = 0

  /// What was chosen in features: `exploration.heads`, `exploration.compare` and the like are declared by these.
  var choices = AllChoices()

  /// The picture that was put aside to compare with.
  public var reference: Reference?

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

  mutating func choose(_ model: String) {
    guard model != self.model else { return }
    modelsBefore = Array(models.filter { $0 != model }.suffix(Exploration.mostModelsBefore))
    self.model = model
  }
}

/// What is computed: a request, and the model that computes it.
public struct Subject: Sendable, Equatable {
  public var model: String
  public var request: EncodeRequest

  public init(model: String, request: EncodeRequest) {
    self.model = model
    self.request = request
  }
}

/// A picture that was put aside: what it was computed from, and where one stood.
public struct Reference: Sendable, Equatable {
  /// The model that was chosen, and before it those that stand in for it, the best last.
  var models: [String]
  /// As it was chosen, whatever the model allows.
  var request: EncodeRequest
  public var head: HeadIndex
}
