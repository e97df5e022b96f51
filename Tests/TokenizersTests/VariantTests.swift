import JSON
import TestSupport
import Testing

@testable import Tokenizers

/// One small tokenizer for every part and option, from `Tools/generate_tokenizer_variants`.
struct Variant: Sendable, CustomTestStringConvertible {
  let name: String
  let tokenizer: JSONValue
  let cases: [JSONValue]

  var testDescription: String { name }

  static let all: [Variant] = {
    var models: [String: JSONValue] = [:]
    var variants: [Variant] = []
    let lines = (try? TextFile.read(Fixtures.path("tokenizers/variants.jsonl"))) ?? []
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      guard let value = try? JSONValue(parsing: line), let model = value["model"]?.stringValue else { continue }
      if let definition = value["definition"] {
        models[model] = definition
      } else if let name = value["name"]?.stringValue, var tokenizer = value["tokenizer"]?.objectValue {
        tokenizer["model"] = models[model]
        variants.append(
          Variant(name: name, tokenizer: .object(tokenizer), cases: value["cases"]?.arrayValue ?? []))
      }
    }
    return variants
  }()
}

@Suite struct VariantTests {
  @Test func everyVariantIsThere() {
    #expect(Variant.all.count == 145)
  }

  @Test(arguments: Variant.all)
  func everyCaseMatches(variant: Variant) throws {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer.json", variant.tokenizer.serialized())
    let cases = try variant.cases.map { try TokenizerCase($0) }
    #expect(cases.count >= 11)
    #expect(check(try Tokenizer(folder: folder.path), with: cases) == 0)
  }
}
