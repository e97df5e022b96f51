import Activations
import Insights
import Support

/// A survey on its way: everything that was added, so that more can be added, by this run or by merging another's.
public struct SurveyState: Sendable, Equatable {
  /// What was asked for.
  public let options: SurveyOptions
  /// How many sentences were computed.
  public private(set) var sentences = 0
  /// How many tokens these have.
  public private(set) var tokens = 0
  private var ownProblems: [String: Int] = [:]
  /// What the kernels are called that computed it.
  public private(set) var instructions: Set<String> = []
  private var identities = Identities()
  private var statistics: StatisticsState
  private var syntax: SyntaxState
  private var groups: [String: StatisticsState] = [:]
  private var sample = SentenceSample()

  /// Nothing yet.
  public init(_ options: SurveyOptions) {
    self.options = options
    statistics = StatisticsState(shape: options.shape, isWhole: true)
    syntax = SyntaxState(shape: options.shape)
  }

  /// What was left out or changed, and how often.
  public var problems: [String: Int] {
    ownProblems.merging(syntax.problems.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: &+)
  }

  /// The sentences that the distances between heads are computed on, in the order of their hashes.
  public var sampledSentences: [SurveyedSentence] { sample.sentences }

  /// Takes note of a sentence before it is computed.
  ///
  /// - Returns: false where it was seen before: then it must not be added.
  public mutating func note(_ identity: String) -> Bool { identities.insert(identity) }

  /// Counts something that was left out or changed.
  public mutating func count(problem kind: String) { ownProblems[kind, default: 0] += 1 }

  /// Says what computes.
  public mutating func note(instructions name: String) { instructions.insert(name) }

  /// Adds what was measured in a sentence.
  mutating func add(_ measured: MeasuredSentence) throws(SurveyError) {
    sentences += 1
    tokens += measured.tokens
    statistics.add(measured.numbers, shares: measured.shares, of: measured.sentence)
    if let syntax = measured.syntax { self.syntax.add(syntax, of: measured.sentence) }
    sample.add(measured.sentence)
    for (name, numbers) in measured.groups {
      if groups[name] == nil {
        try checkRoom(for: 1)
        groups[name] = StatisticsState(shape: options.shape, isWhole: false)
      }
      groups[name]?.add(numbers, shares: [], of: measured.sentence)
    }
  }

  private func checkRoom(for more: Int) throws(SurveyError) {
    guard groups.count + more <= SurveyGrouping.mostGroups else {
      throw SurveyError(
        "--by \(words: options.grouping?.rawValue ?? ""): there are more than \(SurveyGrouping.mostGroups) groups in the corpus"
      )
    }
  }

  /// Adds what a part holds.
  ///
  /// - Throws: where it was made with another encoder or other options, or both have a sentence.
  public mutating func merge(_ other: SurveyState) throws(SurveyError) {
    try checkOptions(of: other)
    switch identities.merge(other.identities) {
    case nil: break
    case .named(let identity)?: throw SurveyError("the sentence '\(identity)' is in more than one part")
    case .unnamed?: throw SurveyError("at least one sentence is in more than one part: parts have an 'id' in common")
    }
    try checkRoom(for: other.groups.keys.count { groups[$0] == nil })
    add(other)
  }

  /// Adds what another thread of the same run has collected.
  mutating func add(_ other: SurveyState) {
    sentences += other.sentences
    tokens += other.tokens
    ownProblems.merge(other.ownProblems, uniquingKeysWith: +)
    instructions.formUnion(other.instructions)
    statistics.merge(other.statistics)
    syntax.merge(other.syntax)
    sample.merge(other.sample)
    for (name, group) in other.groups {
      groups[name, default: StatisticsState(shape: options.shape, isWhole: false)].merge(group)
    }
  }

  private func checkOptions(of other: SurveyState) throws(SurveyError) {
    guard other.options != options else { return }
    let (theirs, ours) = (other.options, options)
    if theirs.model != ours.model || theirs.weights != ours.weights || theirs.shape != ours.shape {
      throw SurveyError("it was made with another encoder, \(theirs.model); the first part is of \(ours.model)")
    }
    if theirs.seed != ours.seed {
      throw SurveyError("it was made with --seed \(theirs.seed), the first part with --seed \(ours.seed)")
    }
    if theirs.grouping != ours.grouping {
      throw SurveyError("it and the first part were made with different --by")
    }
    throw SurveyError(
      "its --sample and that of the first part are of different files or sizes, and so no sample of both")
  }

