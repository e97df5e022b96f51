/// What the heads of an encoder make of the relations of all sentences that were added.
public struct SyntaxState: MergeablePart, Equatable {
  /// How many relations are kept apart. Where there are more names, those that come first in order are kept.
  public static let mostNames = 256

  private struct Entry: Equatable {
    var name: String
    var counts: RelationCounts
  }

  private let shape: SurveyShape
  /// In the order of their names.
  private var entries: [Entry] = []
  /// How many pairs there are under all names, those that are not kept among them.
  private var named = 0
  /// The relations of sentences with a tree, and those that the trees of the heads have.
  private var edges = ReplicatedCount()
  private var treeHits: ReplicatedCounts
  private var treeWitnesses: [Witnesses]
  private var leftOut: [CorpusProblem.Kind: Int] = [:]

  /// Nothing yet, of an encoder.
  public init(shape: SurveyShape) {
    self.shape = shape
    treeHits = ReplicatedCounts(heads: shape.count)
    treeWitnesses = [Witnesses](repeating: Witnesses(), count: shape.count)
  }

  /// The sentences that it keeps, some of them several times.
  var sentences: [SurveyedSentence] {
    (entries.flatMap { $0.counts.sides.flatMap(\.witnesses) } + treeWitnesses).flatMap(\.sentences)
  }

  /// What was left out, and how often.
  public var problems: [CorpusProblem.Kind: Int] {
    var problems = leftOut
    let missing = named &- entries.reduce(0) { $0 &+ $1.counts.pairs.total }
    if missing > 0 { problems[.manyNames] = missing }
    return problems
  }

  // MARK: - Adding

  /// Adds what the heads make of a sentence.
  public mutating func add(_ syntax: SentenceSyntax, of sentence: SurveyedSentence) {
    precondition(syntax.shape == shape, "a sentence of the same encoder")
    let weights = sentence.weights.map(Int.init)
    for (kind, count) in syntax.leftOut { leftOut[kind, default: 0] &+= count }
    let names = syntax.pairs.map { Self.names(of: $0.name) }
    var groups: [String: [Int]] = [:]
    for (pair, names) in names.enumerated() { for name in names { groups[name, default: []].append(pair) } }
    var control: [String: [Int]] = [:]
    for (place, pair) in Self.shuffled(names.count, by: sentence.hash).enumerated() {
      for name in names[place] { control[name, default: []].append(pair) }
    }
    for (name, pairs) in groups {
      named &+= pairs.count
      guard let place = place(of: name) else { continue }
      entries[place].counts.add(pairs, control: control[name] ?? [], of: syntax, sentence, weights)
    }
    guard let tree = syntax.tree, tree.edges > 0 else { return }
    edges.add(tree.edges, weights)
    for (head, hits) in tree.hits.enumerated() {
      if hits > 0 { treeHits.add(hits, to: head, weights) }
      let value = Double(hits) / Double(tree.edges)
      treeWitnesses[head].add(Witness(sentence, value: value), value: value, hash: sentence.hash)
    }
  }

  /// The names that a relation counts under: `nsubj:pass`, and `nsubj`. Marked pairs count under their own only.
  private static func names(of name: String) -> [String] {
    let type = WordRelation.type(of: name)
    return type == name || type == "pair" || type.isEmpty ? [name] : [name, type]
  }

