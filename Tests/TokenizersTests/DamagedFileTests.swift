import JSON
import Support
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct DamagedFileTests {
  private static let wordPiece = #""model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "[CLS]": 1, "a": 2}}"#

  @Test(arguments: [
    ("", "is empty; download it again"),
    ("[]", "must hold an object, found an array"),
    ("{}", "tokenizer.json: has no model, expected an object"),
    (#"{"version": "2.0"}"#, #"version is "2.0", expected "1.0""#),
    (#"{"model": {"type": "Quantum"}}"#, #"model: the model "Quantum" is not known"#),
    (#"{"model": {"type": "WordPiece"}}"#, "model has no vocab, expected an object of tokens and ids"),
    (
      #"{"model": {"type": "WordPiece", "vocab": {"a": 0, "b": 1}}}"#,
      #"the unknown token "[UNK]" is not in the vocabulary"#
    ),
    (
      #"{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "b": 0}}}"#,
      #"the vocabulary gives the id 0 to "[UNK]" and to "b""#
    ),
    (
      #"{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "b": -1}}}"#,
      #"the vocabulary's id of "b" is -1, expected 0 to 16777215"#
    ),
    (
      #"{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "b": 4000000000}}}"#,
      #"the vocabulary's id of "b" is 4000000000, expected 0 to 16777215"#
    ),
    (
      #"{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "b": "1"}}}"#,
      #"the vocabulary's id of "b" must be an integer, found a string"#
    ),
    (
      #"{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0}, "max_input_chars_per_word": 1.5}}"#,
      "model.max_input_chars_per_word must be an integer from 0 to 4294967296, found 1.5"
    ),
    ("{\(wordPiece), \"normalizer\": {\"type\": \"Rot13\"}}", #"normalizer: the normalizer "Rot13" is not known"#),
    (
      "{\(wordPiece), \"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Rot13\"}]}}",
      #"normalizer.normalizers[0]: the normalizer "Rot13" is not known"#
    ),
    (
      "{\(wordPiece), \"normalizer\": {\"type\": \"BertNormalizer\", \"lowercase\": \"yes\"}}",
      #"normalizer.lowercase must be true or false, found "yes""#
    ),
    (
      "{\(wordPiece), \"pre_tokenizer\": {\"type\": \"Rot13\"}}",
      #"pre_tokenizer: the pre-tokenizer "Rot13" is not known"#
    ),
    ("{\(wordPiece), \"pre_tokenizer\": {}}", "pre_tokenizer has no type, expected a string"),
    ("{\(wordPiece), \"post_processor\": {\"type\": \"X\"}}", #"post_processor: the post-processor "X" is not known"#),
    (
      "{\(wordPiece), \"post_processor\": {\"type\": \"BertProcessing\", \"cls\": [\"[CLS]\", 1], \"sep\": [\"[SEP]\", 3]}}",
      #"post_processor: the special token "[SEP]" has the id 3, which the vocabulary does not have"#
    ),
    (
      "{\(wordPiece), \"post_processor\": {\"type\": \"BertProcessing\", \"cls\": \"[CLS]\"}}",
      #"post_processor.cls must be a token and its id, found "[CLS]""#
    ),
    (
      """
      {\(wordPiece), "post_processor": {"type": "TemplateProcessing", "special_tokens": {}, "pair": [],
       "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}]}}
      """,
      #"post_processor.single[0].SpecialToken.id must be one of special_tokens, found "[CLS]""#
    ),
    (
      """
      {\(wordPiece), "post_processor": {"type": "TemplateProcessing", "pair": [],
       "single": [{"Sequence": {"id": "B", "type_id": 0}}]}}
      """,
      #"post_processor.single[0].Sequence.id must be "A", found "B""#
    ),
    (
      "{\(wordPiece), \"added_tokens\": [{\"content\": 1}]}", "added_tokens[0].content must be a string, found 1"
    ),
    (
      """
      {"added_tokens": [{"content": "x"}],
       "model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 2}}}
      """,
      #"the added token "x" would get the id 2, which the vocabulary gives to "a""#
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0}}}"#, "model has no merges, expected an array"
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}}"#,
      #"model: merges[0]: the token "ab" is not in the vocabulary"#
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0, "aa": 1}, "merges": [["a", "a"], ["a", "c"]]}}"#,
      #"model: merges[1]: the token "c" is not in the vocabulary"#
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}}"#,
      "model: merges[0]: expected two tokens with a space between them"
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a"]]}}"#, "model: merges[0]: expected two tokens"
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [7]}}"#,
      "model: merges[0]: expected two tokens, found a number"
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "?"}}"#,
      #"the unknown token "?" is not in the vocabulary"#
    ),
    (
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}}"#,
      "model: dropout is 0.1, but random tokenization is not supported"
    ),
    (#"{"model": {"type": "Unigram", "vocab": []}}"#, "model: vocab has no tokens"),
    (
      #"{"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", 0]]}}"#,
      "model.unk_id must be an integer from 0 to 0, found 1"
    ),
    (
      #"{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a", 0], ["b"]]}}"#,
      "model: vocab[1] must be a token and its score, found an array"
    ),
    (
      #"{"model": {"type": "WordLevel", "vocab": {"a": 0}}}"#, #"the unknown token "<unk>" is not in the vocabulary"#
    ),
    (
      "{\(wordPiece), \"normalizer\": {\"type\": \"Replace\", \"content\": \"\", \"pattern\": {\"Regex\": \"(a\"}}}",
      #"normalizer.pattern: the regular expression "(a" is not valid: end pattern with unmatched parenthesis"#
    ),
    (
      "{\(wordPiece), \"normalizer\": {\"type\": \"Replace\", \"content\": \"\", \"pattern\": \"a\"}}",
      #"normalizer.pattern must be an object, found a string"#
    ),
    (
      "{\(wordPiece), \"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"A===\"}}",
      "normalizer: precompiled_charsmap is not valid Base64"
    ),
    (
      "{\(wordPiece), \"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAAAA==\"}}",
      "normalizer: precompiled_charsmap is damaged: its trie should have 0 bytes, and 0 are there"
    ),
    (
      "{\(wordPiece), \"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"__\"}}",
      #"pre_tokenizer.replacement must be a single character, found "__""#
    ),
    (
      """
      {\(wordPiece), "pre_tokenizer": {"type": "Metaspace", "prepend_scheme": "always", "add_prefix_space": false}}
      """,
      #"pre_tokenizer: add_prefix_space is false, but prepend_scheme is "always""#
    ),
    (
      "{\(wordPiece), \"pre_tokenizer\": {\"type\": \"FixedLength\", \"length\": 0}}",
      "pre_tokenizer.length must be an integer from 1 to 2147483647, found 0"
    ),
    (
      "{\(wordPiece), \"pre_tokenizer\": {\"type\": \"Punctuation\", \"behavior\": \"Shuffled\"}}",
      #"must be "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext" or "Contiguous", found "Shuffled""#
    ),
  ])
  func tokenizerFile(text: String, expected: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer.json", text)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.path) }
    let description = error?.description ?? ""
    #expect(description.hasPrefix("\(folder.path)/tokenizer.json: "))
    #expect(description.hasSuffix(expected), "\(description)")
    #expect(!description.contains("\n"))
  }

  /// Damaged rules of a normalizer that look whole change texts in some way, but never trap.
  @Test func damagedRules() throws {
    let file = try #require(try TextFile.readJSON(Golden.unigramXLMR.folder + "/tokenizer.json").objectValue)
    let encoded = try #require(file["normalizer"]?["precompiled_charsmap"]?.stringValue)
    let rules = try #require(Array(encoded.utf8).withUnsafeBufferPointer { Base64.decode($0) })
    let text = "ﬁ①Ａ e\u{301} \u{1}a\u{1} 株式会社 ㍿ \r\n ｶﾞ"
    var seed: UInt32 = 1
    for _ in 0..<300 {
      var damaged = rules
      for _ in 0..<400 {
        seed = seed &* 1_664_525 &+ 1_013_904_223
        // The trie comes first, and is the larger part.
        damaged[4 + Int(seed >> 8) % (rules.count / 2)] = UInt8(truncatingIfNeeded: seed >> 4)
      }
      guard let precompiled = try? Precompiled(damaged) else { continue }
      var normalized = NormalizedText(original: Array(text.utf8))
      precompiled.normalize(&normalized)
      #expect(String(validating: normalized.bytes, as: UTF8.self) != nil)
    }
    #expect(throws: Precompiled.Failure.self) { try Precompiled([]) }
    #expect(throws: Precompiled.Failure.self) { try Precompiled([255, 255, 255, 255, 0, 0, 0, 0]) }
  }

  @Test func missingFiles() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.path) }
    #expect(throws: TokenizerError.self) { try Tokenizer(folder: "/nonexistent") }
    try folder.write("vocab.txt", "[UNK]\nthe\n")
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.path) }
    #expect(error?.description == "\(folder.path)/vocab.txt: the special token \"[CLS]\" is not in the vocabulary")
    try folder.write("vocab.txt", [0x61, 0x0A, 0xFF, 0x0A])
    #expect(throws: TokenizerError("\(folder.path)/vocab.txt: is not valid UTF-8")) {
      try Tokenizer(folder: folder.path)
    }
  }

  @Test func damagedConfiguration() throws {
    let folder = try TemporaryFolder()
    try folder.write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nthe\n")
    _ = try Tokenizer(folder: folder.path)
    try folder.write("tokenizer_config.json", #"{"do_lower_case": 1}"#)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.path) }
    #expect(
      error?.description == "\(folder.path)/tokenizer_config.json: do_lower_case must be true or false, found 1")
  }
}
