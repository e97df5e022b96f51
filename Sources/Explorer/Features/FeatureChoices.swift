/// What a person has chosen in a feature: part of the exploration, so it is undone and follows from the actions alone.
public protocol FeatureChoices: Sendable, Equatable {
  /// The choices of a new exploration.
  init()
}

extension FeatureChoices {
  fileprivate var isInitial: Bool { self == Self() }
  fileprivate func isEqual(to other: (any FeatureChoices)?) -> Bool { other.map { self == $0 as? Self } ?? isInitial }
}

/// The choices of all features, each by its type.
struct AllChoices: Sendable, Equatable {
  /// Only those that differ from a new exploration.
  private var values: [ObjectIdentifier: any FeatureChoices] = [:]

  subscript<Choices: FeatureChoices>(type: Choices.Type) -> Choices {
    get { values[ObjectIdentifier(type)] as? Choices ?? Choices() }
    set { values[ObjectIdentifier(type)] = newValue.isInitial ? nil : newValue }
  }

  static func == (a: AllChoices, b: AllChoices) -> Bool {
    a.values.count == b.values.count && a.values.allSatisfy { $0.value.isEqual(to: b.values[$0.key]) }
  }
}
