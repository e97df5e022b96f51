import TestSupport

@testable import Hub

/// What a server has to give in most tests: a model of a few small files, and one that is long enough to be cut.
enum TinyRepository {
  static let weights = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

  static let files: [String: [UInt8]] = [
    "config.json": Array(#"{"model_type": "bert"}"#.utf8), "tokenizer.json": Array("{}".utf8),
    "vocab.txt": Array("[PAD]\n".utf8), "README.md": Array("read me".utf8), "pytorch_model.bin": [1, 2, 3],
    "model.safetensors": weights,
  ]

  /// What the hub calls each of them.
  private static let tags = Dictionary(
    uniqueKeysWithValues: files.map { ($0.key, tag(of: $0.value, isLarge: $0.key == "model.safetensors")) })

  /// What the hub calls a file: its digest.
  static func tag(of content: [UInt8], isLarge: Bool) -> String {
    let shape = String(repeating: "0", count: isLarge ? 64 : 40)
    guard var digest = FileDigest(entityTag: shape, size: content.count) else { return "" }
    content.withUnsafeBytes { digest.add($0) }
    return digest.text
  }

  /// A server of its own, which has them all.
  static func server() throws -> HubServer {
    var settings = HubServer.Settings()
    settings.files = files
    settings.large = ["model.safetensors"]
    settings.tags = tags
    return try HubServer(settings)
  }
}
