/// A command of a feature, which keys are bound to, and how it is resolved.
///
/// A feature's commands are one enumeration that conforms to this; its keys are bound to them in the same file, and listed in
/// `Features.keys`.
protocol FeatureCommand: Sendable, Hashable {
  /// Resolves the command in a state, given the layout of the screen.
  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution
  /// Whether something would have to be computed anew, which attention from a file cannot be.
  var needsModel: Bool { get }
}

extension FeatureCommand {
  var needsModel: Bool { false }

  fileprivate func isEqual(to other: any FeatureCommand) -> Bool { self == other as? Self }
}

/// A command of any feature.
public struct AnyFeatureCommand: Sendable, Hashable {
  let base: any FeatureCommand

  /// Whether both have the same type and are equal.
  public static func == (a: AnyFeatureCommand, b: AnyFeatureCommand) -> Bool { a.base.isEqual(to: b.base) }

  /// Hashes the feature's own command.
  public func hash(into hasher: inout Hasher) { base.hash(into: &hasher) }
}

extension Command {
  /// A command of a feature.
  static func feature(_ command: some FeatureCommand) -> Command { .feature(AnyFeatureCommand(base: command)) }

  /// Whether something would have to be computed anew, which attention from a file cannot be.
  package var needsModel: Bool {
    guard case .feature(let command) = self else { return false }
    return command.base.needsModel
  }

  /// The command as a command of a feature; nil if it is not one.
  func of<Feature: FeatureCommand>(_ type: Feature.Type) -> Feature? {
    guard case .feature(let command) = self else { return nil }
    return command.base as? Feature
  }
}
