import ExplorerAppTestSupport
import JSON
import TestSupport
import Testing

/// `headscope tokenize`.
@Suite struct TokenizeTests {
  /// Tokenizing needs no weights.
  let model = TinyModel(without: ["config.json", "model.safetensors"])
  let program = Program()

  @Test func theTableIsAlignedAndSafe() throws {
    let outcome = try program.run(
      "tokenize", "The cat\u{1B}[2J [MASK]\u{200B} 漢", "--pair", "ran", "--model", model.path)
    #expect(outcome.errors == "")
    #expect(
      outcome.text == """
        position  token    id  from  to  text    type  special
               0  [CLS]     6                       0  added
               1  The     531     0   3  The        0
               2  cat     586     4   7  cat        0
               3  [        67     8   9  [          0
               4  2        26     9  10  2          0
               5  ##J     317    10  11  J          0
               6  [MASK]    8    12  18  [MASK]     0
               7  [UNK]     5    20  21  漢         0
               8  [SEP]     7                       0  added
               9  ran     598     0   3  ran        1
              10  [SEP]     7                       1  added
        11 tokens; from and to count code points of the text

        """)
  }

  /// One long token does not widen every row: what is printed grows with the text, and with nothing else.
  @Test(arguments: [("C.UTF-8", "…"), ("C", "...")]) func aLongTokenIsCutAndShowsIt(locale: String, ellipsis: String)
    throws
  {
    let long = String(repeating: "x", count: 100_000)
    let text = Array((long + String(repeating: " cat", count: 2000)).utf8)
    let outcome = try Program(environment: ["LC_ALL": locale]).run("tokenize", "-", "--model", model.path, input: text)
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 2005)
    #expect(lines[2].contains(" " + String(repeating: "x", count: 40 - ellipsis.count) + ellipsis + " "))
    #expect(lines.allSatisfy { $0.count <= 100 })
    let json = try program.run("tokenize", "-", "--json", "--model", model.path, input: text)
    #expect(try JSONValue(parsing: json.output)["offsets"]?[1] == [0, 100_000])
  }

  @Test func jsonIsAnObjectOrAnArray() throws {
    let one = try JSONValue(parsing: program.run("tokenize", "The cat", "--model", model.path, "--json").output)
    #expect(
      one == [
        "ids": [6, 531, 586, 7], "tokens": ["[CLS]", "The", "cat", "[SEP]"],
        "offsets": [[0, 0], [0, 3], [4, 7], [0, 0]], "special_tokens_mask": [1, 0, 0, 1], "type_ids": [0, 0, 0, 0],
      ])
    let two = try JSONValue(parsing: program.run("tokenize", "The cat", "ran", "--model", model.path, "--json").output)
    #expect(two.arrayValue?.count == 2)
    #expect(two[0] == one)
  }

  /// Every line of the reference data, through the whole program.
  @Test func linesAreAnsweredInOrder() throws {
    let reference = try contents(of: Fixtures.path("tokenizers/wordpiece-cased/tokenizer_cases.jsonl"))
    let expected = try reference.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: $0) }
    let outcome = try program.run("tokenize", "--jsonl", "--model", model.path, input: reference)
    #expect(outcome.status == 0)
    let answers = try outcome.output.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: $0) }
    try #require(answers.count == expected.count)
    for (answer, expected) in zip(answers, expected) {
      for key in ["ids", "tokens", "offsets", "special_tokens_mask"] { #expect(answer[key] == expected[key]) }
    }
    print("tokenize --jsonl: \(answers.count) lines of the reference, all the same")
  }

  @Test func pairsAndALastLineWithoutAnEnd() throws {
    let input = #"{"text": "The", "pair": null}"# + "\r\n" + #"{"text": "The", "pair": "cat", "more": 1}"#
    let outcome = try program.run("tokenize", "--jsonl", "--model", model.path, input: Array(input.utf8))
    let answers = try outcome.output.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: $0) }
    #expect(answers.map { $0["type_ids"] } == [[0, 0, 0], [0, 0, 0, 1, 1]])
  }

  @Test func nothingInNothingOut() throws {
    let outcome = try program.run("tokenize", "--jsonl", "--model", model.path)
    #expect(outcome.status == 0)
    #expect(outcome.output == [])
  }

  @Test(arguments: [
    ("", "it is empty"), ("nope", "column 1: expected a value, found n"),
    (#"{"txt": "x"}"#, #"the object has no "text""#), (#"{"text": 5}"#, #""text" should be a string, found a number"#),
    (#"{"text": "x", "pair": []}"#, #""pair" should be a string, found an array"#),
    (#""x""#, #"expected an object with a "text", found a string"#),
  ])
  func aBadLineIsNamedAndTheLinesBeforeItAreAnswered(line: String, reason: String) throws {
    let input = #"{"text": "The"}"# + "\n" + line + "\n" + #"{"text": "cat"}"# + "\n"
    let outcome = try program.run("tokenize", "--jsonl", "--model", model.path, input: Array(input.utf8))
    #expect(outcome.status == 1)
    #expect(outcome.errors == "headscope: standard input, line 2: \(reason)\n")
    #expect(outcome.output.count { $0 == UInt8(ascii: "\n") } == 1)
  }

  @Test func textThatIsNoUTF8IsRefused() throws {
    let line = try program.run(
      "tokenize", "--jsonl", "--model", model.path, input: Array(#"{"text": ""#.utf8) + [0xFF] + Array("\"}\n".utf8))
    #expect(line.errors == "headscope: standard input, line 1: column 11: this is not valid UTF-8\n")
    let text = try program.run("tokenize", "-", "--model", model.path, input: [0xFF])
    #expect(text.errors == "headscope: the text on standard input is not valid UTF-8\n")
  }

  @Test func standardInputIsOneText() throws {
    let input = Array("The cat\nran\n".utf8)
    let outcome = try program.run("tokenize", "-", "--json", "--model", model.path, input: input)
    let value = try JSONValue(parsing: outcome.output)
    #expect(value["tokens"] == ["[CLS]", "The", "cat", "ran", "[SEP]"])
  }
}
