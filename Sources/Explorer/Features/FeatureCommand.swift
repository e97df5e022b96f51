/// What a key can mean to a feature, with what it comes to.
///
/// A feature's commands are one enumeration that conforms to this; its keys are bound to them in the same file, and listed in
/// `Features.keys`.
protocol FeatureCommand: Sendable, Hashable {
  /// What the command comes to in a state, as it is shown on a screen.
  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution
}

extension FeatureCommand {
  fileprivate func isEqual(to other: any FeatureCommand) -> Bool { self == other as? Self }
}

/// A command of any feature.
public struct AnyFeatureCommand: Sendable, Hashable {
  let base: any FeatureCommand

  /// Whether both are of one feature and equal.
  public static func == (a: AnyFeatureCommand, b: AnyFeatureCommand) -> Bool { a.base.isEqual(to: b.base) }

  /// Hashes the feature's own command.
  public func hash(into hasher: inout Hasher) { base.hash(into: &hasher) }
}

extension Command {
  /// A command of a feature.
  static func feature(_ command: some FeatureCommand) -> Command { .feature(AnyFeatureCommand(base: command)) }

  /// The command as one of a feature's; nil where it is none.
  func of<Feature: FeatureCommand>(_ type: Feature.Type) -> Feature? {
    guard case .feature(let command) = self else { return nil }
    return command.base as? Feature
  }
}
