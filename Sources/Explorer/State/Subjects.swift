import Activations

/// What a computation is for.
public enum Slot: String, Sendable, Hashable, CaseIterable {
  /// The sentence on the screen.
  case shown
  /// The picture that was put aside.
  case reference
  /// Another sentence of the batch, for views that show two.
  case other
}

/// A request that was made.
public struct Asked: Sendable, Equatable {
  public var id: Int
  public var subject: Subject
}

extension State {
  /// What is to be computed for the sentence on the screen.
  public var request: EncodeRequest { request(sentence: shownSentence) }

  private func request(sentence: Int) -> EncodeRequest {
    var request = EncodeRequest(
      texts: shownTexts, pair: shownPair, padTo: padTo, padSide: exploration.padSide, maskMode: exploration.maskMode,
      sentence: sentence)
    pull(on: &request)
    return request
  }

  /// What is to be computed for a slot; nil where nothing is.
  public func subject(of slot: Slot) -> Subject? {
    switch slot {
    case .shown: Subject(model: wantedModel, request: request)
    case .reference: exploration.reference?.subject
    case .other: otherSentence.map { Subject(model: wantedModel, request: request(sentence: $0)) }
    }
  }

  /// The sentence that stands beside the one on the screen; nil where the view shows only one.
  var otherSentence: Int? {
    guard exploration.view.content.showsTwoSentences(self) || isDiagnosing, shownTexts.count > 1 else { return nil }
    return (shownSentence + 1) % shownTexts.count
  }

  /// Asks for everything that the state needs and that has not been asked for.
  mutating func requestWhatIsNeeded() -> [Effect] {
    if wantedModel != loadedModel {
      // Nothing is computed with a model that is about to go.
      guard loadingModel != wantedModel else { return [] }
      loadingModel = wantedModel
      return [.loadModel(wantedModel)]
    }
    loadingModel = nil
    return Slot.allCases.flatMap { request($0) } + requestAnalyses()
  }

  private mutating func request(_ slot: Slot) -> [Effect] {
    guard let subject = subject(of: slot) else {
      asked[slot] = nil
      results[slot] = nil
      return []
    }
    guard asked[slot]?.subject != subject else { return [] }
    if slot != .shown, let shown = asked[.shown], shown.subject == subject, results[.shown]?.id == shown.id {
      // It has just been computed for the screen.
      asked[slot] = shown
      results[slot] = results[.shown]
      return []
    }
    requestID += 1
    asked[slot] = Asked(id: requestID, subject: subject)
    if slot == .shown { failure = nil }
    return [.encode(id: requestID, slot, subject)]
  }

  /// Takes a result, unless a newer one has overtaken it.
  mutating func take(_ computation: Computation, for slot: Slot) {
    guard let asked = asked[slot], computation.id <= asked.id, computation.id > (results[slot]?.id ?? 0) else { return }
    results[slot] = computation
    if slot == .shown { failure = nil }
  }
}
