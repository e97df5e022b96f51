import Testing

/// One way to break a safetensors file, and what has to be said about it; `FILE` stands for its path.
public struct CheckpointDamage: Sendable, CustomTestStringConvertible {
  /// The tensor that is damaged where none is named.
  public static let query = "encoder.layer.0.attention.self.query.weight"

  /// What is wrong, for the log.
  public let what: String
  /// What has to be said, in full.
  public let message: String
  /// The damaged file, made of the intact one.
  public let file: @Sendable (SafetensorsBuilder) -> [UInt8]

  /// The same as `what`.
  public var testDescription: String { what }

  /// Any damage.
  public init(_ what: String, says message: String, _ file: @escaping @Sendable (SafetensorsBuilder) -> [UInt8]) {
    self.what = what
    self.message = message
    self.file = file
  }

  /// Damage to what the header says of one tensor.
  public static func entry(
    _ what: String, _ name: String = query, says message: String,
    _ change: @escaping @Sendable (inout SafetensorsBuilder.Entry) -> Void
  ) -> CheckpointDamage {
    CheckpointDamage(what, says: message) { builder in
      var builder = builder
      change(&builder.entries[builder.index(of: name)])
      return builder.file
    }
  }

  /// Another header before the same data.
  public static func header(_ what: String, says message: String, _ header: String) -> CheckpointDamage {
    CheckpointDamage(what, says: message) { SafetensorsBuilder.file(header: header, data: $0.data) }
  }
}
