import TestSupport
import Testing

@testable import Survey

@Suite struct SyntaxStateTests {
  private static let shape = SurveyShape(layers: 2, heads: 2)

  /// Random sentences and what the heads make of them.
  private static func sentences(_ count: Int) -> [(syntax: SentenceSyntax, sentence: SurveyedSentence)] {
    var generator = SeededGenerator(seed: 11)
    return (0..<count).compactMap { number in
      let made = SyntaxFixtures.random("s\(number)", layers: 2, heads: 2, &generator)
      return SyntaxFixtures.syntax(made.sentence, made.input, layers: made.attention).map {
        ($0, SurveyedSentence(identity: made.sentence.identity, text: made.sentence.text, seed: 3))
      }
    }
  }

  private static func bytes(_ state: SyntaxState) -> [UInt8] {
    var writer = StateWriter()
    state.write(to: &writer, sentences: SentenceTable(state.sentences))
    return writer.bytes
  }

  /// Whatever the split and the order, the bytes are the same, and they are read back as what they were.
  @Test func orderAndSplitChangeNothing() throws {
    let all = Self.sentences(60)
    var whole = SyntaxState(shape: Self.shape)
    for (syntax, sentence) in all { whole.add(syntax, of: sentence) }
    var generator = SeededGenerator(seed: 5)
    for parts in [1, 2, 7, 60] {
      var states = [SyntaxState](repeating: SyntaxState(shape: Self.shape), count: parts)
      for (place, entry) in all.shuffled(using: &generator).enumerated() {
        states[place % parts].add(entry.syntax, of: entry.sentence)
      }
      states.shuffle(using: &generator)
      var merged = states[0]
      for state in states.dropFirst() { merged.merge(state) }
      #expect(Self.bytes(merged) == Self.bytes(whole))
      #expect(merged == whole)
    }
    var reader = StateReader(Self.bytes(whole))
    let again = try SyntaxState(
      shape: Self.shape, from: &reader, sentences: SentenceTable(whole.sentences).sentences)
    #expect(reader.isAtEnd)
    #expect(again == whole)
  }

  /// Bytes that were cut or changed are an error or another state, and never a trap; nor are its figures.
  @Test func damageNeverTraps() {
    var state = SyntaxState(shape: Self.shape)
    for (syntax, sentence) in Self.sentences(6) { state.add(syntax, of: sentence) }
    let (bytes, table) = (Self.bytes(state), SentenceTable(state.sentences).sentences)
    var generator = SeededGenerator(seed: 6)
    for round in 0..<400 {
      var damaged = bytes
      if round.isMultiple(of: 4) {
        damaged.removeLast(.random(in: 1...bytes.count, using: &generator))
      } else {
        damaged[.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      var reader = StateReader(damaged)
      guard var read = try? SyntaxState(shape: Self.shape, from: &reader, sentences: table) else { continue }
      read.merge(state)
      #expect(!read.numbers.isEmpty)
    }
  }

  /// The figures are those that the sentences give when everything is counted anew, one number after the other.
  @Test func figuresAreWhatTheSentencesSay() throws {
    let all = Self.sentences(40)
    var state = SyntaxState(shape: Self.shape)
    for (syntax, sentence) in all { state.add(syntax, of: sentence) }
    let numbers = state.numbers
    #expect(
      numbers.map(\.number.name) == ["det", "nsubj", "nsubj:pass", "obj", "obl", "obl:über"].flatMap {
        [$0, "reverse:\($0)"]
      } + ["tree"])
    for (number, figures) in numbers {
      guard case .relation(let name, let direction) = number.kind else { continue }
      let side = direction == .dependentToHead ? 0 : 1
      let pairs = all.flatMap { entry in
        entry.syntax.pairs.indices.filter {
          entry.syntax.pairs[$0].name == name || entry.syntax.pairs[$0].name.hasPrefix("\(name):")
        }.map { (entry.syntax, entry.sentence, $0) }
      }
      for (head, figure) in figures.enumerated() {
        let isHit = pairs.map { syntax, _, place in
          syntax.words[Int(syntax.predictions[side][head * syntax.pairs.count + place].word)] == syntax.pairs[place].to
        }
        let comparison = try #require(figure.comparison)
        let isAtOffset = pairs.map { syntax, _, place in
          syntax.pairs[place].wordsFrom.lowerBound + comparison.offset == syntax.pairs[place].wordsTo.lowerBound
        }
        #expect(figure.count == pairs.count)
        #expect(figure.mean == Double(isHit.count { $0 }) / Double(pairs.count))
        #expect(comparison.baseline == Double(isAtOffset.count { $0 }) / Double(pairs.count))
        for offset in -8...8 {
          let right = pairs.count { syntax, _, place in
            syntax.pairs[place].wordsFrom.lowerBound + offset == syntax.pairs[place].wordsTo.lowerBound
          }
          #expect(Double(right) / Double(pairs.count) <= comparison.baseline)
        }
        var (shares, differences, notBetter) = ([Double](), [Double](), 0)
        for replicate in 0..<BootstrapWeights.replicates {
          var (drawn, hits, atOffset) = (0, 0, 0)
          for (place, pair) in pairs.enumerated() {
            let weight = Int(pair.1.weights[replicate])
            drawn += weight
            if isHit[place] { hits += weight }
            if isAtOffset[place] { atOffset += weight }
          }
          if hits <= atOffset { notBetter += 1 }
          guard drawn > 0 else { continue }
          shares.append(Double(hits) / Double(drawn))
          differences.append(Double(hits - atOffset) / Double(drawn))
        }
        #expect(figure.interval == middle95(of: shares))
        #expect(comparison.difference == middle95(of: differences))
        #expect(comparison.chance == Double(notBetter + 1) / 201)
        let witnesses = figure.witnesses
        #expect(witnesses.strongest.allSatisfy { $0.pair?.predicted == $0.pair?.to })
        #expect(witnesses.against.allSatisfy { $0.pair?.predicted != $0.pair?.to })
        #expect(witnesses.strongest.count == min(isHit.count { $0 }, Witnesses.most))
      }
    }
    let tree = try #require(numbers.last)
    #expect(tree.figures[0].count == all.reduce(0) { $0 + ($1.syntax.tree?.edges ?? 0) })
    #expect(
      tree.figures.map { Int(($0.mean * Double($0.count)).rounded()) }
        == (0..<4).map { head in all.reduce(0) { $0 + ($1.syntax.tree?.hits[head] ?? 0) } })
  }

