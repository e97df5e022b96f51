import Activations

/// What a computation is for.
public enum Slot: String, Sendable, Hashable, CaseIterable {
  /// The sentence on the screen.
  case shown
  /// The picture that was put aside.
  case pictureA
  /// Another sentence of the batch, for views that show two.
  case other
  /// The sentence on the screen, before training.
  case untrained
}

/// A request that was made.
public struct Asked: Sendable, Equatable {
  /// The number of the request: newer ones have larger numbers.
  public var id: Int
  /// What was asked for.
  public var subject: Subject
}

extension State {
  /// What is to be computed for the sentence on the screen.
  public var request: EncodeRequest { chosenRequest.fitted(to: model) }

  /// The same as it was chosen, whatever the model allows: it follows from the actions alone.
  var chosenRequest: EncodeRequest { chosenRequest(sentence: shownSentence) }

  private func chosenRequest(sentence: Int) -> EncodeRequest {
    var request = EncodeRequest(
      texts: shownTexts, pair: shownPair, padTo: exploration.padTo, padSide: exploration.padSide,
      maskMode: exploration.maskMode,
      sentence: sentence)
    intervene(in: &request)
    return request
  }

  /// What is to be computed for a slot; nil where nothing is.
  public func subject(of slot: Slot) -> Subject? {
    var subject = subjectOfPieces(of: slot)
    subject?.joinsWords = wantsWords
    return subject
  }

  /// The same with every token by itself.
  private func subjectOfPieces(of slot: Slot) -> Subject? {
    switch slot {
    case .shown: return Subject(model: shownModel, request: request)
    case .pictureA:
      // Where nothing was put aside, what is trained is compared with what it was, and an adapter with what it changes.
      guard exploration.pictureA != nil else {
        if exploration.view == .compare, let base = comparedBase {
          return Subject(model: base.reference, request: request)
        }
        return subjectOfPieces(of: .untrained)
      }
      return exploration.pictureA.map { picture in
        // Only the loaded model's limits are known here; for another model its handler fits the request.
        let name = readable(picture.models)
        return Subject(
          model: name, request: name == loadedModel ? picture.request.fitted(to: model) : picture.request)
      }
    case .other:
      return otherSentence.map { Subject(model: shownModel, request: chosenRequest(sentence: $0).fitted(to: model)) }
    case .untrained: return untrainedModel.map { Subject(model: $0, request: request) }
    }
  }

  /// The sentence that stands beside the one on the screen; nil where the view shows only one.
  package var otherSentence: Int? {
    guard exploration.view.feature.showsTwoSentences(self) || isDiagnosing || needsOtherSentence || quotesOtherSentence,
      shownTexts.count > 1
    else { return nil }
    return (shownSentence + 1) % shownTexts.count
  }

  /// Asks for everything that the state needs and that has not been asked for.
  mutating func requestWhatIsNeeded() -> [Effect] {
    let effects = requestModels() + requestTraining() + requestSurveys() + requestComputations()
    updateAxes()
    return effects
  }

  /// However the list of models was opened, the models are searched for once.
  private mutating func requestModels() -> [Effect] {
    guard case .models = overlay else {
      hasAskedForModels = false
      return []
    }
    guard !hasAskedForModels else { return [] }
    hasAskedForModels = true
    awaitsModels = true
    return [.listModels]
  }

  private mutating func requestComputations() -> [Effect] {
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
      failures[slot] = nil
      return []
    }
    guard asked[slot]?.subject != subject else { return [] }
    for known in [Slot.shown, .untrained] where known != slot {
      guard let other = asked[known], other.subject == subject, results[known]?.id == other.id else { continue }
      // It has just been computed for another slot.
      asked[slot] = other
      results[slot] = results[known]
      failures[slot] = nil
      return []
    }
    requestID += 1
    asked[slot] = Asked(id: requestID, subject: subject)
    failures[slot] = nil
    return [.encode(id: requestID, slot, subject)]
  }

  /// Takes a result, unless a newer one has overtaken it.
  mutating func take(_ computation: Computation, for slot: Slot) {
    guard let asked = asked[slot], computation.id <= asked.id, computation.id > (results[slot]?.id ?? 0) else { return }
    let replaced = results[slot]
    results[slot] = computation
    failures[slot] = nil
    if let replaced { keepFindings(in: replaced, for: computation, of: slot) }
  }

  /// The request of that number could not be computed.
  mutating func fail(_ id: Int, _ reason: String) {
    for (slot, asked) in asked where asked.id == id { failures[slot] = reason }
  }
}
