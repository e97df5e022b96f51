import Activations
import JSON

/// An action that a feature defines: what it changes, how it is written in a session, and how it is
/// described in words.
///
/// A feature's actions are one enumeration that conforms to this and is listed in `Features.actions`.
public protocol FeatureAction: Sendable, Equatable {
  /// Applies the action to the state. It is deterministic: the same action on the same state has the same effect.
  func perform(on state: inout State)

  /// The names of these actions in a session, each the value of `"action"`.
  static var names: [String] { get }
  /// Members that are optional, by the name of the action.
  static var optionalMembers: [String: [String]] { get }
  /// The name and the other members, as a session has them.
  var recorded: RecordedAction { get }
  /// Reads the action of a name; nil where the name is none of `names`.
  ///
  /// - Throws: what is wrong with a member.
  static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> Self?

  /// A description of the action in plain words. Layers, heads and positions count from 0.
  var words: String { get }
}

extension FeatureAction {
  /// None, unless a feature says otherwise.
  public static var optionalMembers: [String: [String]] { [:] }

  fileprivate func isEqual(to other: any FeatureAction) -> Bool { self == other as? Self }
}

/// An action as a session has it: a flat object, made to be read and written by hand.
///
///     {"t":1.25,"action":"selectHead","layer":3,"head":7}
public struct RecordedAction: Sendable, Equatable {
  /// The value of `"action"`.
  public var name: String
  /// The other members.
  public var members: [(JSONString, JSONValue)]

  /// An action from its name, the value of `"action"`, and the members after it in the order in which they are written.
  public init(_ name: String, _ members: [(JSONString, JSONValue)] = []) {
    self.name = name
    self.members = members
  }

  /// The same with the head that an action goes to, where it says one.
  func with(_ head: HeadIndex?) -> RecordedAction {
    guard let head else { return self }
    return RecordedAction(name, members + [("layer", .integer(head.layer)), ("head", .integer(head.head))])
  }

  /// Whether both have the same name and the same members in the same order.
  public static func == (a: RecordedAction, b: RecordedAction) -> Bool {
    a.name == b.name && a.members.elementsEqual(b.members) { $0.0 == $1.0 && $0.1 == $1.1 }
  }
}

/// The reason why an object is not a valid action.
public struct MalformedAction: Error, Equatable {
  /// What is wrong, in one line.
  public let text: String

  /// What is wrong, in one line.
  public init(_ text: String) { self.text = text }
}

/// An action of any feature.
public struct AnyFeatureAction: Sendable, Equatable {
  /// The action, of the feature's own type; `Action.of` finds it by that type.
  public let base: any FeatureAction

  /// Wraps an action of a feature (type erasure).
  public init(_ base: any FeatureAction) { self.base = base }

  /// Whether both have the same type and are equal.
  public static func == (a: AnyFeatureAction, b: AnyFeatureAction) -> Bool { a.base.isEqual(to: b.base) }
}
