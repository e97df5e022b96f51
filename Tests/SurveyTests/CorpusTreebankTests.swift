import TestSupport
import Testing

@testable import Survey

@Suite struct CorpusTreebankTests {
  /// A sentence with its text and id.
  static let good = """
    # sent_id = good-1
    # text = The cat was seen.
    1\tThe\tthe\tDET\t_\t_\t2\tdet\t_\t_
    2\tcat\tcat\tNOUN\t_\t_\t4\tnsubj:pass\t_\t_
    3\twas\tbe\tAUX\t_\t_\t4\taux:pass\t_\t_
    4\tseen\tsee\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No
    5\t.\t.\tPUNCT\t_\t_\t4\tpunct\t_\t_

    """

  /// One with a contraction and an empty node, and without a text.
  static let contracted = """
    1\tI\tI\tPRON\t_\t_\t4\tnsubj\t_\t_
    2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
    2\tdo\tdo\tAUX\t_\t_\t4\taux\t_\t_
    3\tn't\tnot\tPART\t_\t_\t4\tadvmod\t_\t_
    4\tsee\tsee\tVERB\t_\t_\t0\troot\t_\t_
    4.1\tthe\tthe\tDET\t_\t_\t_\t_\t_\t_
    5\tnaïveté\tnaïveté\tABSTRACT\t_\t_\t4\tobj\t_\tSpaceAfter=No|x=y
    6\t!\t!\tPUNCT\t_\t_\t4\tpunct:x\t_\t_

    """

