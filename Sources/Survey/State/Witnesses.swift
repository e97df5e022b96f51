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

  /// What a sentence has to come before, so that it is kept.
  private var bars = Bars()

  /// None yet.
  public init() {}

  /// Those that a file has, in its order.
  public init(strongest: [Witness], against: [Witness], sampled: [Witness]) {
    self.strongest = strongest
    self.against = against
    self.sampled = sampled
    bars = Bars(self)
  }

  /// All sentences that are kept, some of them several times.
  var sentences: [SurveyedSentence] { (strongest + against + sampled).map(\.sentence) }

  /// Looks at a number of a whole sentence: large ones speak for it, small ones against it.
  @inline(__always)
  mutating func add(_ witness: @autoclosure () -> Witness, value: Double, hash: SentenceHash) {
    // Most are not kept, and what is looked at for that is plain numbers.
    if bars.strongest.letsThrough(value, hash, isLargest: true)
      || bars.against.letsThrough(value, hash, isLargest: false) || hash <= bars.sampled
    {
      insert(witness())
    }
  }

  private mutating func insert(_ witness: Witness) {
    Self.insert(witness, into: &strongest, Self.isStronger)
    Self.insert(witness, into: &against, Self.isWeaker)
    Self.insert(witness, into: &sampled, Self.isEarlier)
    bars = Bars(self)
  }

  /// Looks at a pair: where the head points to the right word it speaks for the number, and where it points elsewhere, against it;
  /// the more so the surer the head was.
  ///
  /// - Parameter certainty: the attention to the word that the head points to.
  mutating func add(_ witness: @autoclosure () -> Witness, isRight: Bool, certainty: Double, hash: SentenceHash) {
    let bar = isRight ? bars.strongest : bars.against
    let (speaks, isSampled) = (bar.letsThrough(certainty, hash, isLargest: true), hash <= bars.sampled)
    guard speaks || isSampled else { return }
    let witness = witness()
    if speaks, isRight { Self.insert(witness, into: &strongest, Self.isStronger) }
    if speaks, !isRight { Self.insert(witness, into: &against, Self.isStronger) }
    if isSampled { Self.insert(witness, into: &sampled, Self.isEarlier) }
    bars = Bars(self)
  }

  /// Adds those of another part; `isOfPairs` says which of the two ways they were added.
  mutating func merge(_ other: Witnesses, isOfPairs: Bool) {
    for witness in other.strongest { Self.insert(witness, into: &strongest, Self.isStronger) }
    for witness in other.against { Self.insert(witness, into: &against, isOfPairs ? Self.isStronger : Self.isWeaker) }
    for witness in other.sampled { Self.insert(witness, into: &sampled, Self.isEarlier) }
    bars = Bars(self)
  }

  /// Whether they are the same sentences and say the same.
  public static func == (a: Witnesses, b: Witnesses) -> Bool {
    a.strongest == b.strongest && a.against == b.against && a.sampled == b.sampled
  }

  /// The last of those that are kept, of each kind.
  private struct Bars {
    var strongest = Bar()
    var against = Bar()
    /// The largest hash of a sentence that can be kept.
    var sampled = SentenceHash(value: .max)

    init() {}

    init(_ witnesses: Witnesses) {
      strongest = Bar(witnesses.strongest)
      against = Bar(witnesses.against)
      if witnesses.sampled.count == Witnesses.most, let last = witnesses.sampled.last { sampled = last.sentence.hash }
    }
  }

  private struct Bar {
    private var isThere = false
    private var value = 0.0
    private var hash = SentenceHash(value: .max)

    init() {}

    init(_ list: [Witness]) {
      guard list.count == Witnesses.most, let last = list.last else { return }
      (isThere, value, hash) = (true, last.value, last.sentence.hash)
    }

    /// Whether a witness could come before the last one; of equal numbers the smaller hash decides.
    @inline(__always)
    func letsThrough(_ number: Double, _ hash: SentenceHash, isLargest: Bool) -> Bool {
      !isThere || (isLargest ? number > value : number < value) || number == value && hash <= self.hash
    }
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
    bars = Bars(self)
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