  /// What the survey says so far.
  ///
  /// - Parameter distances: between the heads, where they were computed.
  public func survey(distances: SurveyDistances? = nil) -> Survey {
    var header = SurveyHeader()
    header.model = options.model
    header.weights = options.weights
    header.shape = options.shape
    header.sentences = sentences
    header.tokens = tokens
    header.seed = options.seed
    header.sample = options.sample
    header.grouping = options.grouping
    header.instructions = instructions.sorted()
    header.problems = problems
    let figures = statistics.figures + syntax.numbers.map { ($0.number, $0.figures) }
    return Survey(
      header: header, numbers: figures.map(\.0), figures: figures.map(\.1), patterns: statistics.surveyPatterns,
      distances: distances,
      groups: groups.sorted { SurveyState.isBefore($0.key, $1.key) }.map { name, group in
        SurveyGroup(
          name: name, sentences: group.count,
          figures: Dictionary(group.figures, uniquingKeysWith: { first, _ in first }))
      })
  }

  /// Lengths by number, everything else by its letters.
  private static func isBefore(_ a: String, _ b: String) -> Bool {
    func start(_ name: String) -> Int? { name.split(separator: "-").first.flatMap { Int($0) } }
    return (start(a) ?? .max, a) < (start(b) ?? .max, b)
  }
}

// MARK: - Writing and reading

extension SurveyState {
  /// The state as bytes: equal for equal states.
  public var bytes: [UInt8] {
    let table = SentenceTable(statistics.sentences + syntax.sentences + sample.sentences)
    var writer = StateWriter()
    writer.write(Self.version)
    for text in [options.model, options.weights] { writer.write(text) }
    for number in [options.shape.layers, options.shape.heads, options.seed] { writer.write(number) }
    for text in [options.grouping?.rawValue ?? "", options.sample] { writer.write(text) }
    for number in [sentences, tokens] { writer.write(number) }
    writer.write(instructions.count)
    for name in instructions.sorted() { writer.write(name) }
    writer.write(ownProblems.count)
    for (kind, count) in ownProblems.sorted(by: { $0.key < $1.key }) {
      writer.write(kind)
      writer.write(count)
    }
    identities.write(to: &writer)
    writer.write(table.sentences.count)
    for sentence in table.sentences {
      writer.write(sentence.identity)
      writer.write(sentence.text)
    }
    sample.write(to: &writer, sentences: table)
    statistics.write(to: &writer, sentences: table)
    syntax.write(to: &writer, sentences: table)
    writer.write(groups.count)
    for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
      writer.write(name)
      group.write(to: &writer, sentences: table)
    }
    return writer.bytes
  }

  private static let version = 1
  /// No encoder has more heads.
  private static let mostHeads = 1 << 16

  /// Reads a state from its bytes. They are not trusted.
  public init(bytes: [UInt8]) throws(SurveyError) {
    var reader = StateReader(bytes)
    guard try reader.read() == Self.version else { throw StateReader.damage }
    let (model, weights) = (try reader.readText(), try reader.readText())
    let layers = try reader.read(in: 1..<Self.mostHeads)
    let heads = try reader.read(in: 1..<Self.mostHeads)
    guard layers * heads < Self.mostHeads else { throw StateReader.damage }
    // What a damaged file says must not fill memory: every head takes bytes.
    try reader.checkRoom(for: layers * heads, taking: StatisticsState.leastBytes)
    let seed = try reader.read()
    let grouping = try reader.readText()
    guard grouping.isEmpty || SurveyGrouping(rawValue: grouping) != nil else { throw StateReader.damage }
    self.init(
      SurveyOptions(
        model: model, weights: weights, shape: SurveyShape(layers: layers, heads: heads), seed: seed,
        grouping: SurveyGrouping(rawValue: grouping), sample: try reader.readText()))
    sentences = try reader.readTally()
    tokens = try reader.readTally()
    for _ in 0..<(try reader.readCount()) { instructions.insert(try reader.readText()) }
    for _ in 0..<(try reader.readCount()) { ownProblems[try reader.readText()] = try reader.readTally() }
    identities = try Identities(from: &reader)
    var table: [SurveyedSentence] = []
    for _ in 0..<(try reader.readCount()) {
      table.append(SurveyedSentence(identity: try reader.readText(), text: try reader.readText(), seed: seed))
    }
    sample = try SentenceSample(from: &reader, sentences: table)
    statistics = try StatisticsState(shape: options.shape, isWhole: true, from: &reader, sentences: table)
    syntax = try SyntaxState(shape: options.shape, from: &reader, sentences: table)
    for _ in 0..<(try reader.read(in: 0..<SurveyGrouping.mostGroups + 1)) {
      let name = try reader.readText()
      groups[name] = try StatisticsState(shape: options.shape, isWhole: false, from: &reader, sentences: table)
    }
    guard reader.isAtEnd else { throw StateReader.damage }
  }
}
