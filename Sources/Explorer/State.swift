import Activations
import Insights

/// Everything the screen shows is a function of this value. Only `reduce` changes it.
public struct State: Sendable, Equatable {
  public var model: EncoderDescription
  /// Where the text ran out of room, the model's own PAD and special tokens are known from the computation.
  public var texts: [String]
  public var pair: String?
  public var sentence = 0
  /// The open prompt, if there is one.
  public var prompt: Prompt?
  /// Sentences that were typed before, oldest first.
  public var history: [String] = []

  public var view = ViewID.grid
  public var overlay: Overlay?
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

  /// The number of the newest request; a result with a smaller number has been overtaken.
  public var requestID = 0
  /// The newest result.
  public var computation: Computation?
  /// Why there is no newer result, in words.
  public var failure: String?
  /// Where another model is being loaded: its name.
  public var loadingModel: String?

  /// A word to the person, gone with the next action.
  public var notice: String?
  public var recording = RecordingStatus.off
  public var playback: PlaybackStatus?
  public var models: [ModelChoice] = []

  public init(model: EncoderDescription, texts: [String] = [State.firstText]) {
    self.model = model
    self.texts = texts
  }

  /// The lecture's sentence, so that nobody meets an empty screen.
  public static let firstText = "The cat ran"

  /// What is to be computed for this state.
  public var request: EncodeRequest {
    var texts = texts
    if let prompt, texts.indices.contains(sentence) { texts[sentence] = prompt.text }
    return EncodeRequest(
      texts: texts, pair: pair, padTo: padTo, padSide: padSide, maskMode: maskMode, sentence: sentence)
  }

  /// The encoding on the screen.
  public var encoding: Encoding? { computation?.encoding }

  /// How many positions the encoding on the screen has.
  public var positions: Int { encoding?.input.count ?? 0 }

  /// True while the screen shows something older than what was asked for.
  public var isComputing: Bool { (computation?.id ?? 0) != requestID && failure == nil }
}

/// The sentence prompt: a text, a cursor, and the text from before.
public struct Prompt: Sendable, Equatable {
  public var text: String
  /// How many characters stand before the cursor.
  public var cursor: Int
  public var original: String
}

/// What lies over the view.
public enum Overlay: Sendable, Equatable {
  case help(scroll: Int)
  case models(marked: Int)
}

/// What came of a request.
public struct Computation: Sendable, Equatable {
  /// The number of the request.
  public let id: Int
  public let encoding: Encoding
  /// How far the real tokens lie from the same sentence, masked in the same way, without padding; nil without PAD.
  public let paddingEffect: TraceDifference?
  public let fingerprint: Fingerprint
  /// The largest probability of each head, [layer][head].
  public let largest: [[Float]]

  public init(id: Int, encoding: Encoding, unpadded: Encoding? = nil) {
    self.id = id
    self.encoding = encoding
    paddingEffect = unpadded.flatMap { TraceDifference(encoding, $0) }
    fingerprint = Fingerprint(encoding)
    largest = encoding.trace.layers.map { layer in
      (0..<layer.attentionProbabilities.shape[0]).map { layer.attentionProbabilities[slice: $0].largest() }
    }
  }

  /// The largest probability of any head.
  public var largestOfAll: Float { largest.joined().max() ?? 0 }

  /// Two computations are the same when they answer the same request of the same number: what they hold follows.
  public static func == (a: Computation, b: Computation) -> Bool {
    a.id == b.id && a.encoding.request == b.encoding.request && a.fingerprint == b.fingerprint
  }
}

/// Whether what is done is being saved.
public enum RecordingStatus: Sendable, Equatable {
  case off
  case on(file: String)
  /// Exploring goes on, but nothing is saved: why.
  case failed(String)
}

/// Where in a session a replay is.
public struct PlaybackStatus: Sendable, Equatable {
  public var title: String
  /// How many events were played.
  public var position: Int
  public var count: Int
  /// Seconds since the start of the session.
  public var time: Double
  public var duration: Double
  public var isPaused: Bool
  public var speed: Double
  /// The newest mark or note that was passed.
  public var caption: String?

  public init(
    title: String, position: Int, count: Int, time: Double, duration: Double, isPaused: Bool, speed: Double,
    caption: String? = nil
  ) {
    self.title = title
    self.position = position
    self.count = count
    self.time = time
    self.duration = duration
    self.isPaused = isPaused
    self.speed = speed
    self.caption = caption
  }
}

/// A line in the list of models.
public struct ModelChoice: Sendable, Equatable {
  /// What `--model` takes.
  public var reference: String
  public var name: String
  /// Where it lies, in words.
  public var place: String
  /// What keeps it from being loaded; nil where nothing does.
  public var obstacle: String?

  public init(reference: String, name: String, place: String, obstacle: String? = nil) {
    self.reference = reference
    self.name = name
    self.place = place
    self.obstacle = obstacle
  }
}
