import Activations
import Explorer
import Models
import Support
import Synchronization

/// From where on a computation is told of before and while it runs.
package struct Patience: Sendable {
  /// Shorter texts are not looked at.
  package var tokens: Int
  /// Seconds that nobody minds to wait.
  package var seconds: Double
  /// The same where attention is computed in parts, which is told in any case that can be noticed.
  package var secondsInParts: Double

  package init(tokens: Int, seconds: Double, secondsInParts: Double) {
    self.tokens = tokens
    self.seconds = seconds
    self.secondsInParts = secondsInParts
  }

  /// Of a person at a screen.
  package static let ofPerson = Patience(tokens: 512, seconds: 2, secondsInParts: 0.25)
}

/// A computation that may take long: how long is told before it begins, and then how far it is.
struct LongComputation {
  /// How many characters of a text are computed to measure the machine.
  private static let measuredCharacters = 1500

  let id: Int
  let model: Model
  let request: EncodeRequest
  let input: TokenizedInput
  let patience: Patience
  let report: @Sendable (Message) -> Void

  /// Nil where a request is short, or what it asks for was computed elsewhere.
  init?(
    id: Int, _ request: EncodeRequest, on model: any EncodingSource, _ patience: Patience,
    report: (@Sendable (Message) -> Void)?
  ) {
    guard let report, let model = model as? Model else { return nil }
    let bytes = request.texts.reduce(request.pair?.utf8.count ?? 0) { max($0, $1.utf8.count) }
    // Before anything is tokenized: a token has a character at least.
    guard bytes >= patience.tokens || (request.padTo ?? 0) >= patience.tokens,
      let inputs = try? model.tokenize(request), inputs.indices.contains(request.sentence),
      inputs[request.sentence].count >= patience.tokens
    else { return nil }
    input = inputs[request.sentence]
    (self.id, self.model, self.request, self.patience, self.report) = (id, model, request, patience, report)
  }

  private var tokens: Int { input.count }

  /// Computes it, and tells how far that is.
  func encode(
    _ storage: ProbabilityStorage, _ time: ForwardTime, isCancelled: @Sendable () -> Bool
  ) throws -> Encoding {
    try model.encode(
      input, sentence: request.sentence, of: request, storage: told(storage, time), isCancelled: isCancelled)
  }

  /// Where nothing is known of the machine yet, the beginning of the text is computed: that takes a hundredth of the time.
  func measure(into time: inout ForwardTime, isCancelled: @Sendable () -> Bool) {
    guard !time.isKnown, request.texts.indices.contains(request.sentence) else { return }
    let beginning = EncodeRequest(texts: [String(request.texts[request.sentence].prefix(Self.measuredCharacters))])
    let start = MonotonicClock.now
    guard
      let encoding = try? model.encode(beginning, storage: ProbabilityStorage(), isCancelled: isCancelled)
    else { return }
    time.add(encoding, seconds: (MonotonicClock.now - start) / .seconds(1))
  }

  /// The same storage, which tells how far the computation is where it takes long.
  private func told(_ storage: ProbabilityStorage, _ time: ForwardTime) -> ProbabilityStorage {
    guard let seconds = time.seconds(tokens: tokens) else { return storage }
    let beginning = ComputationProgress(
      id: id, tokens: tokens, isInParts: false, probabilityBytes: model.description.probabilityBytes(positions: tokens),
      otherBytes: model.description.vectorBytes(positions: tokens), seconds: seconds)
    let course = Course()
    var told = storage
    told.progress = { [report, patience] share, isInParts in
      guard seconds >= (isInParts ? patience.secondsInParts : patience.seconds),
        course.moves(to: share)
      else { return }
      var progress = beginning
      (progress.isInParts, progress.share) = (isInParts, share)
      report(.progress(progress))
    }
    return told
  }

  /// What is known on the way.
  private final class Course: Sendable {
    private let told = Mutex(-1.0)

    /// Whether a share is to be told: every hundredth is.
    func moves(to share: Double) -> Bool {
      told.withLock { told in
        guard share - told >= 0.01 else { return false }
        told = share
        return true
      }
    }
  }
}
