import Activations
import Explorer
import Insights
import JSON
import Support

/// An exploration as it was recorded: a header, then events in the order in which they happened.
public struct Session: Sendable, Equatable {
  public var header: SessionHeader
  public var events: [SessionEvent]
  /// What is wrong with the file, in words; the events around it are there.
  public var problems: [SessionProblem]

  public init(header: SessionHeader, events: [SessionEvent] = [], problems: [SessionProblem] = []) {
    self.header = header
    self.events = events
    self.problems = problems
  }

  /// Seconds from the start to the last event.
  public var duration: Double { events.last?.time ?? 0 }

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
  public var title: String
  /// When it was begun, in UTC: 2026-01-31T12:00:00Z
  public var created: String
  /// The version of the program that recorded it.
  public var program: String
  public var model: SessionModel
  /// The session that this one left, if it did.
  public var forkedFrom: SessionOrigin?

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

  public init(session: String, time: Double, action: Int) {
    self.session = session
    self.time = time
    self.action = action
  }
}

/// What a session says of its model, so that the same one can be found again.
public struct SessionModel: Sendable, Equatable {
  public var name: String
  public var family: String
  public var layers: Int
  public var heads: Int
  public var hidden: Int
  /// Of the weights; nil where it is not known.
  public var digest: String?

  public init(name: String, family: String, layers: Int, heads: Int, hidden: Int, digest: String?) {
    self.name = name
    self.family = family
    self.layers = layers
    self.heads = heads
    self.hidden = hidden
    self.digest = digest
  }

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
  public enum Content: Sendable, Equatable {
    case action(Action)
    /// A place to come back to.
    case mark(String)
    case note(String)
    /// What had been computed at this point.
    case fingerprint(Fingerprint)
    /// What viewers are asked before they go on.
    case question(Question)
    /// What a viewer answered, and the text of the question.
    case guess(Guess, of: String)
    /// From a newer program: kept as it is, shown, and stepped over.
    case unknown(JSONObject)
  }

  /// Seconds since the start.
  public var time: Double
  public var content: Content

  public init(time: Double, _ content: Content) {
    self.time = time
    self.content = content
  }
}

/// Something about a line of a session file that does not keep the rest from being used.
public struct SessionProblem: Sendable, Equatable, CustomStringConvertible {
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
  /// In code points, counted from 1; nil where the whole line is meant.
  public var column: Int?
  public var text: MessageText
  public var kind: Kind

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
    SessionProblem(line: line, column: failure.column, text: failure.text + "; the line was stepped over")
  }

  public var isTornEnd: Bool { kind == .tornEnd }

  /// All of it, with its place.
  public var message: MessageText { "line \(line)\(column.map { ", column \($0)" } ?? ""): \(text)" }

  public var description: String { message.description }
}

/// Why a session cannot be used, in one line.
public struct SessionError: TextualError, Equatable {
  public let text: MessageText

  public init(_ text: MessageText) { self.text = text }
}
