import Glibc

/// The variables of the environment, as a value, so that tests can bring their own.
public struct Environment: Sendable {
  private let variables: [String: String]?

  /// The environment of this process.
  public static let process = Environment(variables: nil)

  /// An environment of these variables alone.
  public init(_ variables: [String: String]) { self.init(variables: variables) }

  private init(variables: [String: String]?) { self.variables = variables }

  /// The value of a variable; nil if it is unset or empty.
  public subscript(name: String) -> String? {
    let value = variables.map { $0[name] } ?? getenv(name).map { String(cString: $0) }
    return value.flatMap { $0.isEmpty ? nil : $0 }
  }
}
