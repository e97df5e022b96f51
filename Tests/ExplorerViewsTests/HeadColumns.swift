import Insights

@testable import Explorer

extension HeadColumn {
  /// Columns that tests name.
  static let previous = named("previous")
  static let itself = named("self")
  static let confidence = named("confidence")
  static let distance = named("distance")

  private static func named(_ name: String) -> HeadColumn {
    guard let column = HeadColumn(rawValue: name) else { fatalError("there is no column \(name)") }
    return column
  }
}
