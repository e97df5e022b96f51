import Activations
import Explorer
import Insights
import JSON
import Support

/// An exploration as it was recorded: a header, then events in the order in which they happened.
public struct Session: Sendable, Equatable {
  /// What the first line says of the session and its model.
  public var header: SessionHeader
  /// What happened, in the order of time.
  public var events: [SessionEvent]
  /// What is wrong with the file, in words; the events around it are there.
  public var problems: [SessionProblem]

  /// A session as given; without events and problems it is one that has just begun.
  public init(header: SessionHeader, events: [SessionEvent] = [], problems: [SessionProblem] = []) {
    self.header = header
    self.events = events
    self.problems = problems
  }

  /// Seconds from the start to the last event.
  public var duration: Double { events.last?.time ?? 0 }

  /// How many events it begins with: what is done at once, before anything is said.
  package var opening: Int { events.opening }

  /// The actions among the events, in order.
  public var actions: [Action] {
    events.compactMap { if case .action(let action) = $0.content { action } else { nil } }
  }

  /// The state that the actions lead to.
  ///
  /// - Parameter start: the state at the beginning of the session, its model loaded or not.
  public func end(from start: State) -> State {
    var state = start
    for action in actions { fold(&state, action) }
    return state
  }

  /// The version of the format that this program writes, and the newest that it reads.
  public static let version = 1
}

/// The first line of a session.
public struct SessionHeader: Sendable, Equatable {
  /// What lists call the session; empty where the file does not say. Untrusted.
  public var title: String
  /// When it was begun, in UTC: 2026-01-31T12:00:00Z
  public var created: String
  /// The version of the program that recorded it.
  public var program: String
  /// The model that was loaded at the beginning.
  public var model: SessionModel
  /// The session that this one left, if it did.
  public var forkedFrom: SessionOrigin?

  /// A header as given; `forkedFrom` is nil for a session that began by itself.
  public init(
    title: String, created: String, program: String, model: SessionModel, forkedFrom: SessionOrigin? = nil
  ) {
    self.title = title
    self.created = created
    self.program = program
    self.model = model
    self.forkedFrom = forkedFrom
  }
}

/// Where a session left another one.
public struct SessionOrigin: Sendable, Equatable {
  /// The title of the other session, or its file.
  public var session: String
  /// Seconds since the start of the other session.
  public var time: Double
  /// How many of its actions had been played.
  public var action: Int

  /// The place in another session after `action` actions, `time` seconds from its start.
  public init(session: String, time: Double, action: Int) {
    self.session = session
    self.time = time
    self.action = action
  }
}

/// What a session says of its model, so that the same one can be found again.
public struct SessionModel: Sendable, Equatable {
  /// The name to find the model by. Untrusted.
  public var name: String
  /// Hugging Face's `model_type`; empty where it is not known.
  public var family: String
  /// The number of layers; 0 where it is not known.
  public var layers: Int
  /// The number of heads in each layer; 0 where it is not known.
  public var heads: Int
  /// The size of the hidden states; 0 where it is not known.
  public var hidden: Int
  /// Of the weights; nil where it is not known.
  public var digest: String?

  /// What is known of a model: 0 and the empty text stand for what is not.
  public init(name: String, family: String, layers: Int, heads: Int, hidden: Int, digest: String?) {
    self.name = name
    self.family = family
    self.layers = layers
    self.heads = heads
    self.hidden = hidden
    self.digest = digest
  }

  /// What a session says of a loaded model; `digest` is that of its weights, nil where it is not known.
  public init(_ model: EncoderDescription, digest: String?) {
    self.init(
      name: model.name, family: model.family, layers: model.layers, heads: model.heads, hidden: model.hiddenSize,
      digest: digest)
  }
}

extension SessionModel {
  /// The model as far as the session says what it is like.
  public var asDescribed: EncoderDescription {
    EncoderDescription(
      name: name, family: family, layers: layers, heads: heads, hiddenSize: hidden, headSize: 0, intermediateSize: 0,
      vocabularySize: 0, maximumPositions: 0, tokenTypes: 0, parameters: 0, storedType: "", ignoredTensors: [],
      files: [], fileBytes: 0)
  }
}

/// Something that happened in a session.
public struct SessionEvent: Sendable, Equatable {
  /// What an event can be.
  public enum Content: Sendable, Equatable {
    case action(Action)
    /// A place to come back to.
    case mark(String)
    case note(String)
    /// What had been computed at this point.
    case fingerprint(Fingerprint)
    /// What a run of training had come to at this point.
    case trained(TrainingFingerprint)
    /// What viewers are asked before they go on.
    case question(Question)
    /// What a viewer answered, and the text of the question.
    case guess(Guess, of: String)
    /// From a newer program: kept as it is, shown, and skipped.
    case unknown(JSONObject)
  }

  /// Seconds since the start.
  public var time: Double
  /// What happened.
  public var content: Content

  /// An event `time` seconds after the start.
  public init(time: Double, _ content: Content) {
    self.time = time
    self.content = content
  }
}

/// Something about a line of a session file that does not keep the rest from being used.
public struct SessionProblem: Sendable, Equatable, CustomStringConvertible {
  /// How bad a problem is.
  public enum Kind: Sendable, Equatable {
    /// The line is wrong.
    case mistake
    /// Worth saying, but nothing is lost by it.
    case remark
    /// The end of the last line is missing, as after a power cut: nothing but the last action is lost.
    case tornEnd
  }

  /// Counted from 1.
  public var line: Int
  /// In code points, counted from 1; nil for the whole line.
  public var column: Int?
  /// What is wrong, without the place.
  public var text: MessageText
  /// Whether it is a mistake, a remark or a torn last line.
  public var kind: Kind

  /// A problem at a line and a column, both counted from 1; a column of nil means the whole line.
  public init(line: Int, column: Int? = nil, text: MessageText, kind: Kind = .mistake) {
    self.line = line
    self.column = column
    self.text = text
    self.kind = kind
  }

  static func tornEnd(line: Int) -> SessionProblem {
    SessionProblem(
      line: line, text: "the last line is incomplete and was left out; everything before it is there", kind: .tornEnd)
  }

  static func steppedOver(_ failure: EventFailure, line: Int) -> SessionProblem {
    SessionProblem(line: line, column: failure.column, text: failure.text + "; the line was skipped")
  }

  /// Whether the line is the last one and lacks its end.
  public var isTornEnd: Bool { kind == .tornEnd }

  /// All of it, with its place.
  public var message: MessageText { "line \(line)\(column.map { ", column \($0)" } ?? ""): \(text)" }

  /// The message as it is shown, with its place.
  public var description: String { message.description }
}

/// Why a session cannot be used, in one line.
public struct SessionError: TextualError, Equatable {
  /// One line that says what is wrong and, where possible, what to do.
  public let text: MessageText

  /// An error with the one line to show.
  public init(_ text: MessageText) { self.text = text }
}
