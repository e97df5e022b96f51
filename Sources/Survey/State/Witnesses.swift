/// The few sentences that speak most for a number, the few that speak most against it, and a few that were drawn by their hash.
///
/// Which they are does not depend on the order in which sentences came: ties are decided by hash, identity and pair.
public struct Witnesses: Sendable, Equatable {
  /// How many of each are kept.
  public static let most = 5

  /// The strongest first.
  public private(set) var strongest: [Witness] = []
  /// The strongest counterexamples first.
  public private(set) var against: [Witness] = []
  /// Those with the smallest hashes.
  public private(set) var sampled: [Witness] = []

  /// None yet.
  public init() {}

  /// Those that a file has, in its order.
  public init(strongest: [Witness], against: [Witness], sampled: [Witness]) {
    self.strongest = strongest
    self.against = against
    self.sampled = sampled
  }

  /// All sentences that are kept, some of them several times.
  var sentences: [SurveyedSentence] { (strongest + against + sampled).map(\.sentence) }

  /// Looks at a number of a whole sentence: large ones speak for it, small ones against it.
  mutating func add(_ witness: @autoclosure () -> Witness, value: Double, hash: SentenceHash) {
    if isRoom(in: strongest, for: value, isLargest: true) { Self.insert(witness(), into: &strongest, Self.isStronger) }
    if isRoom(in: against, for: value, isLargest: false) { Self.insert(witness(), into: &against, Self.isWeaker) }
    if sampled.count < Self.most || hash <= sampled[Self.most - 1].sentence.hash {
      Self.insert(witness(), into: &sampled, Self.isEarlier)
    }
  }

  /// Looks at a pair: where the head points to the right word it speaks for the number, and where it points elsewhere, against it;
  /// the more so the surer the head was.
  ///
  /// - Parameter certainty: the attention to the word that the head points to.
  mutating func add(_ witness: @autoclosure () -> Witness, isRight: Bool, certainty: Double, hash: SentenceHash) {
    if isRight, isRoom(in: strongest, for: certainty, isLargest: true) {
      Self.insert(witness(), into: &strongest, Self.isStronger)
    }
    if !isRight, isRoom(in: against, for: certainty, isLargest: true) {
      Self.insert(witness(), into: &against, Self.isStronger)
    }
    if sampled.count < Self.most || hash <= sampled[Self.most - 1].sentence.hash {
      Self.insert(witness(), into: &sampled, Self.isEarlier)
    }
  }

  /// Adds those of another part; `isOfPairs` says which of the two ways they were added.
  mutating func merge(_ other: Witnesses, isOfPairs: Bool) {
    for witness in other.strongest { Self.insert(witness, into: &strongest, Self.isStronger) }
    for witness in other.against { Self.insert(witness, into: &against, isOfPairs ? Self.isStronger : Self.isWeaker) }
    for witness in other.sampled { Self.insert(witness, into: &sampled, Self.isEarlier) }
  }

  private func isRoom(in list: [Witness], for value: Double, isLargest: Bool) -> Bool {
    guard list.count == Self.most else { return true }
    let last = list[Self.most - 1].value
    return isLargest ? value >= last : value <= last
  }

  private static func insert(_ witness: Witness, into list: inout [Witness], _ isBefore: (Witness, Witness) -> Bool) {
    let place = list.firstIndex { isBefore(witness, $0) } ?? list.count
    guard place < most else { return }
    list.insert(witness, at: place)
    if list.count > most { list.removeLast() }
  }

  private static func isStronger(_ a: Witness, _ b: Witness) -> Bool {
    a.value == b.value ? isEarlier(a, b) : a.value > b.value
  }

  private static func isWeaker(_ a: Witness, _ b: Witness) -> Bool {
    a.value == b.value ? isEarlier(a, b) : a.value < b.value
  }

  private static func isEarlier(_ a: Witness, _ b: Witness) -> Bool {
    if a.sentence.hash != b.sentence.hash { return a.sentence.hash < b.sentence.hash }
    if a.sentence.identity != b.sentence.identity { return a.sentence.identity < b.sentence.identity }
    return places(a) < places(b)
  }

  private static func places(_ witness: Witness) -> (Int, Int, Int) {
    guard let pair = witness.pair else { return (0, 0, 0) }
    return (pair.from.lowerBound, pair.to.lowerBound, pair.predicted.lowerBound)
  }
}

// MARK: - Writing and reading

extension Witnesses {
  /// Writes them down, sentences by their numbers.
  func write(to writer: inout StateWriter, sentences: SentenceTable) {
    for list in [strongest, against, sampled] {
      writer.write(list.count)
      for witness in list {
        writer.write(sentences.place(of: witness.sentence))
        writer.write(bits: witness.value.bitPattern)
        writer.write(witness.pair == nil ? 0 : 1)
        guard let pair = witness.pair else { continue }
        for range in [pair.from, pair.to, pair.predicted] {
          writer.write(range.lowerBound)
          writer.write(range.count)
        }
      }
    }
  }

  /// Reads what `write` wrote.
  init(from reader: inout StateReader, sentences: [SurveyedSentence]) throws(SurveyError) {
    strongest = try Self.list(from: &reader, sentences)
    against = try Self.list(from: &reader, sentences)
    sampled = try Self.list(from: &reader, sentences)
  }

  private static func list(
    from reader: inout StateReader, _ sentences: [SurveyedSentence]
  ) throws(SurveyError) -> [Witness] {
    var list: [Witness] = []
    for _ in 0..<(try reader.read(in: 0..<(most + 1))) {
      let sentence = sentences[try reader.read(in: sentences.indices)]
      let value = Double(bitPattern: try reader.readBits())
      let isPair = try reader.read(in: 0..<2) == 1
      let pair =
        isPair
        ? WitnessPair(
          from: try range(from: &reader), to: try range(from: &reader), predicted: try range(from: &reader)) : nil
      list.append(Witness(sentence, value: value, pair: pair))
    }
    return list
  }

  private static func range(from reader: inout StateReader) throws(SurveyError) -> Range<Int> {
    let start = try reader.read(in: 0..<(1 << 40))
    return start..<(start + (try reader.read(in: 0..<(1 << 40))))
  }
}
