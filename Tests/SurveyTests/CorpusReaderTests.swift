import Glibc
import Support
import TestSupport
import Testing

@testable import Survey

/// Everything that a reader gives.
func items(_ reader: CorpusReader) throws -> [CorpusItem] {
  var reader = reader
  var items: [CorpusItem] = []
  while let item = try reader.next() { items.append(item) }
  return items
}

/// Everything that is read from a file with this name and content.
func items(_ content: some Sequence<UInt8>, _ name: String) throws -> [CorpusItem] {
  let folder = TemporaryFolder()
  folder.write(Array(content), to: name)
  return try items(CorpusReader(files: [folder[name]]))
}

func items(_ content: String, _ name: String) throws -> [CorpusItem] { try items(content.utf8, name) }

extension CorpusItem {
  var sentence: CorpusSentence? { if case .sentence(let sentence, _) = self { sentence } else { nil } }
  var problem: CorpusProblem? { if case .problem(let problem) = self { problem } else { nil } }
  var line: Int {
    switch self {
    case .sentence(_, let line): line
    case .problem(let problem): problem.line
    }
  }
}

@Suite struct CorpusReaderTests {
  /// Lines of text: their identities are the digest of the file and their numbers, whatever the line ends.
  @Test(arguments: ["\n", "\r\n"]) func linesAreSentences(end: String) throws {
    let content = "\u{FEFF}One cat.\(end)\(end)Zwei Kätzchen 🧠.\(end)   \(end)last"
    let items = try items(content, "a.txt")
    let digest = FNV1a(content.utf8).digits
    #expect(items.map(\.line) == [1, 2, 3, 4, 5])
    #expect(items.compactMap(\.sentence?.text) == ["One cat.", "Zwei Kätzchen 🧠.", "last"])
    #expect(items.compactMap(\.sentence?.identity) == ["\(digest):1", "\(digest):3", "\(digest):5"])
    #expect(items.compactMap(\.problem?.kind) == [.empty, .empty])
  }

  /// What cannot be used is one item that says where it is, and reading goes on behind it.
  @Test func badLinesAreLeftOut() throws {
    let long = [UInt8](repeating: 0x61, count: CorpusReader.longestLine + 1)
    let bytes = Array("one\n".utf8) + [0x61, 0xFF, 0x0A] + long + Array("\ntwo\n".utf8) + long.dropLast() + [0x0A]
    let folder = TemporaryFolder()
    folder.write(bytes + long + long, to: "b.txt")
    let items = try items(CorpusReader(files: [folder["b.txt"]]))
    #expect(items.map(\.line) == [1, 2, 3, 4, 5, 6])
    #expect(items.map(\.problem?.kind) == [nil, .notUTF8, .tooLong, nil, nil, .tooLong])
    let texts = items.compactMap { $0.problem?.text.description }
    #expect(texts.first?.hasSuffix("b.txt, line 2: this is not valid UTF-8") == true)
    #expect(texts.allSatisfy { !$0.contains("\n") })
  }

  /// Lines of JSON: what they say, and what they may not.
  @Test func jsonLines() throws {
    let sentences = try items(
      """
      {"text": "The cat saw itself.", "id": "s1", "label": "x", "pairs": [{"from": [12, 18], "to": [4, 7], "label": "coref"}]}
      {"text": "naïve 🧠", "id": 7, "other": [], "pairs": [{"to": [0, 1], "from": [6, 7]}]}
      {"text": "no id", "label": null, "pairs": null}
      """, "c.jsonl"
    ).compactMap(\.sentence)
    #expect(sentences.count == 3)
    #expect(sentences[0].identity == "s1")
    #expect(sentences[0].label == "x")
    #expect(sentences[0].relations == [WordRelation("pair:coref", from: 12..<18, to: 4..<7)])
    #expect(sentences[1].identity == "7")
    #expect(sentences[1].relations == [WordRelation("pair", from: 6..<7, to: 0..<1)])
    #expect(sentences[2].identity.hasSuffix(":3"))
  }

