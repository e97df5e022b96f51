import TestSupport
import Testing

@testable import Training

@Suite struct LabelledDataTests {
  private func data(_ text: String, _ format: LabelledData.Format = .tabSeparated) throws(TrainingError) -> LabelledData
  {
    try LabelledData(Array(text.utf8), format: format, name: "data")
  }

  private func error(_ text: String, _ format: LabelledData.Format = .tabSeparated) -> String? {
    error(Array(text.utf8), format)
  }

  private func error(_ bytes: [UInt8], _ format: LabelledData.Format) -> String? {
    do throws(TrainingError) {
      _ = try LabelledData(bytes, format: format, name: "data")
      return nil
    } catch { return error.text.description }
  }

  private func sentence(_ text: String, _ label: String, line: Int, pair: String? = nil) -> LabelledSentence {
    LabelledSentence(text: text, pair: pair, label: label, line: line)
  }

  @Test func tabsSeparateAndColumnsStandInAnyOrder() throws {
    let found = try data("\u{FEFF}label\tid\ttext\ttext_pair\r\nyes\t1\tThe \"cat\", ran\tfast\r\nno\t2\t été \t\r\n")
    #expect(
      found.sentences == [sentence("The \"cat\", ran", "yes", line: 2, pair: "fast"), sentence(" été ", "no", line: 3)])
    #expect(found.labels == ["no", "yes"] && found.counts == ["no": 1, "yes": 1])
  }

  @Test func quotedFieldsHoldCommasQuotationMarksAndLines() throws {
    let found = try data(
      "text,pair,label\n\"a, \"\"b\"\"\nc\",,x\r\nd\"e,\"p,\n\",\"y\"\nlast,,x", .commaSeparated)
    #expect(
      found.sentences == [
        sentence("a, \"b\"\nc", "x", line: 2), sentence("d\"e", "y", line: 4, pair: "p,\n"),
        sentence("last", "x", line: 6),
      ])
  }

  @Test func linesOfJSONHaveTheSameKeys() throws {
    let found = try data(
      """
      {"text": "a\\tb", "label": "x", "other": [1]}
      {"pair": "q", "label": 3, "text": "c"}
      {"text_pair": "p", "pair": "q", "label": "3", "text": "d"}
      """, .jsonLines)
    #expect(
      found.sentences == [
        sentence("a\tb", "x", line: 1), sentence("c", "3", line: 2, pair: "q"), sentence("d", "3", line: 3, pair: "p"),
      ])
  }

  @Test func theDigestFollowsFromTheBytes() throws {
    let one = try data("text\tlabel\na\tx\n").digest
    #expect(
      try one.count == 16 && data("text\tlabel\na\tx\n").digest == one && data("text\tlabel\na\ty\n").digest != one)
  }

  @Test func badTablesAreOneLineWithTheNumberOfTheLine() {
    #expect(error("") == "data: is empty")
    #expect(error("text\tlabel\n") == "data: holds no sentences")
    #expect(error("sentence\tlabel\na\tx\n") == "data: has no column 'text'; the first line names sentence, label")
    #expect(error("text,label\na,x\n") == "data: has no column 'text'; the first line names text,label")
    #expect(error("text\tclass\na\tx\n") == "data: has no column 'label'; the first line names text, class")
    #expect(error("text\tlabel\na\tx\n\nb\ty\n") == "data, line 3: is empty")
    #expect(error("text\tlabel\na\tx\nb\n") == "data, line 3: has 1 fields, the first line names 2 columns")
    #expect(error("text\tlabel\na\tx\nb\ty\tz\n") == "data, line 3: has 3 fields, the first line names 2 columns")
    #expect(error("text\tlabel\na\tx\n \u{3000}\ty\n") == "data, line 3: the text is empty")
    #expect(error("text\tlabel\na\tx\nb\t\n") == "data, line 3: the label is empty")
    #expect(
      error(Array("text\tlabel\na\tx\nb".utf8) + [0xFF, 9, 0x79], .tabSeparated) == "data, line 3: is not valid UTF-8")
    #expect(error("text,label\na,x\n\"b\nc,y\n", .commaSeparated) == "data, line 3: a quotation mark is not closed")
    #expect(error("text,label\n\"a\nb\",x\n\nc,y", .commaSeparated) == "data, line 4: is empty")
    #expect(
      error("text,label\n\"a\nb\",x\nc", .commaSeparated)
        == "data, line 4: has 1 fields, the first line names 2 columns")
    #expect(error("text,label\n\"a\nb\",\"\"\n", .commaSeparated) == "data, line 2: the label is empty")
  }

  @Test func badLinesOfJSONAreOneLineWithTheNumberOfTheLine() {
    func error(_ line: String) -> String? { self.error("{\"text\": \"a\", \"label\": \"x\"}\n\(line)\n", .jsonLines) }
    #expect(error("") == "data, line 2: is empty")
    #expect(error("{\"text\": \"a\"}") == "data, line 2: has no \"label\"")
    #expect(error("{\"text\": \"a\", \"label\": null}") == "data, line 2: has no \"label\"")
    #expect(error("{\"label\": \"a\"}") == "data, line 2: has no \"text\"")
    #expect(
      error("{\"text\": 3, \"label\": \"x\"}")?.hasPrefix("data, line 2: \"text\" should be a string, it is ") == true)
    #expect(error("{\"text\": \"a\", \"label\": 1.5}")?.hasPrefix("data, line 2: \"label\" should be a string") == true)
    #expect(error("{\"text\": \" \", \"label\": \"x\"}") == "data, line 2: the text is empty")
    #expect(error("[\"a\", \"x\"]")?.hasPrefix("data, line 2: should be an object, it is ") == true)
    #expect(error("{\"text\": \"a\", label}")?.hasPrefix("data, line 2, column 15: ") == true)
  }

  @Test func whatMessagesNameOfAFileIsOneLine() {
    let text = error("te\u{1B}[2Jxt\tla\u{9B}bel\na\tx\n")
    #expect(
      text?.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) } == true, "\(text ?? "")"
    )
  }

  @Test func filesAreReadByTheirEnding() throws {
    let folder = TemporaryFolder()
    for (name, text) in [
      ("a.tsv", "text\tlabel\na,b\tx\n"), ("a.CSV", "text,label\n\"a,b\",x\n"),
      ("a.jsonl", "{\"text\": \"a,b\", \"label\": \"x\"}\n"), ("a.txt", "a\n"), ("a", "a\n"),
    ] { folder.write(text, to: name) }
    for name in ["a.tsv", "a.CSV", "a.jsonl"] {
      #expect(try LabelledData(file: folder[name]).sentences.map(\.text) == ["a,b"], "\(name)")
    }
    for name in ["a.txt", "a"] {
      let error = #expect(throws: TrainingError.self) { try LabelledData(file: folder[name]) }
      #expect(error?.text.description.contains("the ending should be .tsv, .csv or .jsonl") == true)
    }
    #expect(throws: (any Error).self) { try LabelledData(file: folder["none.tsv"]) }
  }

  // MARK: - Labels

  private func labelled(_ labels: String...) throws(TrainingError) -> LabelledData {
    try data("text\tlabel\n" + labels.map { "a\t\($0)\n" }.joined())
  }

  private func message(_ body: () throws(TrainingError) -> Void) -> String? {
    do throws(TrainingError) {
      try body()
      return nil
    } catch { return error.text.description }
  }

  @Test func labelsAreSortedByCodePoints() throws {
    #expect(
      try labelled("b", "B", "é", "e\u{301}z", "a", "Z", "b").labelNames() == ["B", "Z", "a", "b", "e\u{301}z", "é"])
    #expect(try labelled("10", "9", "x").labelNames() == ["10", "9", "x"])
  }

  @Test func wholeNumbersAreIDs() throws {
    let numbers = try labelled("2", "0", "2")
    #expect(try numbers.labelNames() == ["0", "1", "2"])
    #expect(try numbers.ids(among: ["0", "1", "2"]) == [2, 0, 2])
    // Of names that a head has, too.
    #expect(try numbers.ids(among: ["neg", "neutral", "pos"]) == [2, 0, 2])
    // A name comes first.
    #expect(try labelled("1", "0").ids(among: ["1", "0"]) == [0, 1])
    #expect(
      message { () throws(TrainingError) in _ = try labelled("0", "1000").labelNames() }
        == "data: the label 1000 is no id: ids are below 1000")
    #expect(try labelled("-1", "1").labelNames() == ["-1", "1"])
  }

  @Test func labelsThatTheHeadDoesNotKnowAreNamedWithTheirLine() {
    #expect(
      message { () throws(TrainingError) in _ = try labelled("x", "y", "z").ids(among: ["x", "y"]) }
        == "data, line 4: the label 'z' is none of those that the prediction layer knows: x, y")
    #expect(
      message { () throws(TrainingError) in _ = try labelled("5", "1").ids(among: ["x", "y"]) }?.hasPrefix(
        "data, line 2: the label '5'") == true)
    #expect(
      message { () throws(TrainingError) in _ = try labelled("x", "x").labelNames() }
        == "data: all sentences have the label 'x'; there is nothing to tell apart")
  }
}
