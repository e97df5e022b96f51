import Activations
import Compute
import Exporting
import Models
import Support
import Survey
import Synchronization

/// Streams a corpus through an encoder.
///
/// Sentences are taken in windows: those of a window are computed in groups of like length, on all threads, in any order. After each
/// window the state is that of all sentences before a place of the corpus.
struct SurveyRun {
  let model: Model
  private(set) var state: SurveyState
  let sample: CorpusSample?
  private let progress = SurveyProgress()

  /// How much is read before it is computed: enough that the longest do not wait for each other.
  static let windowSentences = 1024
  private static let windowBytes = 1 << 18

  init(model: Model, state: SurveyState, sample: CorpusSample?) {
    self.model = model
    self.state = state
    self.sample = sample
  }

  /// Computes all that is left.
  ///
  /// - Parameter save: is given the state now and then, and the place in the corpus that it belongs to.
  mutating func compute(
    _ reader: inout CorpusReader, saveEvery seconds: Double = 5, save: (SurveyState, CorpusPlace) throws -> Void
  ) throws {
    state.note(instructions: Processor.kernels)
    progress.begin(sentences: state.sentences, bytes: reader.bytesRead)
    defer { progress.end() }
    var lastSave = MonotonicClock.now
    var saving = 0.0
    while true {
      let (before, place) = (state, reader.place)
      guard let window = try nextWindow(&reader) else { break }
      do {
        try Interruption.check()
        try add(window)
      } catch let error where error is CancellationError || error is Interruption {
        // What was noted of the window is left out.
        state = before
        try save(state, place)
        try Interruption.check()
        throw error
      }
      progress.show(state.sentences, bytes: reader.bytesRead, of: reader.bytes)
      let now = MonotonicClock.now
      // Saving takes no more than a fiftieth of the time.
      if (now - lastSave).seconds > (seconds > 0 ? max(seconds, 50 * saving) : 0) {
        try save(state, reader.place)
        lastSave = MonotonicClock.now
        saving = (lastSave - now).seconds
      }
    }
  }

  /// The next window: those of its sentences that can be computed; nil at the end.
  private mutating func nextWindow(_ reader: inout CorpusReader) throws -> [(CorpusSentence, TokenizedInput)]? {
    var read: [(sentence: CorpusSentence, line: Int)] = []
    var bytes = 0
    while read.count < Self.windowSentences, bytes < Self.windowBytes, let item = try reader.next() {
      switch item {
      case .problem(let problem):
        report(problem.kind.rawValue, problem.text)
      case .sentence(let sentence, let line):
        if let sample, !sample.has(sentence.identity) { continue }
        guard state.note(sentence.identity) else {
          report("double", "line \(line): the sentence '\(sentence.identity)' was there before: left out")
          continue
        }
        read.append((sentence, line))
        bytes += sentence.text.utf8.count
      }
    }
    if read.isEmpty { return nil }
    var window: [(CorpusSentence, TokenizedInput)] = []
    for (item, result) in zip(read, model.tokenizeEachAlone(read.map(\.sentence.text))) {
      switch result {
      case .success(let input):
        if input.droppedTokens > 0 {
          report("cut", "line \(item.line): it is cut to the \(input.count) tokens that the encoder takes")
        }
        window.append((item.sentence, input))
      case .failure(let error):
        report("unknownToken", "line \(item.line): \(error.text): left out")
      }
    }
    return window
  }

  private mutating func report(_ kind: String, _ text: MessageText) {
    state.count(problem: kind)
    progress.say(text)
  }

  private mutating func add(_ window: [(CorpusSentence, TokenizedInput)]) throws {
    if window.isEmpty { return }
    let collector = SurveyCollector(state.options)
    let withoutNumbers = Mutex<[String]>([])
    try model.encodeEach(
      window.map(\.1), of: EncodeRequest(texts: window.map(\.0.text)), isCancelled: { Interruption.isRequested }
    ) { encoding in
      let sentence = window[encoding.request.sentence].0
      guard try !collector.add(sentence, encoding) else { return }
      withoutNumbers.withLock { $0.append(sentence.identity) }
    }
    collector.move(into: &state)
    for identity in withoutNumbers.withLock({ $0.sorted() }) {
      report("notNumbers", "what the encoder makes of the sentence '\(identity)' is not all numbers: left out")
    }
  }

