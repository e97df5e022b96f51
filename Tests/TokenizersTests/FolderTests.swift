import Activations
import Glibc
import JSON
import TestSupport
import Testing

@testable import Tokenizers

/// A folder of a test, removed when the test is over.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/headscope-tokenizer-XXXXXX".utf8CString)
    path = try #require(
      template.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
      })
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = try #require(fopen("\(path)/\(name)", "w"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  func copy(_ names: String..., from folder: String) throws {
    for name in names { try write(name, try TextFile.read("\(folder)/\(name)")) }
  }

  deinit {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(directory)
    }
    rmdir(path)
  }
}

@Suite struct FolderTests {
  /// Without tokenizer.json, vocab.txt gives the same tokens.
  @Test(arguments: [Golden.wordPieceCased, .wordPieceMPNet, .wordPieceUncased])
  func vocabularyFileAlone(golden: Golden) throws {
    let folder = try TemporaryFolder()
    try folder.copy("vocab.txt", "tokenizer_config.json", "special_tokens_map.json", from: golden.folder)
    // MPNet's tokenizer.json has an added token more than the files that come without it.
    try check(Tokenizer(folder: folder.path), with: golden.casesFolder + "/tokenizer_cases.jsonl", atLeast: 185) {
      golden == .wordPieceMPNet && $0.contains("<unk>")
    }
  }

