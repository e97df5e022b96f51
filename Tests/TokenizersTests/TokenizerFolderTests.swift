import JSON
import Support
import TestSupport
import Testing

@testable import Tokenizers

/// A small tokenizer without a tokenizer.json for every class and setting, with what `transformers` makes of some strings, from
/// `Tools/generate_tokenizer_folders`.
struct FolderCase: Sendable, CustomTestStringConvertible {
  let name: String
  let files: [(name: String, bytes: [UInt8])]
  let cases: [JSONValue]

  var testDescription: String { name }

  static let all: [FolderCase] = {
    var shared: [String: [UInt8]] = [:]
    var folders: [FolderCase] = []
    let lines = (try? TextFile.read(Fixtures.path("tokenizers/folders.jsonl"))) ?? []
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      guard let value = try? JSONValue(parsing: line) else { continue }
      if let file = value["file"]?.stringValue, let text = value["base64"]?.stringValue {
        shared[file] = Array(text.utf8).withUnsafeBufferPointer { Base64.decode($0) }
      } else if let name = value["folder"]?.stringValue, let files = value["files"]?.objectValue {
        folders.append(
          FolderCase(
            name: name,
            files: files.members.map { file in
              let content = file.value.stringValue ?? ""
              return (
                file.key.string,
                content.hasPrefix("@") ? shared[String(content.dropFirst())] ?? [] : Array(content.utf8)
              )
            }, cases: value["cases"]?.arrayValue ?? []))
      }
    }
    return folders
  }()

  func write() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in files { try folder.write(file.name, file.bytes) }
    return folder
  }
}

@Suite struct TokenizerFolderTests {
  @Test func everyFolderIsThere() {
    #expect(FolderCase.all.count == 58)
  }

  @Test(arguments: FolderCase.all)
  func everyCaseMatches(folder: FolderCase) throws {
    let written = try folder.write()
    let tokenizer = try Tokenizer(folder: written.path)
    #expect(folder.cases.count >= 18)
    for value in folder.cases {
      let text = try #require(value["text"]?.stringValue)
      let input = tokenizer.encode(text, pair: value["pair"]?.stringValue)
      #expect(input.inputIDs.map(Int.init) == value["ids"]?.arrayValue?.compactMap(\.intValue), "\(text)")
      let length = text.unicodeScalars.count + (value["pair"]?.stringValue?.unicodeScalars.count ?? 0)
      #expect(input.offsets.allSatisfy { $0.upperBound <= length })
      // Tokenizers that are programs in Python know no places in the text.
      guard let offsets = value["offsets"]?.arrayValue else { continue }
      #expect(input.offsets == offsets.map { ($0[0]?.intValue ?? -1)..<($0[1]?.intValue ?? -1) }, "\(text)")
      #expect(input.tokenTypeIDs.map(Int.init) == value["type_ids"]?.arrayValue?.compactMap(\.intValue), "\(text)")
    }
  }
}

@Suite struct ByT5Tests {
  /// What transformers makes of them.
  @Test(
    "tokens of ByT5 take what Python calls white space with them",
    arguments: [
      ("a\u{1C}</s>b", [100, 1, 101, 1]), ("a</s>\u{1C}b", [100, 1, 101, 1]), (" \u{1C} </s>", [1]),
      ("a\u{1D}<pad>\u{1E}b\u{1F}<unk>\u{85}c", [100, 0, 101, 2, 102, 1]),
      ("x<extra_id_0>\u{1C}y", [123, 259, 31, 124, 1]), ("\u{200B}</s>", [229, 131, 142, 1]),
    ] as [(String, [Int32])])
  func spaces(text: String, ids: [Int32]) throws {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer_config.json", Array(#"{"tokenizer_class": "ByT5Tokenizer"}"#.utf8))
    #expect(try Tokenizer(folder: folder.path).encode(text).inputIDs == ids)
  }
}

@Suite struct SentencePieceFileTests {
  private static let model =
    FolderCase.all.first { $0.name == "t5-user" }?.files.first { $0.name == "spiece.model" }?.bytes ?? []

  private func error(_ bytes: [UInt8]) throws -> String? {
    let folder = try TemporaryFolder()
    try folder.write("spiece.model", bytes)
    do throws(TokenizerError) { _ = try SentencePieceFile("\(folder.path)/spiece.model") } catch {
      let text = error.description
      #expect(text.hasPrefix("\(folder.path)/spiece.model: "))
      #expect(!text.contains("\n") && text.count < 500)
      return String(text.dropFirst(folder.path.count + 15))
    }
    return nil
  }

  @Test func aWholeModelIsRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("spiece.model", Self.model)
    let file = try SentencePieceFile("\(folder.path)/spiece.model")
    #expect(file.pieces[0].text == "<pad>")
    #expect(file.pieces.count { $0.kind == .byte } == 256)
    #expect(file.pieces.filter { $0.kind == .userDefined }.map(\.text) == ["<user>", "ab", "the "])
    #expect(file.unknownID == 2)
    #expect(file.algorithm == .unigram)
    #expect(file.usesByteFallback)
    #expect(file.rules != nil)
  }

  @Test(arguments: [
    ([], "is empty; download it again"), ([0x52, 0x01, 0x61], "there are no pieces in it"),
    (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "is only Git LFS's pointer to the file"),
    ([0x0A, 0x05, 0x0A, 0x01], "a field of 5 bytes ends after its message"),
    ([0x0A, 0x00], "a piece is empty"),
    ([0x0A, 0x03, 0x0A, 0x01, 0xFF], "a piece is not valid UTF-8"),
    ([0x0A, 0x08, 0x0A, 0x01, 0x61, 0x15, 0, 0, 0xC0, 0x7F], "the score of a piece is no number"),
    (
      [0x0A, 0x03, 0x0A, 0x01, 0x61, 0x12, 0x03, 0xC0, 0x02, 0x07],
      "the unknown piece has the id 7, and there are 1 pieces"
    ),
    (
      [0x0A, 0x03, 0x0A, 0x01, 0x61, 0x12, 0x02, 0x18, 0x03], "is a SentencePiece model of whole words or of characters"
    ),
    ([0x0A, 0x03, 0x0A, 0x01, 0x61, 0x1A, 0x03, 0x12, 0x01, 0x61], "its rules of normalization are damaged"),
    ([UInt8](repeating: 0x88, count: 11), "a number does not end"),
  ])
  func damagedModels(bytes: [UInt8], message: String) throws {
    let error = try error(bytes)
    #expect(error?.contains(message) == true, "\(error ?? "it was read")")
  }

  /// Whatever is cut off or changed in a model, it is read or refused in a line, and what is read makes tokens.
  @Test func changedModels() throws {
    var random = SeededGenerator(seed: 7)
    let folder = try TemporaryFolder()
    try folder.write("config.json", #"{"model_type": "t5"}"#)
    var read = 0
    for round in 0..<300 {
      var bytes = Self.model
      if round % 3 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
      for _ in 0..<Int.random(in: 1..<20, using: &random) {
        // The rules lie at the end, the pieces before them.
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try folder.write("spiece.model", bytes)
      do {
        let tokenizer = try Tokenizer(folder: folder.path)
        read += 1
        #expect(tokenizer.encode("The cat ab <user>é", pair: "中").count > 0)
      } catch {
        #expect(!"\(error)".contains("\n"))
      }
    }
    #expect(read > 0)
  }
}
