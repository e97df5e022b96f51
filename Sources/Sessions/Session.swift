import Activations
import Explorer
import Insights
import JSON

/// An exploration as it was recorded: a header, then events in the order in which they happened.
public struct Session: Sendable {
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

  public init(title: String, created: String, program: String, model: SessionModel) {
    self.title = title
    self.created = created
    self.program = program
    self.model = model
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

/// Something that happened in a session.
public struct SessionEvent: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    case action(Action)
    /// A place to come back to.
    case mark(String)
    case note(String)
    /// What had been computed at this point.
    case fingerprint(Fingerprint)
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

/// Something wrong in a session file that does not keep the rest from being used.
public struct SessionProblem: Sendable, Equatable, CustomStringConvertible {
  /// Counted from 1.
  public var line: Int
  public var text: String
  /// The end of the last line is missing, as after a power cut: nothing but the last action is lost.
  public var isTornEnd: Bool

  public init(line: Int, text: String, isTornEnd: Bool = false) {
    self.line = line
    self.text = text
    self.isTornEnd = isTornEnd
  }

  public var description: String { "line \(line): \(text)" }
}

/// Why a session cannot be used, in one line.
public struct SessionError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