  @Test func wordsAndRelations() throws {
    let sentence = try #require(try items(Self.good, "a.conllu").first?.sentence)
    #expect(sentence.identity == "good-1")
    #expect(sentence.text == "The cat was seen.")
    #expect(sentence.words.map(\.range) == [0..<3, 4..<7, 8..<11, 12..<16, 16..<17])
    #expect(sentence.words.map(\.wordClass) == ["DET", "NOUN", "AUX", "VERB", "PUNCT"])
    #expect(sentence.root == 3)
    #expect(
      sentence.relations == [
        WordRelation("det", from: 0..<3, to: 4..<7), WordRelation("nsubj:pass", from: 4..<7, to: 12..<16),
        WordRelation("aux:pass", from: 8..<11, to: 12..<16),
      ])
    #expect(sentence.leftOut.isEmpty)
  }

  /// Words that are written as one are one word without relations; empty nodes are none.
  @Test func contractions() throws {
    let sentence = try #require(try items(Self.contracted, "a.conllu").first?.sentence)
    #expect(sentence.identity.hasSuffix(":1"))
    #expect(sentence.text == "I don't see naïveté!")
    #expect(sentence.words.map(\.range) == [0..<1, 2..<7, 8..<11, 12..<19, 19..<20])
    #expect(sentence.words.map(\.wordClass) == ["PRON", nil, "VERB", nil, "PUNCT"])
    #expect(sentence.root == 2)
    #expect(
      sentence.relations == [
        WordRelation("nsubj", from: 0..<1, to: 8..<11), WordRelation("obj", from: 12..<19, to: 8..<11),
      ])
    #expect(sentence.leftOut == [.sharedWord: 2, .otherClass: 1])
  }

  /// The text of the comment is taken where the words are in it, whatever the space between them.
  @Test(arguments: [
    ("The  cat was seen .", "The  cat was seen ."), ("Thecat was\u{A0}seen.", "Thecat was\u{A0}seen."),
    ("The cat was not seen.", "The cat was seen."), ("The cat was seen", "The cat was seen."),
    ("The cat was seen. Yes.", "The cat was seen."), ("", "The cat was seen."),
  ])
  func texts(comment: String, text: String) throws {
    let content = Self.good.split(separator: "\n").map { $0.hasPrefix("# text") ? "# text = \(comment)" : String($0) }
    #expect(try items(content.joined(separator: "\r\n"), "a.conllu").first?.sentence?.text == text)
  }

  /// What does not add up is said of its line, and the next sentence is read.
  @Test(arguments: [
    (3, "1\tThe\tthe\tDET\t_\t_\t2\tdet\t_", CorpusProblem.Kind.badTree), (3, "The cat", .badTree),
    (4, "3\tcat\tcat\tNOUN\t_\t_\t4\tobj\t_\t_", .badTree), (4, "x\tcat\tcat\tNOUN\t_\t_\t4\tobj\t_\t_", .badTree),
    (4, "2\tcat\tcat\tNOUN\t_\t_\t9\tobj\t_\t_", .badTree), (4, "2\tcat\tcat\tNOUN\t_\t_\t-1\tobj\t_\t_", .badTree),
    (4, "2\tcat\tcat\tNOUN\t_\t_\t2\tobj\t_\t_", .badTree), (4, "2\tcat\tcat\tNOUN\t_\t_\t_\tobj\t_\t_", .badTree),
    (4, "2\tcat\tcat\tNOUN\t_\t_\t99999999999999999999\tobj\t_\t_", .badTree),
    (4, "2\tcat\tcat\tNOUN\t_\t_\t4\tentropy\t_\t_", .badTree), (4, "2\tcat\tcat\tNOUN\t_\t_\t4\t_\t_\t_", .badTree),
    (4, "2\t \tcat\tNOUN\t_\t_\t4\tobj\t_\t_", .badTree), (4, "2-9\tcat\t_\t_\t_\t_\t_\t_\t_\t_", .badTree),
    (4, "1.2\tcat\t_\t_\t_\t_\t_\t_\t_\t_", .badTree),
    (6, "4\tseen\tsee\tVERB\t_\t_\t0\troot\t_\t_\n# sent_id =", .badID),
    (3, "1\tThe\tthe\tDET\t_\t_\t2\tdet\t_\t_\n2\tx\tx\tX\t_\t_\t0\troot\t_\t_", .badTree),
  ])
  func problems(line: Int, replacement: String, kind: CorpusProblem.Kind) throws {
    var lines = Self.good.split(separator: "\n").map(String.init)
    lines[line - 1] = replacement
    if kind == .badID { lines.removeFirst() }
    let items = try items(lines.joined(separator: "\n") + "\n\n" + Self.contracted, "a.conllu")
    #expect(items.map(\.problem?.kind) == [kind, nil])
    if !replacement.contains("\n") { #expect(items.first?.line == (replacement.hasPrefix("2-9") ? 5 : line)) }
  }

  @Test func rootsAndCircles() throws {
    func line(_ number: Int, _ head: Int) -> String { "\(number)\tw\tw\tX\t_\t_\t\(head)\tdep\t_\t_\n" }
    let items = try items(
      [[0, 0], [2, 3, 1], [0, 3, 4, 2], [0, 1], [2, 1]].map { heads in
        heads.enumerated().map { line($0 + 1, $1) }.joined()
      }.joined(separator: "\n") + "\n# nothing\n\n", "a.conllu")
    #expect(items.map(\.problem?.kind) == [.badTree, .badTree, .badTree, nil, .badTree, .empty])
    #expect(items.map(\.line) == [2, 4, 9, 13, 16, 19])
    let reasons = items.compactMap { $0.problem?.reason.description }
    #expect(
      reasons == [
        "there is a second root: the first is word 1", "the sentence has no root",
        "the heads go round in a circle from word 2", "the sentence has no root", "the sentence has no words",
      ])
  }

  /// A sentence whose lines are too many is one item, and so is one with bytes that are no text.
  @Test func longAndDamagedSentences() throws {
    let comment = "# " + String(repeating: "x", count: CorpusReader.longestLine / 2) + "\n"
    let bytes =
      Array((comment + comment + comment + Self.good + "\n# a\n").utf8) + [0xFF, 0x0A] + Array(Self.good.utf8)
    let items = try items(bytes + [0x0A] + Array(Self.contracted.utf8), "a.conllu")
    #expect(items.map(\.problem?.kind) == [.tooLong, .notUTF8, nil])
    #expect(items.map(\.line) == [2, 13, 22])
  }

  /// The treebank that the program brings is read without a problem, and has what it is said to have.
  @Test func treebankOfTheProgram() throws {
    let items = try items(CorpusReader(files: [Fixtures.root + "/assets/corpora/small-english.conllu"]))
    let sentences = items.compactMap(\.sentence)
    #expect(items.count == sentences.count)
    #expect(sentences.count >= 600)
    #expect(Set(sentences.map(\.identity)).count == sentences.count)
    let relations = Set(sentences.flatMap { $0.relations.map(\.name) })
    #expect(
      relations.isSuperset(of: [
        "acl:relcl", "advcl", "advmod", "amod", "aux", "aux:pass", "case", "cc", "ccomp", "compound", "conj", "cop",
        "det",
        "iobj", "mark", "nmod", "nsubj", "nsubj:pass", "nummod", "obj", "obl",
      ]))
    #expect(relations.isDisjoint(with: ["punct", "root"]))
    #expect(sentences.contains { ($0.leftOut[.sharedWord] ?? 0) > 0 })
    #expect(sentences.allSatisfy { $0.leftOut[.otherClass] == nil })
  }
}
