import Testing

@testable import Sessions

/// Every mistake with its line, and what would be right.
struct ProofreaderTests {
  private static let header = #"{"headscope-session":1,"title":"t","model":{"name":"tiny","layers":2,"heads":3}}"#

  private func read(_ lines: String..., end: String = "\n") -> [String] {
    let text = ([Self.header] + lines).joined(separator: "\n") + end
    return SessionProofreader(Array(text.utf8), name: "x.jsonl").problems.map {
      ($0.kind == .remark ? "note: " : "") + $0.description
    }
  }

  @Test func aGoodFileHasNone() {
    #expect(
      read(
        #"{"t":0,"action":"texts","texts":["a"],"pair":"b","comment":"for whoever reads this"}"#,
        #"{"after":1.5,"action":"selectHead","layer":1,"head":2}"#, "", #"{"t":2,"mark":"m"}"#, #"{"t":2,"note":"n"}"#,
        #"{"t":3,"question":"?","answer":{"query":1,"key":2},"veil":"nothing"}"#,
        #"{"t":4,"guess":{"number":1},"of":"?"}"#, #"{"t":5,"fingerprint":[1,2]}"#
      ).isEmpty)
  }

  @Test(arguments: [
    (
      #"{"t":1,"action":"selctHead","layer":0,"head":0}"#,
      #"line 2: there is no action "selctHead"; did you mean "selectHead"?"#
    ),
    (#"{"t":1,"action":"levitate"}"#, #"note: line 2: "levitate" is unknown to this version and is skipped"#),
    (
      #"{"t":1,"action":"selectHead","layer":0,"haed":0}"#,
      #"line 2: "head" is missing; it must be a whole number from 0; is that what "haed" stands for?"#
    ),
    (
      #"{"t":1,"action":"texts","texts":["a"],"paar":"b"}"#,
      #"line 2: "texts" has no "paar"; did you mean "pair"? (it takes texts, pair)"#
    ),
    (
      #"{"t":1,"action":"openHelp","page":3}"#,
      #"note: line 2: "openHelp" has no "page", which is ignored; it takes nothing"#
    ),
    (#"{"t":1,"action":"show","view":"nowhere"}"#, #"line 2: "view" must be one of "#),
    (
      #"{"t":1,"action":"selectHead","layer":2,"head":0}"#,
      "line 2: layer 2 of a model with 2 layers: they count from 0 to 1"
    ),
    (
      #"{"t":1,"action":"openHelp""#,
      "line 2, column 27: not a JSON object: expected , or } in an object, found the end"
    ),
    (#"[1]"#, "line 2, column 1: not a JSON object: expected an object, found an array"),
    (
      #"{"action":"openHelp"}"#,
      #"line 2: the line does not say when: give "t", in seconds since the start, or "after""#
    ),
    (#"{"t":-1,"action":"openHelp"}"#, #"line 2: "t" must be the seconds since the start, from 0"#),
    (#"{"t":1,"after":1,"mark":"a"}"#, #"line 2: both "t" and "after" say when: leave one of them out"#),
    (
      #"{"t":1,"mark":"a","note":"b"}"#,
      #"line 2: the line has "mark" and "note", of which a replay takes only the first"#
    ),
    (#"{"t":1,"action":"pad","to":8.5}"#, #"line 2: "to" must be a whole number from 0"#),
    (#"{"t":1,"action":"mask"}"#, #"line 2: "mode" is missing; it must be one of keys, none, full, causal"#),
    (#"{"after":-1,"action":"openHelp"}"#, #"line 2: "after" must be the seconds since the event before, from 0"#),
    (#"{"t":1,"marc":"x"}"#, #"line 2: the line has "marc"; did you mean "mark"?"#),
    (#"{"t":1,"mark":3}"#, #"line 2: "mark" must be a string"#),
    (
      #"{"t":1,"question":"?","answer":{"cell":1}}"#,
      #"line 2: "answer" must be {"query": N, "key": N} or {"number": X, "within": X}"#
    ),
    (#"{"t":1,"fingerprint":[1]}"#, "note: line 2: the fingerprint has 1 layers, the header's model 2"),
  ])
  func mistakesAreExplained(line: String, message: String) {
    let found = read(line)
    #expect(found.count == 1 && found[0].hasPrefix(message), "\(found)")
  }

  @Test func timesThatRunBackwardsAreFound() {
    #expect(
      read(#"{"t":5,"mark":"a"}"#, #"{"t":2,"mark":"b"}"#) == [
        #"line 3: "t" is 2.0, before the 5.0 of an earlier line: times must not run backwards"#
      ])
  }

  @Test func anotherModelMayHaveOtherHeads() {
    #expect(
      read(#"{"t":1,"action":"loadModel","model":"x"}"#, #"{"t":2,"action":"selectHead","layer":9,"head":9}"#).isEmpty)
  }

  @Test func headersAreReadLikeLines() {
    func problems(_ header: String) -> [String] {
      SessionProofreader(Array((header + "\n").utf8), name: "x").problems.map(\.description)
    }
    #expect(
      problems(#"{"headscope-session":1,"titel":"t","model":{"name":"m","layers":1,"heads":1}}"#) == [
        #"line 1: the header has no "title": lists will show the file's name"#,
        #"line 1: the header has no "titel"; did you mean "title"? (it takes headscope-session, title, created, program, model, forked-from)"#,
      ])
    #expect(problems("{") == ["line 1, column 2: the header is not a JSON object: expected a key, found the end"])
    #expect(problems("").count == 1)
    #expect(
      problems(#"{"headscope-session":1}"#) == [#"line 1: x: the header names no model ("model": {"name": ...})"#])
  }

  @Test func aTornEndIsNoMistake() {
    #expect(read(#"{"t":1,"mark":"a"}"#, #"{"t":2,"ma"#, end: "").map { $0.contains("incomplete") } == [true])
  }

  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("flaw", "lawn", 2), ("same", "SAME", 0), ("title", "titel", 1),
  ])
  func distancesCountSlips(a: String, b: String, distance: Int) {
    #expect(NearestName.distance(a, b) == distance)
    #expect(NearestName.distance(b, a) == distance)
  }
}
