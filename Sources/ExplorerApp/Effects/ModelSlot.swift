import Activations
import Explorer
import Models
import Support

/// A model in memory, and what is kept of its last computations.
struct ModelSlot {
  let reference: String
  let model: any EncodingSource
  /// Whether its weights are those of a run of training.
  let isTrained: Bool
  /// How long its computations take here.
  private var time: ForwardTime
  /// The last sentence without padding, which a whole series of paddings is compared with.
  private var unpadded: Encoding?
  /// What was computed before it was asked for; once, and then forgotten.
  private var ahead: Encoding?
  /// The last one without changes by hand, which a series of them is compared with.
  private var withoutInterventions: Encoding?

  /// - Parameters:
  ///   - reference: what the model is called on a command line.
  ///   - ahead: what was computed of it before anything was asked for.
  init(reference: String, model: any EncodingSource, isTrained: Bool = false, ahead: Encoding? = nil) {
    self.ahead = ahead
    time = ForwardTime(model.description)
    self.reference = reference
    self.model = model
    self.isTrained = isTrained
  }

  /// - Parameters:
  ///   - storage: what becomes of the probabilities.
  ///   - patience: from where on a computation is told of.
  ///   - report: is told how far a long computation is; nil where nobody waits for it.
  mutating func compute(
    id: Int, _ request: EncodeRequest, storage: ProbabilityStorage, patience: Patience = .ofPerson,
    report: (@Sendable (Message) -> Void)? = nil, isCancelled: @Sendable () -> Bool
  ) throws -> Computation {
    let encoding =
      try ahead.flatMap { $0.request == request ? $0 : nil }
      ?? measured(id: id, request, storage: storage, patience, report: report, isCancelled: isCancelled)
    ahead = nil
    // What would only be compared with it is not computed where comparing takes as long as computing.
    let plain = encoding.trace.isReadInParts ? nil : request.withoutInterventions
    if let plain, withoutInterventions?.request != plain {
      withoutInterventions = try model.encode(plain, storage: storage, isCancelled: isCancelled)
    }
    var alone: EncodeRequest?
    // What was computed elsewhere was not computed without padding.
    if encoding.input.realCount < encoding.input.count, model.description.recorded == nil,
      !encoding.trace.isReadInParts
    {
      var request = request
      (request.texts, request.sentence) = ([request.texts[request.sentence]], 0)
      (request.padTo, request.padSide) = (nil, .right)
      alone = request
      if unpadded?.request != request {
        unpadded = try model.encode(request, storage: storage, isCancelled: isCancelled)
      }
    }
    return Computation(
      id: id, encoding: encoding, unpadded: alone == nil ? nil : unpadded,
      withoutInterventions: plain == nil ? nil : withoutInterventions)
  }

  /// Computes a request, and notes how long that took.
  private mutating func measured(
    id: Int, _ request: EncodeRequest, storage: ProbabilityStorage, _ patience: Patience,
    report: (@Sendable (Message) -> Void)?, isCancelled: @Sendable () -> Bool
  ) throws -> Encoding {
    let long = LongComputation(id: id, request, on: model, patience, report: report)
    long?.measure(into: &time, isCancelled: isCancelled)
    let start = MonotonicClock.now
    let encoding =
      try long?.encode(storage, time, isCancelled: isCancelled)
      ?? model.encode(request, storage: storage, isCancelled: isCancelled)
    time.add(encoding, seconds: (MonotonicClock.now - start) / .seconds(1))
    return encoding
  }
}