  /// Writes the survey, and says what was left out.
  mutating func finish(to output: String, distances: Bool) throws {
    guard state.sentences > 0 else {
      throw CommandError("there is no sentence to compute: \(words: Self.counts(of: state.problems))")
    }
    try Self.write(state, distances ? Self.distances(of: state.sampledSentences, model) : nil, to: output)
    noteProblems()
    progress.finish(sentences: state.sentences, tokens: state.tokens)
  }

  /// Says what was left out or changed, and how often.
  func noteProblems() {
    if state.problems.isEmpty { return }
    StandardStreams.note("left out or changed: \(words: Self.counts(of: state.problems))")
  }

  private static func counts(of problems: [String: Int]) -> String {
    problems.isEmpty
      ? "the corpus is empty"
      : problems.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// How far the heads are from each other in some sentences.
  static func distances(of sentences: [SurveyedSentence], _ model: Model) throws -> SurveyDistances? {
    let sums = DistanceSums(
      shape: SurveyShape(layers: model.description.layers, heads: model.description.heads))
    // A few at a time, so that memory holds them whatever their lengths.
    for start in stride(from: 0, to: sentences.count, by: 128) {
      let texts = sentences[start..<min(start + 128, sentences.count)].map(\.text)
      let inputs = try model.tokenizeEachAlone(texts).map { try $0.get() }
      try model.encodeEach(
        inputs, of: EncodeRequest(texts: texts), isCancelled: { Interruption.isRequested }
      ) { sums.add($0) }
      try Interruption.check()
    }
    return sums.result
  }

  static func write(_ state: SurveyState, _ distances: SurveyDistances?, to output: String) throws {
    let file = try OutputFile(output == "-" ? .standardOutput : .path(output), randomAccess: false)
    try SurveyFile.write(state.survey(distances: distances), state: state) { try file.append($0) }
    try file.finish()
  }
}

/// The sentences of a sample: those with the smallest hashes.
struct CorpusSample: Sendable {
  private let seed: Int
  private let count: Int
  /// The largest hash of a sentence in it.
  private let largest: SentenceHash?
  private let files: [String]

  /// Draws from a corpus, which is read through for this.
  init(_ count: Int, of reader: CorpusReader, seed: Int) throws {
    var reader = reader
    var hashes: [SentenceHash] = []
    while let item = try reader.next() {
      guard case .sentence(let sentence, _) = item else { continue }
      hashes.append(SentenceHash(seed: seed, identity: sentence.identity))
      if hashes.count >= 2 * count + 4096 { hashes = Array(hashes.sorted().prefix(count)) }
    }
    largest = hashes.sorted().prefix(count).last
    self.seed = seed
    self.count = count
    files = reader.files.map(\.digest)
  }

  /// Whether a sentence was drawn.
  func has(_ identity: String) -> Bool {
    largest.map { SentenceHash(seed: seed, identity: identity) <= $0 } ?? false
  }

  /// How many of which files.
  var description: String { "\(count) of \(files.sorted().joined(separator: " "))" }
}

extension Model {
  /// The tokens of each text, without PAD, on all threads.
  func tokenizeEachAlone(_ texts: [String]) -> [Result<TokenizedInput, ModelError>] {
    let results = Mutex([Result<TokenizedInput, ModelError>?](repeating: nil, count: texts.count))
    let chunk = 32
    ThreadTeam.shared.forEach((texts.count + chunk - 1) / chunk) { part, _ in
      let places = part * chunk..<min((part + 1) * chunk, texts.count)
      let found = places.map { place in
        Result { () throws(ModelError) in try tokenizeAlone(texts[place]) }
      }
      results.withLock { for (place, result) in zip(places, found) { $0[place] = result } }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
