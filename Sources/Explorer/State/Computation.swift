import Activations
import Insights

/// What a prediction layer makes of a sentence.
public struct Classification: Sendable, Equatable {
  /// By their ids.
  public let labels: [String]
  /// Of each label; they sum to 1.
  public let probabilities: [Double]

  /// Labels by their ids, and the probability of each.
  public init(labels: [String], probabilities: [Double]) {
    self.labels = labels
    self.probabilities = probabilities
  }
}

/// The result of a request.
public struct Computation: Sendable, Equatable {
  /// The number of the request.
  public private(set) var id: Int
  /// What the encoder computed, with what was asked for.
  public private(set) var encoding: Encoding
  /// The words that pieces were joined into; nil where every token stands for itself.
  public private(set) var joined: WordGroups?
  /// How far the real tokens lie from the same sentence, masked in the same way, without padding; nil without PAD.
  public let paddingEffect: TraceDifference?
  /// How far the real tokens lie from the same computation without interventions; nil if there are none.
  public let interventionEffect: TraceDifference?
  /// The predictions for `[MASK]` without the interventions.
  public let predictionsBefore: [MaskPrediction]
  /// What a session keeps of the result: the mean entropy of each layer, in nats.
  public let fingerprint: Fingerprint
  /// The largest probability of each head, [layer][head].
  public private(set) var largest: [[Float]]
  /// The largest probability of any head.
  public private(set) var largestOfAll: Float
  /// What was taken of all heads while they were computed, [layer][head]; nil where nothing was, because there are few tokens.
  public private(set) var overviews: [[HeadOverview]]?
  /// Whether there is no NaN and no infinity in what was computed.
  public let isFinite: Bool
  /// The first of those; nil where there is none.
  public let oddNumber: OddNumber?
  /// What a prediction layer on top makes of the sentence; nil where there is none.
  public var classification: Classification?
  /// What `--model` would take for the weights that computed it; nil where that is not known.
  public var model: String?
  /// A cache for what was drawn of it.
  package private(set) var drawings = DrawingMemory()

  /// Answers request `id`; compares with the same `unpadded` and `withoutInterventions`, each nil where there is none. `joined` are the
  /// words whose pieces were joined in `encoding`; nil where every token stands for itself.
  public init(
    id: Int, encoding: Encoding, unpadded: Encoding? = nil, withoutInterventions: Encoding? = nil,
    joined: WordGroups? = nil
  ) {
    self.id = id
    self.joined = joined
    self.encoding = encoding
    paddingEffect = unpadded.flatMap { TraceDifference(encoding, $0) }
    interventionEffect = withoutInterventions.flatMap { TraceDifference(encoding, $0) }
    predictionsBefore = withoutInterventions?.predictions ?? []
    overviews = encoding.trace.overviews
    fingerprint = Fingerprint(encoding)
    isFinite = fingerprint.meanEntropies.allSatisfy(\.isFinite) && OddNumber.vectorsAreFinite(in: encoding.trace)
    oddNumber = isFinite ? nil : OddNumber.first(in: encoding.trace)
    largest = Computation.largest(of: encoding)
    largestOfAll = largest.joined().max() ?? 0
  }

  private static func largest(of encoding: Encoding) -> [[Float]] {
    if let overviews = encoding.trace.overviews { return overviews.map { $0.map(\.largest) } }
    // Of what is read in parts, no probability can be larger than 1.
    if encoding.trace.isReadInParts { return encoding.trace.layers.map { Array(repeating: 1, count: $0.heads) } }
    return largestProbabilities(of: encoding)
  }

  private static func largestProbabilities(of encoding: Encoding) -> [[Float]] {
    encoding.trace.layers.map { layer in (0..<layer.heads).map { layer.probabilities(head: $0).largest() } }
  }

  /// The same with pieces of words joined into words. What a session keeps of it, and how far it lies from others, stays that of the
  /// pieces.
  public func joiningWords() -> Computation {
    var other = self
    let words = WordGroups(encoding.input)
    other.joined = words
    other.encoding = encoding.joined(words)
    other.overviews = other.encoding.trace.overviews
    other.largest = Computation.largest(of: other.encoding)
    other.largestOfAll = other.largest.joined().max() ?? 0
    other.drawings = DrawingMemory()
    return other
  }

  /// The same with sentences or paragraphs for tokens, in one head; nothing is known of the others.
  func segmented(_ found: SegmentedHead, of head: HeadIndex, countFrom: Int) -> Computation {
    var other = self
    let trace = encoding.trace
    other.joined = found.groups
    other.encoding = Encoding(
      request: encoding.request, input: found.input(encoding.input, countFrom: countFrom), mask: found.mask,
      modeMask: found.modeMask,
      trace: AttentionTrace(
        layers: trace.layers.indices.map { layer in
          trace.layers[layer].segmented(found.attention, head: layer == head.layer ? head.head : nil)
        }, hiddenStates: []),
      predictions: encoding.predictions?.map {
        MaskPrediction(
          position: found.groups.index(at: $0.position), candidates: $0.candidates, original: $0.original)
      })
    other.overviews = nil
    let largest = found.attention.probabilities.largest()
    other.largest = trace.layers.map { Array(repeating: 0, count: $0.heads) }
    other.largest[head.layer][head.head] = largest
    other.largestOfAll = largest
    other.drawings = DrawingMemory()
    return other
  }

  /// The same as the answer to another request of the same.
  public func numbered(_ id: Int) -> Computation {
    var other = self
    other.id = id
    return other
  }

  /// Two computations are the same when they answer the same request of the same number: what they hold follows.
  public static func == (a: Computation, b: Computation) -> Bool {
    a.id == b.id && a.joined == b.joined && a.encoding.request == b.encoding.request && a.fingerprint == b.fingerprint
  }
}
