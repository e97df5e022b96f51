import Compute

/// Where an encoder's parameters come from, and what brings them into the layout that is computed with.
struct Parameters: Sendable {
  let source: any ParameterSource
  let engine: Engine
  /// Takes note of numbers that are none; nil where they are errors.
  var damage: DamageReport?
  /// Whether large matrices are left where they are: nothing will be computed.
  var isOnlyChecked = false

  func has(_ name: String) -> Bool { source.parameter(named: name) != nil }

  /// The parameter of that name, as it is stored; nil where there is none.
  func parameter(named name: String) -> Parameter? {
    source.parameter(named: name).map { Parameter(stored: $0, kernels: engine.kernels, damage: damage) }
  }
}
