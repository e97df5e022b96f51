import Activations
import Insights
import JSON
import Support
import TestSupport
import Testing

@testable import Survey

/// What is kept of a survey, and its file.
@Suite struct SurveyStateTests {
  private static let model = Synthetic.model(layers: 2, heads: 3)
  private static let options = SurveyOptions(
    model: "synthetic", weights: "fnv:1", shape: SurveyShape(layers: 2, heads: 3), seed: 7, grouping: .length)

  /// Sentences of different lengths, and what a made-up encoder computes for them.
  private static let corpus: [(sentence: CorpusSentence, encoding: Encoding)] = (0..<40).map { number in
    let words = (0..<1 + number * 7 % 13).map { "w\($0)" }
    let input = Synthetic.input(words)
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let text = words.joined(separator: " ")
    let encoding = Encoding(
      request: EncodeRequest(texts: [text]), input: input, mask: mask,
      trace: Synthetic.trace(input, mask: mask, model: model))
    return (CorpusSentence(identity: "s\(number)", text: text), encoding)
  }

  private static func state(_ places: some Sequence<Int>) throws -> SurveyState {
    let collector = SurveyCollector(options)
    var state = SurveyState(options)
    for place in places {
      let isNew = state.note(corpus[place].sentence.identity)
      #expect(isNew)
      #expect(try collector.add(corpus[place].sentence, corpus[place].encoding))
      if place % 9 == 0 { state.count(problem: "cut") }
    }
    collector.move(into: &state)
    return state
  }

