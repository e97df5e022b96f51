import Activations
import Synchronization

/// Measures sentences on whichever thread has computed them, and adds them up.
///
/// Each thread adds to a state of its own; that these are merged changes nothing.
public final class SurveyCollector: Sendable {
  private let options: SurveyOptions
  /// The states that no thread is adding to at the moment.
  private let idle = Mutex<[SurveyState]>([])

  /// Nothing yet.
  public init(_ options: SurveyOptions) { self.options = options }

  /// Adds a sentence.
  ///
  /// - Returns: false where some number of it is none: then nothing was added.
  /// - Throws: where there are too many groups.
  public func add(_ corpus: CorpusSentence, _ encoding: Encoding) throws(SurveyError) -> Bool {
    let text = Self.seen(of: corpus.text, in: encoding.input)
    let sentence = SurveyedSentence(identity: corpus.identity, text: text, seed: options.seed)
    guard let measured = MeasuredSentence(corpus, sentence, encoding, options.grouping) else { return false }
    var state = idle.withLock { $0.popLast() } ?? SurveyState(options)
    defer { idle.withLock { $0.append(state) } }
    try state.add(measured)
    return true
  }

  /// What the encoder saw of a text: of one that was cut, no more is kept.
  private static func seen(of text: String, in input: TokenizedInput) -> String {
    guard input.droppedTokens > 0 else { return text }
    return String(text.unicodeScalars.prefix(input.offsets.map(\.upperBound).max() ?? 0))
  }

  /// Adds everything that was collected to `state`, and begins anew. No thread may be adding.
  public func move(into state: inout SurveyState) {
    for collected in idle.withLock({ states in
      defer { states = [] }
      return states
    }) {
      state.add(collected)
    }
  }
}
