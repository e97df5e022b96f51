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

  @Test func pairsOfAVocabularyFile() throws {
    let folder = try TemporaryFolder()
    try folder.copy("vocab.txt", "tokenizer_config.json", from: Golden.wordPieceCased.folder)
    try check(
      Tokenizer(folder: folder.path), with: Golden.wordPieceCased.casesFolder + "/pair_cases.jsonl", atLeast: 290)
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

  /// A word of 100,000 characters and a text of 100,000 words.
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