  private static func file(_ state: SurveyState) throws -> [UInt8] {
    let distances = DistanceSums(shape: options.shape)
    for sentence in state.sampledSentences {
      distances.add(try #require(corpus.first { $0.sentence.identity == sentence.identity }).encoding)
    }
    var bytes: [UInt8] = []
    try SurveyFile.write(state.survey(distances: distances.result), state: state) { bytes += $0 }
    return bytes
  }

  /// Any split into parts, in any order, through bytes and back, gives the same file.
  @Test(arguments: [1, 2, 3, 7, 40]) func splitsGiveTheSameBytes(parts: Int) throws {
    let whole = try Self.file(Self.state(Self.corpus.indices))
    var generator = SplitMix(state: UInt64(parts))
    let order = Self.corpus.indices.shuffled(using: &generator)
    let states = try (0..<parts).map { part in
      try Self.state(order.enumerated().filter { $0.offset % parts == part }.map(\.element))
    }.shuffled(using: &generator)
    var merged = SurveyState(Self.options)
    for state in states { try merged.merge(SurveyState(bytes: state.bytes)) }
    #expect(try Self.file(merged) == whole)
    // In a tree, too.
    var halves = [SurveyState(Self.options), SurveyState(Self.options)]
    for (index, state) in states.enumerated() { try halves[index % 2].merge(state) }
    try halves[1].merge(halves[0])
    #expect(try Self.file(halves[1]) == whole)
  }

  /// What is said where a part is refused.
  private static func refusal(of part: SurveyState, by state: SurveyState) -> String? {
    var state = state
    do throws(SurveyError) {
      try state.merge(part)
      return nil
    } catch {
      return error.text.description
    }
  }

  /// A sentence that two parts have is refused by name, and so are parts of other encoders and options.
  @Test func whatDoesNotBelongTogetherIsRefused() throws {
    var state = try Self.state(0..<5)
    let isKnown = !state.note("s3")
    #expect(isKnown)
    let before = state
    let other = try Self.state(4..<9)
    #expect(Self.refusal(of: other, by: state) == "the sentence 's4' is in more than one part")
    #expect(state == before)
    var others = [Self.options, Self.options, Self.options, Self.options]
    others[0].weights = "fnv:2"
    others[1].seed = 8
    others[2].grouping = nil
    others[3].sample = "100 of x"
    for options in others { #expect(Self.refusal(of: SurveyState(options), by: state) != nil) }
  }

  /// Means, deviations and quantiles are those of the numbers of the sentences.
  @Test func figuresAreThoseOfTheSentences() throws {
    let survey = try Self.state(Self.corpus.indices).survey()
    var largest = 0.0
    for statistic in HeadStatistic.all {
      let figures = try #require(survey[SurveyNumber(.statistic(statistic))])
      for (place, figure) in figures.enumerated() {
        let numbers = Self.corpus.map { HeadStatistics.table(of: $0.encoding)[place / 3][place % 3][statistic] }
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - 1)
        largest = max(largest, abs(figure.mean - mean), abs((figure.deviation ?? -1) - variance.squareRoot()))
        #expect(figure.count == Self.corpus.count)
        #expect(figure.interval.contains(figure.mean))
        let sorted = numbers.sorted()
        // Within a bin of the middle, whose width grows with the number.
        let median = try #require(figure.quantiles)[2]
        let room = statistic.unit == .positions ? max(1.0 / 16, sorted[20] / 128) : 1.0 / 128
        #expect((sorted[18] - room...sorted[21] + room).contains(median), "\(statistic.name) \(median) \(sorted)")
        let strongest = figure.witnesses.strongest.map(\.value)
        #expect(zip(strongest, sorted.reversed()).allSatisfy { abs($0 - $1) < 1e-8 } && strongest.count == 5)
      }
    }
    print("largest difference of means and deviations: \(largest)")
    #expect(largest < 2e-9)
  }

  /// A file says what the survey said.
  @Test func filesComeBack() throws {
    let state = try Self.state(Self.corpus.indices)
    let bytes = try Self.file(state)
    var reader = SurveyReader()
    for line in Lines(of: bytes).lines where !line.starts(with: "{\"state\"".utf8) { try reader.read(line) }
    let survey = try reader.survey()
    var again: [UInt8] = []
    try SurveyFile.write(survey, state: state) { again += $0 }
    #expect(again == bytes)
    #expect(survey.header.problems == ["cut": 5])
    #expect(survey.groups.map(\.name) == ["1-8", "9-16"])
    #expect(survey.distances?.sentences == 40)
    var found: [SurveyState] = []
    try SurveyFile.states(in: bytes) { found.append($0) }
    #expect(found == [state])
  }

  /// A survey whose groups, too, have sentences, which only somebody else can have written, is written again.
  @Test func sentencesOfGroupsAreWritten() throws {
    var survey = try Self.state(0..<6).survey()
    let other = SurveyedSentence(identity: "other", text: "another", seed: 7)
    let number = try #require(survey.numbers.first)
    var figure = SurveyFigure()
    figure.witnesses = Witnesses(strongest: [Witness(other, value: 1)], against: [], sampled: [])
    survey.groups[0].figures[number]?[0] = figure
    var reader = SurveyReader()
    try SurveyFile.write(survey, state: nil) { try reader.read($0.dropLast()) }
    #expect(try reader.survey().groups[0].figures[number]?[0].witnesses == figure.witnesses)
  }

  /// Whatever is cut or changed in a state is an error or another state, and never a trap.
  @Test func damagedStatesAreErrors() throws {
    let bytes = try Self.state(0..<6).bytes
    for end in stride(from: 0, to: bytes.count, by: max(bytes.count / 60, 1)) {
      #expect(throws: SurveyError.self) { try SurveyState(bytes: Array(bytes[..<end])) }
    }
    var generator = SplitMix(state: 1)
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<3 {
        damaged[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let state = try? SurveyState(bytes: damaged) else { continue }
      _ = state.survey()
      var whole = try Self.state(6..<9)
      try? whole.merge(state)
      _ = whole.survey()
    }
  }

  /// A few bytes that speak of many heads are an error, before there is memory for these (of 65,025 heads: 13 GB).
  @Test(arguments: [(32, 32), (8, 8000), (255, 255)]) func headsTakeBytes(layers: Int, heads: Int) {
    var writer = StateWriter()
    writer.write(1)
    for text in ["model", "weights"] { writer.write(text) }
    for number in [layers, heads] { writer.write(number) }
    #expect(throws: SurveyError.self) { try SurveyState(bytes: writer.bytes + [0, 0, 0, 0]) }
  }

  /// The header of a survey says how many figures there are: without their lines it is an error.
  @Test func linesThatAreMissingAreSaid() throws {
    var survey = try Self.state(0..<6).survey()
    survey.groups = Array(survey.groups.prefix(1))
    var lines: [[UInt8]] = []
    try SurveyFile.write(survey, state: nil) { lines.append($0.dropLast()) }
    func refusal(without isLeftOut: (JSONValue) -> Bool) throws -> String? {
      var reader = SurveyReader()
      for line in lines where try !isLeftOut(JSONValue(parsing: line)) { try reader.read(line) }
      do throws(SurveyError) {
        _ = try reader.survey()
        return nil
      } catch {
        return "\(error.text)"
      }
    }
    let name = survey.numbers[1].name
    #expect(try refusal { _ in false } == nil)
    #expect(
      try refusal { $0["number"]?.stringValue == name && $0["group"] == nil && $0["layer"]?.intValue == 1 }
        == "lines are missing: the number '\(name)' is there for 3 of 6 heads")
    let group = survey.groups[0].name
    #expect(
      try refusal {
        $0["number"]?.stringValue == name && $0["group"] != nil && $0["layer"]?.intValue == 0
          && $0["head"]?.intValue == 2
      } == "lines are missing: the number '\(name)' of the group '\(group)' is there for 5 of 6 heads")
    // What a group does not have at all, it may do without.
    #expect(try refusal { $0["number"]?.stringValue == name && $0["group"] != nil } == nil)
  }

