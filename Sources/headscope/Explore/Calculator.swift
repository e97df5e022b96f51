import Activations
import Explorer
import Models
import Support

/// Whoever does the work that the explorer asks for.
protocol Worker {
  /// - Returns: The answer for the reducer; nil where an analysis was cancelled.
  mutating func answer(_ effect: Effect, isCancelled: @Sendable () -> Bool) throws -> Message?
}

extension Worker {
  /// The same, without anybody who could say that it is not wanted any more.
  mutating func answer(_ effect: Effect) throws -> Message? { try answer(effect, isCancelled: { false }) }
}

/// Computes what the explorer asks for; the only way from an effect to its answer, for screens, exports and checks.
///
/// Keeps the models that were used last, so that pictures of two of them can stand beside each other.
struct Calculator: Worker {
  private var desks: [Desk]
  /// Two checkpoints are compared with each other; more are not kept.
  private static let mostModels = 2
  /// What is looked at until its successor is there. Two large traces would take twice the memory meanwhile, so the old one
  /// lets go of its probabilities when the new one is begun; what the screen still wants of them is computed again.
  private var onScreen = ProbabilityMemory()
  private let largeTrace: Int
  private let locator: @Sendable () -> ModelLocator
  /// Where models were found. Not all that were loaded are kept, and a name may lead elsewhere, or nowhere, another time.
  private var places: [String: ModelLocation]
  /// Its small pictures, as the screen has drawn them.
  private var thumbnails: Thumbnails?

  /// `reference` is what the model is called on a command line. Of a result on the screen that has at least `largeTrace`
  /// bytes of probabilities, they are not kept while the next one is computed.
  init(
    model: Model, reference: String, largeTrace: Int = 96 << 20,
    locator: @escaping @Sendable () -> ModelLocator = { .current }
  ) {
    desks = [Desk(reference: reference, model: model)]
    places = [reference: model.location]
    self.largeTrace = largeTrace
    self.locator = locator
  }

  /// Does the work of an effect.
  ///
  /// - Returns: The answer for the reducer; nil where an analysis was cancelled.
  /// - Throws: What keeps it from being done, `CancellationError` where `isCancelled` said yes on the way.
  mutating func answer(_ effect: Effect, isCancelled: @Sendable () -> Bool) throws -> Message? {
    switch effect {
    case .encode(let id, let slot, let subject):
      let desk = try desk(for: subject.model)
      if slot == .shown { onScreen.letGo(from: largeTrace) }
      let computation = try desks[desk].compute(
        id: id, subject.request.fitted(to: desks[desk].model.description), isCancelled: isCancelled)
      if slot == .shown {
        computation.drawThumbnails(like: thumbnails)
        (onScreen, thumbnails) = (ProbabilityMemory(of: computation.encoding.trace), computation.thumbnails)
      }
      return .computed(computation, for: slot)
    case .analyze(let analysis, let results, let sources):
      return analysis.run(results, isCancelled: isCancelled).map {
        .analyzed(analysis, Finding(sources: sources, findings: $0))
      }
    case .loadModel(let reference):
      return .modelLoaded(desks[try desk(for: reference)].model.description, reference: reference)
    case .listModels: return .modelsListed(ModelChoices.all(locator()))
    }
  }

  /// Where a model lies; it is loaded where it does not. The one that was used last comes first.
  private mutating func desk(for reference: String) throws -> Int {
    if let index = desks.firstIndex(where: { $0.reference == reference }) {
      desks.insert(desks.remove(at: index), at: 0)
    } else {
      let place = try places[reference].flatMap { Files.isFolder($0.folder) ? $0 : nil } ?? locator().locate(reference)
      // Its memory is given back before the next one takes as much.
      if desks.count == Calculator.mostModels { desks.removeLast() }
      desks.insert(Desk(reference: reference, model: try Model.load(place, letsDamagePass: true)), at: 0)
      places[reference] = place
    }
    return 0
  }
}

/// A model, and what is kept of its last computations.
private struct Desk {
  let reference: String
  let model: Model
  /// The last sentence without padding, which a whole series of paddings is compared with.
  private var unpadded: Encoding?
  /// The last one without changes by hand, which a series of them is compared with.
  private var withoutLevers: Encoding?

  init(reference: String, model: Model) {
    self.reference = reference
    self.model = model
  }

  mutating func compute(
    id: Int, _ request: EncodeRequest, isCancelled: @Sendable () -> Bool
  ) throws -> Computation {
    let encoding = try model.encode(request, isCancelled: isCancelled)
    let plain = request.withoutLevers
    if let plain, withoutLevers?.request != plain {
      withoutLevers = try model.encode(plain, isCancelled: isCancelled)
    }
    var alone: EncodeRequest?
    if encoding.input.realCount < encoding.input.count {
      var request = request
      (request.texts, request.sentence) = ([request.texts[request.sentence]], 0)
      (request.padTo, request.padSide) = (nil, .right)
      alone = request
      if unpadded?.request != request { unpadded = try model.encode(request, isCancelled: isCancelled) }
    }
    return Computation(
      id: id, encoding: encoding, unpadded: alone == nil ? nil : unpadded,
      withoutLevers: plain == nil ? nil : withoutLevers)
  }
}