  @Test(arguments: [
    (#"{"text": "a""#, CorpusProblem.Kind.badJSON), ("[1]", .badJSON), ("{}", .badJSON), (#"{"text": 7}"#, .badJSON),
    (#"{"text": "a", "id": {}}"#, .badJSON), (#"{"text": "a", "label": []}"#, .badJSON), (#"{"text": "  "}"#, .empty),
    ("", .empty), (#"{"text": "a", "id": ""}"#, .badID),
    (#"{"text": "a", "id": "\#(String(repeating: "x", count: 1001))"}"#, .badID),
    (#"{"text": "a b", "pairs": 1}"#, .badPair), (#"{"text": "a b", "pairs": [1]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1]}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1], "to": [2, 4]}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1], "to": [-1, 1]}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1], "to": [2, 2]}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1], "to": [3, 2]}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1], "to": [0.5, 2]}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 3], "to": [2, 3]}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1], "to": [2, 3], "label": ""}]}"#, .badPair),
    (#"{"text": "a b", "pairs": [{"from": [0, 1], "to": [2, 3], "label": true}]}"#, .badPair),
  ])
  func badJSON(line: String, kind: CorpusProblem.Kind) throws {
    let items = try items("\(line)\n{\"text\": \"good\"}\n", "d.jsonl")
    #expect(items.count == 2)
    #expect(items[0].problem?.kind == kind)
    #expect(items[0].line == 1)
    #expect(items[1].sentence?.text == "good")
  }

  /// The ending of a file's name says what it is, or else its beginning.
  @Test(arguments: [
    ("x.txt", "{", CorpusFormat.text), ("x.JSONL", "a", .jsonLines), ("x.conllu", "a", .treebank), ("x", "", .text),
    ("x", "\n\n{\"text\": 1}\n", .jsonLines), ("x", "a sentence\n{\n", .text),
    ("a.b/x", "# sent_id = 1\n\n# text = a\n1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n", .treebank),
    ("x", "# a heading\nand text\n", .text), ("x", "#1", .text),
  ])
  func formats(name: String, content: String, format: CorpusFormat) throws {
    let folder = TemporaryFolder()
    folder.write(content, to: name)
    #expect(try CorpusReader(files: [folder[name]]).files.map(\.format) == [format])
  }

  /// Going on from any place gives what would have come; and all shards together give everything once.
  @Test func placesAndShards() throws {
    let folder = TemporaryFolder()
    folder.write("one\n\ntwo\r\nthree", to: "a.txt")
    folder.write("{\"text\": \"four\"}\n{\n{\"text\": \"five\", \"id\": \"f\"}\n", to: "b.jsonl")
    folder.write("", to: "c.txt")
    folder.write(CorpusTreebankTests.good + "\n\n" + CorpusTreebankTests.good, to: "d.conllu")
    let files = ["a.txt", "b.jsonl", "c.txt", "d.conllu"].map { folder[$0] }
    var reader = try CorpusReader(files: files)
    let all = try items(reader)
    #expect(all.count == 9)
    var places = [reader.place]
    while try reader.next() != nil { places.append(reader.place) }
    #expect(places.map(\.items) == Array(0...9))
    #expect(reader.bytesRead == reader.bytes)
    for place in places {
      var again = try CorpusReader(files: files)
      try again.go(to: place)
      #expect(try items(again) == Array(all[place.items...]))
    }
    for count in [1, 2, 7, 20] {
      var gathered = [CorpusItem?](repeating: nil, count: all.count)
      for number in 1...count {
        let shard = try #require(CorpusShard(number, of: count))
        for (place, item) in try items(CorpusReader(files: files, shard: shard)).enumerated() {
          gathered[place * count + number - 1] = item
        }
      }
      #expect(gathered == all)
    }
    #expect(CorpusShard(0, of: 3) == nil)
    #expect(CorpusShard(4, of: 3) == nil)
    #expect(throws: SurveyError.self) { try reader.go(to: CorpusPlace(file: 0, offset: 1000)) }
    #expect(throws: SurveyError.self) { try reader.go(to: CorpusPlace(file: 9)) }
  }

  /// A file that is named twice would count twice; a file that is not there, or that changes, is an error of one line.
  @Test func filesThatCannotBeRead() throws {
    let folder = TemporaryFolder()
    folder.write("one\n", to: "a.txt")
    folder.write("one\n", to: "b.txt")
    #expect(throws: SurveyError.self) { try CorpusReader(files: [folder["a.txt"], folder["b.txt"]]) }
    #expect(throws: SurveyError.self) { try CorpusReader(files: [folder["none.txt"]]) }
    #expect(throws: SurveyError.self) { try CorpusReader(files: [folder.path]) }
    var reader = try CorpusReader(files: [folder["a.txt"]])
    folder.write("one and more\n", to: "a.txt")
    #expect(throws: SurveyError.self) { try reader.next() }
  }

  /// From a pipe, whatever pieces it comes in, sentences are called by the part that they are in, or by their own ids.
  @Test func streams() throws {
    #expect(try fromPipe("one\n\ntwo", part: "p").compactMap(\.sentence?.identity) == ["p:1", "p:3"])
    let json = try fromPipe("{\"text\": \"a\", \"id\": \"i\"}\n{\"text\": \"b\"}\n", part: nil)
    #expect(json.map(\.problem?.kind) == [nil, .noID])
    #expect(json.first?.sentence?.identity == "i")
    #expect(try fromPipe(CorpusTreebankTests.good, part: "p").first?.sentence?.relations.count == 3)
    #expect(try fromPipe("", part: "p") == [])
  }

  private func fromPipe(_ text: String, part: String?) throws -> [CorpusItem] {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let bytes = Array(text.utf8)
    #expect(write(ends[1], bytes, bytes.count) == bytes.count)
    close(ends[1])
    return try items(CorpusReader(descriptor: ends[0], name: "standard input", part: part))
  }

  /// Files that were cut anywhere, or in which bytes were changed, are read to their end.
  @Test(arguments: ["a.txt", "b.jsonl", "c.conllu"]) func damageNeverTraps(name: String) throws {
    let whole = Array(
      (name == "c.conllu"
        ? CorpusTreebankTests.good + "\n" + CorpusTreebankTests.contracted
        : "{\"text\": \"a b ü\", \"pairs\": [{\"from\": [0, 1], \"to\": [2, 3], \"label\": \"l\"}]}\n").utf8)
    let folder = TemporaryFolder()
    for end in 0...whole.count {
      folder.write(Array(whole[..<end]), to: name)
      let read = try items(CorpusReader(files: [folder[name]]))
      #expect(read.count <= 2)
    }
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<100 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] =
          generator.once(in: 3) ? .random(in: 0...255, using: &generator) : bytes.randomElement(using: &generator) ?? 9
      }
      folder.write(bytes, to: name)
      for item in try items(CorpusReader(files: [folder[name]])) {
        let count = item.sentence?.text.unicodeScalars.count ?? 0
        for relation in item.sentence?.relations ?? [] {
          #expect(relation.from.upperBound <= count && relation.to.upperBound <= count)
        }
      }
    }
  }
}
