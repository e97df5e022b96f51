import Activations
import Explorer
import JSON

extension SessionDocument {
  /// The document with the fingerprint of everything that its actions lead to, the numbers in its words that were not written
  /// yet, and all that the header can say of the model: how a lesson that was written by hand becomes one that can be checked.
  ///
  /// - Parameters:
  ///   - description: what the session says of its model.
  ///   - model: the model of the header.
  ///   - work: does the work of an effect; nil where it has no answer.
  /// - Throws: what `work` throws: a lesson that cannot be computed gets no fingerprints.
  public func fingerprinted(
    as description: SessionModel, model: EncoderDescription, work: (Effect) throws -> Message?
  ) throws -> SessionDocument {
    var state = State(model: model, reference: modelName)
    var result = self
    result.header["model"] = SessionCoding.value(description)
    result.entries = []
    var failure: (any Error)?
    var newest = 0
    var trained: TrainingFingerprint?
    func perform(_ effects: [Effect], at entry: Entry?) {
      settle(&state, effects) { effect in
        do { return try work(effect) } catch {
          failure = failure ?? error
          return effect.failure("\(error)")
        }
      }
      guard let entry else { return }
      if let found = state.trainingFingerprint, found != trained { add(.trained(found), at: entry) }
      trained = state.trainingFingerprint
      guard let computation = state.computation, computation.id != newest else { return }
      newest = computation.id
      add(.fingerprint(computation.fingerprint), at: entry)
    }
    func add(_ content: SessionEvent.Content, at entry: Entry) {
      let event = SessionEvent(time: entry.time, content)
      var object = SessionCoding.object(of: event)
      if entry.object["t"] == nil {
        object = JSONObject([("after", 0)] + object.members.dropFirst().map { ($0.key, $0.value) })
      }
      result.entries.append(Entry(time: entry.time, object: object))
    }
    perform(start(&state), at: nil)
    for var entry in entries where entry.object["fingerprint"] == nil && entry.object["trained"] == nil {
      for member in ["note", "question"] {
        guard let text = entry.string(member) else { continue }
        var playback = PlaybackStatus(
          title: "", position: 0, count: 0, time: entry.time, duration: duration, isPaused: true, speed: 1)
        playback.quantities = QuotedText(text).numbers.map(\.quantity)
        perform(reduce(&state, .playback(playback)), at: nil)
        if let failure { throw failure }
        entry.object[member] = JSONValue(state.writingNumbers(into: text))
      }
      result.entries.append(entry)
      guard entry.isAction, let action = try? Action.read(entry.object) else { continue }
      perform(reduce(&state, .action(action)), at: entry)
      if let failure { throw failure }
    }
    return result
  }
}