  /// The numbers up to `count` in an order that follows from a sentence's hash (Fisher and Yates; Durstenfeld 1964).
  private static func shuffled(_ count: Int, by hash: SentenceHash) -> [Int] {
    var order = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      let other = hash.draw(1000 + place) % UInt64(place + 1)
      order.swapAt(place, Int(other))
    }
    return order
  }

  /// Where a relation is kept; nil where it is not.
  private mutating func place(of name: String) -> Int? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name < name { low = middle + 1 } else { high = middle }
    }
    if low < entries.count, entries[low].name == name {
      // Texts are equal, too, that write one character in two ways: of these names, one is kept, whatever comes first.
      if name.utf8.lexicographicallyPrecedes(entries[low].name.utf8) { entries[low].name = name }
      return low
    }
    guard low < Self.mostNames else { return nil }
    if entries.count == Self.mostNames { entries.removeLast() }
    entries.insert(Entry(name: name, counts: RelationCounts(heads: shape.count)), at: low)
    return low
  }

  mutating func merge(_ other: SyntaxState) {
    named &+= other.named
    for entry in other.entries {
      if let place = place(of: entry.name) { entries[place].counts.merge(entry.counts) }
    }
    edges.merge(other.edges)
    treeHits.merge(other.treeHits)
    for head in treeWitnesses.indices { treeWitnesses[head].merge(other.treeWitnesses[head], isOfPairs: false) }
    leftOut.merge(other.leftOut) { $0 &+ $1 }
  }

  // MARK: - Figures

  /// The numbers that there are and, of each, the figures of all heads: relations in the order of their names, each in both directions,
  /// then the tree.
  public var numbers: [(number: SurveyNumber, figures: [SurveyFigure])] {
    var numbers: [(number: SurveyNumber, figures: [SurveyFigure])] = []
    for entry in entries {
      for (side, direction) in SurveyDirection.allCases.enumerated() {
        numbers.append((SurveyNumber(.relation(entry.name, direction)), entry.counts.figures(side: side)))
      }
    }
    guard edges.total > 0 else { return numbers }
    let figures = (0..<shape.count).map { head in
      var figure = SurveyFigure(hits: treeHits.total(of: head), treeHits.replicates(of: head), of: edges)
      figure.witnesses = treeWitnesses[head]
      return figure
    }
    return numbers + [(SurveyNumber(.tree), figures)]
  }

  // MARK: - Writing and reading

  func write(to writer: inout StateWriter, sentences: SentenceTable) {
    writer.write(named)
    let kinds = CorpusProblem.Kind.allCases.filter { leftOut[$0, default: 0] != 0 }
    writer.write(kinds.count)
    for kind in kinds {
      writer.write(kind.rawValue)
      writer.write(leftOut[kind, default: 0])
    }
    edges.write(to: &writer)
    treeHits.write(to: &writer)
    for witnesses in treeWitnesses { witnesses.write(to: &writer, sentences: sentences) }
    writer.write(entries.count)
    for entry in entries {
      writer.write(entry.name)
      entry.counts.write(to: &writer, sentences: sentences)
    }
  }

  init(shape: SurveyShape, from reader: inout StateReader, sentences: [SurveyedSentence]) throws(SurveyError) {
    self.init(shape: shape)
    named = try reader.read()
    for _ in 0..<(try reader.readCount()) {
      guard let kind = CorpusProblem.Kind(rawValue: try reader.readText()), leftOut[kind] == nil else {
        throw StateReader.damage
      }
      leftOut[kind] = try reader.read()
    }
    edges = try ReplicatedCount(from: &reader)
    treeHits = try ReplicatedCounts(heads: shape.count, from: &reader)
    for head in treeWitnesses.indices { treeWitnesses[head] = try Witnesses(from: &reader, sentences: sentences) }
    for _ in 0..<(try reader.read(in: 0..<(Self.mostNames + 1))) {
      let name = try reader.readText()
      guard entries.last.map({ $0.name < name }) ?? true else { throw StateReader.damage }
      entries.append(
        Entry(name: name, counts: try RelationCounts(heads: shape.count, from: &reader, sentences: sentences)))
    }
  }
}

extension RelationCounts {
  /// Adds the pairs of a sentence that have this name, and in `control` those that have it after shuffling.
  fileprivate mutating func add(
    _ places: [Int], control: [Int], of syntax: SentenceSyntax, _ sentence: SurveyedSentence, _ weights: [Int]
  ) {
    pairs.add(places.count, weights)
    var counted: [Int: Int] = [:]
    for place in places {
      for bin in Set(syntax.pairs[place].offsets.map(Self.bin)) { counted[bin, default: 0] += 1 }
    }
    for (bin, count) in counted { add(count, bin: bin, weights) }
    for side in sides.indices {
      let predictions = syntax.predictions[side]
      for head in 0..<syntax.shape.count {
        func isRight(_ place: Int) -> Bool {
          syntax.pairs[place].isRight(Int(predictions[head * syntax.pairs.count + place].word))
        }
        var hits = 0
        for place in places {
          let (pair, prediction) = (syntax.pairs[place], predictions[head * syntax.pairs.count + place])
          let isRight = isRight(place)
          if isRight { hits += 1 }
          guard prediction.word >= 0 else { continue }
          sides[side].witnesses[head].add(
            Witness(
              sentence, value: prediction.certainty,
              pair: WitnessPair(from: pair.from, to: pair.to, predicted: syntax.words[Int(prediction.word)])),
            isRight: isRight, certainty: prediction.certainty, hash: sentence.hash)
        }
        if hits > 0 { sides[side].hits.add(hits, to: head, weights) }
        for place in control where isRight(place) { sides[side].control[head] &+= 1 }
      }
    }
  }

  /// The figures of all heads in one direction.
  fileprivate func figures(side: Int) -> [SurveyFigure] {
    let (offset, baseline) = best
    return sides[side].control.indices.map { head in
      let side = sides[side]
      let hits = side.hits.replicates(of: head)
      var figure = SurveyFigure(hits: side.hits.total(of: head), hits, of: pairs)
      guard pairs.total > 0 else { return figure }
      var comparison = SurveyComparison()
      comparison.offset = offset
      comparison.baseline = Double(baseline.total) / Double(pairs.total)
      let differences = zip(zip(hits, baseline.replicates), pairs.replicates).map { numbers, pairs in
        (better: numbers.0 &- numbers.1, pairs: pairs)
      }
      let difference = figure.mean - comparison.baseline
      comparison.difference =
        middle95(of: differences.filter { $0.pairs > 0 }.map { Double($0.better) / Double($0.pairs) })
        ?? difference...difference
      comparison.chance = Double(differences.count { $0.better <= 0 } + 1) / Double(differences.count + 1)
      comparison.control = Double(side.control[head]) / Double(pairs.total)
      figure.comparison = comparison
      figure.witnesses = side.witnesses[head]
      return figure
    }
  }
}

extension SurveyFigure {
  /// How often something happens, of how many times it could. Replicates in which it could not are left out.
  fileprivate init(hits: Int, _ replicates: ArraySlice<Int>, of possible: ReplicatedCount) {
    self.init()
    count = possible.total
    guard count > 0 else { return }
    mean = Double(hits) / Double(count)
    interval =
      middle95(of: zip(replicates, possible.replicates).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) })
      ?? mean...mean
  }
}