  /// A pipe without a writer would be waited for.
  @Test(arguments: ["tokenizer.json", "tokenizer_config.json", "vocab.txt"])
  func whatIsNoFileIsNotWaitedFor(name: String) throws {
    let folder = try TemporaryFolder()
    try #require(mkfifo("\(folder.path)/\(name)", 0o600) == 0)
    #expect(
      throws: TokenizerError(
        file: "\(folder.path)/\(name)", "is a pipe, not a file; write what comes out of it into a file first")
    ) { try Tokenizer(folder: folder.path) }
  }

  @Test func pairsOfAVocabularyFile() throws {
    let folder = try TemporaryFolder()
    try folder.copy("vocab.txt", "tokenizer_config.json", from: Golden.wordPieceCased.folder)
    try check(
      Tokenizer(folder: folder.path), with: Golden.wordPieceCased.casesFolder + "/pair_cases.jsonl", atLeast: 290)
  }

  /// Without tokenizer.json, vocab.json and merges.txt give the same tokens.
  @Test func mergesFile() throws {
    let golden = Golden.byteLevelRoBERTa
    let folder = try TemporaryFolder()
    try folder.copy("vocab.json", "merges.txt", from: golden.folder)
    // The mask takes the space before it only where a file says so, as tokenizer.json does.
    try folder.write("tokenizer_config.json", #"{"mask_token": {"content": "<mask>", "lstrip": true}}"#)
    try check(Tokenizer(folder: folder.path), with: golden.casesFolder + "/tokenizer_cases.jsonl", atLeast: 186)
    try check(Tokenizer(folder: folder.path), with: golden.casesFolder + "/pair_cases.jsonl", atLeast: 290)
    // A mask that is configured takes the space before it only if the configuration says so.
    let text = "The cat <mask> away"
    try folder.write("tokenizer_config.json", #"{"mask_token": {"content": "<mask>", "lstrip": true}}"#)
    #expect(try Tokenizer(folder: folder.path).encode(text).tokens.contains("Ġ") == false)
    try folder.write("tokenizer_config.json", #"{"mask_token": "<mask>"}"#)
    #expect(try Tokenizer(folder: folder.path).encode(text).tokens.contains("Ġ"))
    try folder.write("tokenizer_config.json", #"{"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true}"#)
    let input = try Tokenizer(folder: folder.path).encode("the cat")
    #expect(input.tokens.joined() == "ĠtheĠcat")
    #expect(input.offsets.last?.upperBound == 7)
    #expect(input.specialTokensMask.contains(true) == false)
    try folder.write("merges.txt", "#version: 0.2\nĠ t\n\nh e\r\nh é\n")
    #expect(
      throws: TokenizerError("\(folder.path)/merges.txt: line 5: the token \"hé\" is not in the vocabulary")
    ) { try Tokenizer(folder: folder.path) }
  }

  @Test func windowsLineEndsAndEqualLines() throws {
    let folder = try TemporaryFolder()
    try folder.write("vocab.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nthe\r\ncat\r\nthe\r\n")
    let tokenizer = try Tokenizer(folder: folder.path)
    #expect(tokenizer.encode("The cat").inputIDs == [2, 6, 5, 3])
    #expect(tokenizer.vocabularySize == 7)
    #expect(tokenizer.token(id: 4) == nil)
  }

  @Test func specialTokens() throws {
    let uncased = try Tokenizer(folder: Golden.wordPieceUncased.folder)
    #expect(uncased.vocabularySize == 30_522)
    #expect(uncased.padToken == SpecialToken(id: 0, content: "[PAD]"))
    #expect(uncased.unkToken == SpecialToken(id: 100, content: "[UNK]"))
    #expect(uncased.clsToken == SpecialToken(id: 101, content: "[CLS]"))
    #expect(uncased.sepToken == SpecialToken(id: 102, content: "[SEP]"))
    #expect(uncased.maskToken == SpecialToken(id: 103, content: "[MASK]"))
    #expect(uncased.specialTokenIDs == [0, 100, 101, 102, 103])
    #expect(uncased.token(id: 1996) == "the")
    #expect(uncased.token(id: -1) == nil)
    #expect(uncased.token(id: 30_522) == nil)
    let mpnet = try Tokenizer(folder: Golden.wordPieceMPNet.folder)
    #expect(mpnet.padToken == SpecialToken(id: 1, content: "<pad>"))
    #expect(mpnet.unkToken == SpecialToken(id: 7, content: "[UNK]"))
    #expect(mpnet.maskToken == SpecialToken(id: 650, content: "<mask>"))
  }

  /// Special tokens are found in special_tokens_map.json, written as objects, and without any file that names them.
  @Test func whereSpecialTokensAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.copy("tokenizer.json", from: Golden.wordPieceMPNet.folder)
    var tokenizer = try Tokenizer(folder: folder.path)
    // The vocabulary also has [PAD] and [MASK], which are not special.
    #expect(tokenizer.maskToken == SpecialToken(id: 650, content: "<mask>"))
    #expect(tokenizer.padToken == SpecialToken(id: 1, content: "<pad>"))
    try folder.write(
      "special_tokens_map.json", #"{"mask_token": {"content": "[UNK]", "lstrip": true}, "pad_token": "</s>"}"#)
    tokenizer = try Tokenizer(folder: folder.path)
    #expect(tokenizer.maskToken == SpecialToken(id: 7, content: "[UNK]"))
    #expect(tokenizer.padToken == SpecialToken(id: 2, content: "</s>"))
  }

  /// A token that files beside tokenizer.json name, and its settings, count as they do in transformers.
  @Test func settingsBesideTheTokenizersFile() throws {
    let folder = try TemporaryFolder()
    try folder.copy("tokenizer.json", from: Golden.wordPieceCased.folder)
    let plain = try Tokenizer(folder: folder.path)
    #expect(plain.encode("Cat").tokens == ["[CLS]", "C", "##at", "[SEP]"])
    try folder.write("tokenizer_config.json", #"{"tokenizer_class": "BertTokenizer", "do_lower_case": true}"#)
    #expect(try Tokenizer(folder: folder.path).encode("Cat").tokens == ["[CLS]", "cat", "[SEP]"])
    // A class of its own kind is what tokenizer.json says.
    try folder.write("tokenizer_config.json", #"{"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": true}"#)
    #expect(try Tokenizer(folder: folder.path).encode("Cat").tokens == plain.encode("Cat").tokens)
    try folder.write("added_tokens.json", #"{"[E1]": 900, "[E2]": 901}"#)
    let more = try Tokenizer(folder: folder.path)
    let size = Int32(plain.vocabularySize)
    #expect(more.encode("[E2][E1]").inputIDs.dropFirst().dropLast() == [size + 1, size])
    #expect(more.vocabularySize == plain.vocabularySize + 2)
    try folder.write(
      "tokenizer_config.json",
      #"{"added_tokens_decoder": {"7": {"content": "[E3]", "special": true}, "x": {"content": "y"}}}"#)
    #expect(
      throws: TokenizerError(
        "\(folder.path)/tokenizer_config.json: added_tokens_decoder: \"x\" is no id of a token")
    ) { try Tokenizer(folder: folder.path) }
  }

  /// The class of a tokenizer comes from tokenizer_class, or else from the model; one that is not known is refused by name.
  @Test(arguments: [
    (
      #"{"tokenizer_class": "PhobertTokenizer"}"#, "{}",
      "its tokenizer is a PhobertTokenizer, which Headscope does not know; a"
    ),
    (
      "{}", #"{"tokenizer_class": "BertweetTokenizer"}"#,
      "its tokenizer is a BertweetTokenizer, which Headscope does not know; a"
    ),
    ("{}", #"{"model_type": "canine"}"#, "its tokenizer is a CanineTokenizer, which Headscope does not know; a"),
    (
      #"{"tokenizer_class": "XLNetTokenizer"}"#, "{}",
      "its tokenizer is a XLNetTokenizer, which Headscope does not know; make a tokenizer.json of it with: cd /"
    ),
    (
      #"{"tokenizer_class": "T5TokenizerFast"}"#, #"{"model_type": "bert"}"#,
      "has no tokenizer: a T5Tokenizer is read from spiece.model or from a tokenizer.json; put one of them there"
    ),
    (
      "{}", #"{"model_type": "t5"}"#,
      "has no tokenizer: a T5Tokenizer is read from spiece.model or from a tokenizer.json; put one of them there"
    ),
    (
      #"{"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "mecab"}"#, "{}",
      "its tokenizer is a BertJapaneseTokenizer with MeCab's dictionary unidic_lite (mecab_dic); only ipadic is known"
    ),
    (
      #"{"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "sudachi"}"#, "{}",
      "its tokenizer is a BertJapaneseTokenizer with words of the kind sudachi; only those of MeCab are known here"
    ),
  ])
  func classesByName(settings: String, model: String, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer_config.json", settings)
    try folder.write("config.json", model)
    try folder.write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nthe\n")
    if message.contains("Phobert") || message.contains("Bertweet") {
      // Such a class is a program: what stands in a tokenizer.json beside it is another tokenizer.
      try folder.copy("tokenizer.json", from: Golden.wordPieceCased.folder)
    }
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.path) }
    #expect(error?.description.hasPrefix("\(folder.path): \(message)") == true, "\(error?.description ?? "")")
  }

  /// A unigram vocabulary without an unknown token opens; what it has no token for is seen.
  @Test func unigramWithoutUnknown() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "tokenizer.json",
      #"{"model": {"type": "Unigram", "unk_id": null, "vocab": [["the", -1], ["cat", -2], [" ", -1]]}}"#)
    let tokenizer = try Tokenizer(folder: folder.path)
    #expect(tokenizer.encode("the cat").inputIDs == [0, 2, 1])
    let input = tokenizer.encode("the é")
    #expect(input.inputIDs == [0, 2, -1])
    #expect(input.offsets.last == 4..<5)
    #expect(input.tokens.last == "")
  }

  /// Every kind of tokenizer manages a very long word and a text of very many.
  @Test(arguments: [Golden.wordPieceMPNet, .byteLevelRoBERTa, .byteLevelModernBERT, .unigramXLMR, .unigramDeBERTa])
  func longTextsOfEveryKind(golden: Golden) throws {
    let tokenizer = try Tokenizer(folder: golden.folder)
    for text in ["cat ", "aé", "中", "e\u{301}\u{323}", " ", "\n", "1", "'s", "🏳️‍🌈", "[MASK]", "<mask> "] {
      let long = String(repeating: text, count: 5_000)
      let input = tokenizer.encode(long, maximumLength: 80)
      #expect(input.count <= 80)
      #expect(input.offsets.allSatisfy { $0.upperBound <= long.unicodeScalars.count })
    }
  }

  @Test func longTexts() throws {
    let tokenizer = try Tokenizer(folder: Golden.wordPieceCased.folder)
    let word = tokenizer.encode(String(repeating: "é", count: 100_000))
    #expect(word.inputIDs == [6, 5, 7])
    #expect(word.offsets[1] == 0..<100_000)
    let text = tokenizer.encode(String(repeating: "cat ", count: 100_000), maximumLength: 512)
    #expect(text.count == 512)
    #expect(text.droppedTokens == 100_000 - 510)
    let marks = tokenizer.encode("a" + String(repeating: "\u{301}\u{323}", count: 100_000))
    #expect(marks.count == 3)
  }
}
