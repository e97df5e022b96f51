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
  private static let windowTokens = 1 << 16

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
      let window = try nextWindow(&reader)
      if window.isEmpty { break }
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

  /// A window that was read: sentences that can be computed.
  private mutating func nextWindow(_ reader: inout CorpusReader) throws -> [(CorpusSentence, TokenizedInput)] {
    var window: [(CorpusSentence, TokenizedInput)] = []
    var tokens = 0
    while window.count < Self.windowSentences, tokens < Self.windowTokens, let item = try reader.next() {
      switch item {
      case .problem(let problem):
        report(problem.kind.rawValue, problem.text)
      case .sentence(let sentence, let line):
        if let sample, !sample.has(sentence.identity) { continue }
        guard state.note(sentence.identity) else {
          report("double", "line \(line): the sentence '\(sentence.identity)' was there before: left out")
          continue
        }
        do {
          let input = try model.tokenizeAlone(sentence.text)
          if input.droppedTokens > 0 {
            report("cut", "line \(line): it is cut to the \(input.count) tokens that the encoder takes")
          }
          window.append((sentence, input))
          tokens += input.count
        } catch {
          report("unknownToken", "line \(line): \(error.text): left out")
        }
      }
    }
    return window
  }

  private mutating func report(_ kind: String, _ text: MessageText) {
    state.count(problem: kind)
    progress.say(text)
  }

  private mutating func add(_ window: [(CorpusSentence, TokenizedInput)]) throws {
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
    if !state.problems.isEmpty {
      StandardStreams.note("left out or changed: \(words: Self.counts(of: state.problems))")
    }
    progress.finish(sentences: state.sentences, tokens: state.tokens)
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
      let inputs = try texts.map { try model.tokenizeAlone($0) }
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