  /// Fixed edges: every number lies between those of its bin.
  @Test(arguments: [HeadStatistic.Unit.share, .nats, .positions]) func numbersLieInTheirBins(unit: HeadStatistic.Unit) {
    let bins = Bins(unit)
    let (end, step): (Double, Double) =
      switch unit {
      case .share: (1, 0.0007)
      case .nats: (9.99, 0.0007)
      case .positions: (8191, 0.37)
      }
    for number in stride(from: 0, to: end, by: step) {
      let index = bins.index(of: FixedPoint.rounded(number) ?? -1)
      #expect(bins.edge(index) <= number + 1e-9 && number - 1e-9 < bins.edge(index + 1))
    }
    #expect(bins.index(of: .max >> 16) == bins.count - 1)
  }

  /// Points on a plane come back from their distances, up to turning and mirroring: all distances are the same.
  @Test func mapsKeepDistances() {
    let points: [(Double, Double)] = (0..<12).map { number in (Double(number * 5 % 7), Double(number * 3 % 11)) }
    func distance(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
      let (x, y) = (a.0 - b.0, a.1 - b.1)
      return (x * x + y * y).squareRoot()
    }
    let map = classicalScaling(points.map { a in points.map { distance(a, $0) } })
    for i in points.indices {
      for j in points.indices {
        let found = distance((map[i].x, map[i].y), (map[j].x, map[j].y))
        let given = distance(points[i], points[j])
        #expect(abs(found - given) < 1e-9)
      }
    }
    let largest = map.map { $0.x }.max { abs($0) < abs($1) } ?? 0
    #expect(largest > 0)
  }

  /// Runs of numbers and other identities, in any order, each once.
  @Test func identitiesAreCountedOnce() throws {
    var generator = SplitMix(state: 5)
    let all = (0..<300).flatMap { ["a:\($0)", "b:\(3 * $0)", "x\($0)y", "0\($0)"] }.shuffled(using: &generator)
    var identities = Identities()
    let new = all.count { identities.insert($0) }
    let again = all.count { identities.insert($0) }
    #expect((new, again) == (all.count, 0))
    var (left, right) = (Identities(), Identities())
    for (index, identity) in all.enumerated() {
      if index % 3 == 0 { _ = left.insert(identity) } else { _ = right.insert(identity) }
    }
    let first = left.merge(right)
    #expect(first == nil)
    #expect(left == identities)
    let second = left.merge(right)
    #expect(second != nil)
    var writer = StateWriter()
    identities.write(to: &writer)
    var reader = StateReader(writer.bytes)
    #expect(try Identities(from: &reader) == identities)
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 1
    return SentenceHash(value: state).draw(0)
  }
}
