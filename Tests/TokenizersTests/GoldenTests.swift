import Activations
import JSON
import TestSupport
import Testing

@testable import Tokenizers

/// Tokenizers with what Hugging Face's `tokenizers` makes of 186 strings each.
enum Golden: String, CaseIterable, CustomTestStringConvertible {
  case wordPieceUncased = "wordpiece-uncased"
  case wordPieceCased = "wordpiece-cased"
  case wordPieceMPNet = "wordpiece-mpnet"

  var testDescription: String { rawValue }

  var folder: String {
    switch self {
    // The published tokenizer of the model that `make model` fetches.
    case .wordPieceUncased: "\(Fixtures.root)/models/all-MiniLM-L6-v2"
    default: Fixtures.path("tokenizers/\(rawValue)")
    }
  }

  var casesFolder: String { Fixtures.path("tokenizers/\(rawValue)") }
}

/// A text, or a pair, and the tokens that are expected of it.
struct TokenizerCase {
  let text: String
  let pair: String?
  let maximumLength: Int?
  let ids: [Int32]
  let tokens: [String]
  let offsets: [Range<Int>]
  let specialTokensMask: [Bool]
  let typeIDs: [Int32]?
  let sequenceIDs: [Int?]?
  let dropped: Int?

  init(_ value: JSONValue) throws {
    func integers(_ key: String) throws -> [Int] {
      try #require(value[key]?.arrayValue).map { try #require($0.intValue) }
    }
    text = try #require(value["text"]?.stringValue)
    pair = value["pair"]?.stringValue
    maximumLength = value["maximum_length"]?.intValue
    ids = try integers("ids").map(Int32.init)
    tokens = try #require(value["tokens"]?.arrayValue).map { try #require($0.stringValue) }
    offsets = try #require(value["offsets"]?.arrayValue).map {
      try #require($0[0]?.intValue)..<(try #require($0[1]?.intValue))
    }
    specialTokensMask = try integers("special_tokens_mask").map { $0 == 1 }
    typeIDs = value["type_ids"] == nil ? nil : try integers("type_ids").map(Int32.init)
    sequenceIDs = value["sequence_ids"]?.arrayValue?.map(\.intValue)
    dropped = value["dropped"]?.intValue
  }

  static func read(_ path: String) throws -> [TokenizerCase] {
    try TextFile.read(path).split(separator: UInt8(ascii: "\n")).map { try TokenizerCase(try JSONValue(parsing: $0)) }
  }

  /// What differs, in words; nil if nothing does.
  func difference(from input: TokenizedInput) -> String? {
    if input.inputIDs != ids { return "ids \(input.inputIDs), expected \(ids)" }
    if !input.tokens.elementsEqual(tokens, by: { $0.utf8.elementsEqual($1.utf8) }) {
      return "tokens \(input.tokens), expected \(tokens)"
    }
    if input.offsets != offsets { return "offsets \(input.offsets), expected \(offsets)" }
    if input.specialTokensMask != specialTokensMask { return "special tokens mask \(input.specialTokensMask)" }
    if let typeIDs, input.tokenTypeIDs != typeIDs { return "type ids \(input.tokenTypeIDs), expected \(typeIDs)" }
    if let sequenceIDs, input.sequenceIDs != sequenceIDs {
      return "sequence ids \(input.sequenceIDs), expected \(sequenceIDs)"
    }
    if let dropped, input.droppedTokens != dropped { return "dropped \(input.droppedTokens), expected \(dropped)" }
    return nil
  }
}

@Suite struct GoldenTests {
  @Test(arguments: Golden.allCases)
  func everyStringMatches(golden: Golden) throws {
    try check(Tokenizer(folder: golden.folder), with: golden.casesFolder + "/tokenizer_cases.jsonl", atLeast: 186)
  }

  /// Pairs and truncation; the cases come from `Tools/generate_tokenizer_cases`.
  @Test(arguments: Golden.allCases)
  func everyPairMatches(golden: Golden) throws {
    try check(Tokenizer(folder: golden.folder), with: golden.casesFolder + "/pair_cases.jsonl", atLeast: 290)
  }
}

/// Compares a tokenizer with every case of a file, except those whose text is left out.
func check(
  _ tokenizer: Tokenizer, with file: String, atLeast count: Int, leavingOut: (String) -> Bool = { _ in false }
) throws {
  let cases = try TokenizerCase.read(file).filter { !leavingOut($0.text) }
  var different = 0
  for item in cases {
    let input = tokenizer.encode(item.text, pair: item.pair, maximumLength: item.maximumLength)
    guard let difference = item.difference(from: input) else { continue }
    different += 1
    let pair = item.pair.map { " + \(JSONValue($0).serialized())" } ?? ""
    let length = item.maximumLength.map { " to \($0)" } ?? ""
    Issue.record("\(JSONValue(item.text).serialized())\(pair)\(length): \(difference)")
  }
  print(
    "\(file.split(separator: "/").suffix(2).joined(separator: "/")): \(cases.count - different) of \(cases.count) match"
  )
  #expect(cases.count >= count)
}