  /// In a sentence whose relations have one name, shuffling changes nothing; with several names it is counted under the others'.
  @Test func control() throws {
    var generator = SeededGenerator(seed: 8)
    var (same, mixed) = (SyntaxState(shape: Self.shape), SyntaxState(shape: Self.shape))
    for number in 0..<30 {
      var made = SyntaxFixtures.random("s\(number)", layers: 2, heads: 2, &generator)
      let sentence = SurveyedSentence(identity: made.sentence.identity, text: made.sentence.text, seed: 3)
      mixed.add(try #require(SyntaxFixtures.syntax(made.sentence, made.input, layers: made.attention)), of: sentence)
      for place in made.sentence.relations.indices { made.sentence.relations[place].name = "obj" }
      same.add(try #require(SyntaxFixtures.syntax(made.sentence, made.input, layers: made.attention)), of: sentence)
    }
    #expect(same.numbers.count == 3)
    for (_, figures) in same.numbers.dropLast() { #expect(figures.allSatisfy { $0.comparison?.control == $0.mean }) }
    let relations = mixed.numbers.filter {
      $0.number.isAccuracy && ["det", "nsubj", "obj", "obl"].contains($0.number.name)
    }
    #expect(relations.contains { $0.figures.contains { $0.comparison?.control != $0.mean } })
    // No hit is lost or won, only counted under another name.
    for head in 0..<Self.shape.count {
      let hits = relations.reduce((0.0, 0.0)) { sums, relation in
        let figure = relation.figures[head]
        return (
          sums.0 + figure.mean * Double(figure.count), sums.1 + (figure.comparison?.control ?? 0) * Double(figure.count)
        )
      }
      #expect(abs(hits.0 - hits.1) < 1e-9)
    }
  }

  /// Of more names than are kept, those that come first are, whatever the order; the pairs of the others are counted.
  @Test func manyNames() throws {
    let row = [Float](repeating: 1.0 / 7, count: 7)
    let even = [[[Float]](repeating: row, count: 7)]
    let names = (0..<SyntaxState.mostNames + 40).map { "pair:\(1000 + $0)" } + ["pair:é", "pair:e\u{301}"]
    let all = try names.enumerated().map { number, name in
      var sentence = SentenceSyntaxTests.sentence
      sentence.relations = [WordRelation(name, from: 0..<3, to: 4..<8)]
      return (
        try #require(SyntaxFixtures.syntax(sentence, SentenceSyntaxTests.input, layers: [even])),
        SurveyedSentence(identity: "s\(number)", text: sentence.text, seed: 3)
      )
    }
    func state(_ part: some Sequence<(SentenceSyntax, SurveyedSentence)>) -> SyntaxState {
      var state = SyntaxState(shape: SurveyShape(layers: 1, heads: 1))
      for (syntax, sentence) in part { state.add(syntax, of: sentence) }
      return state
    }
    let whole = state(all)
    #expect(whole.numbers.count == 2 * SyntaxState.mostNames + 1)
    #expect(whole.problems == [.manyNames: 42])
    #expect(Self.bytes(state(all.reversed())) == Self.bytes(whole))
    var (first, second) = (state(all[..<150]), state(all[150...]))
    first.merge(second)
    #expect(Self.bytes(first) == Self.bytes(whole))
    second.merge(state(all[..<150]))
    #expect(Self.bytes(second) == Self.bytes(whole))
    // One name in two spellings is one number, called by the one that comes first in bytes.
    let spellings = [state(all.suffix(2)), state(all.suffix(2).reversed())]
    #expect(Self.bytes(spellings[0]) == Self.bytes(spellings[1]))
    #expect(
      spellings.map { Array($0.numbers[0].number.name.utf8) } == [
        Array("pair:e\u{301}".utf8), Array("pair:e\u{301}".utf8),
      ])
  }
}
