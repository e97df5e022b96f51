import Explorer
import Sessions

/// Passes the effects of the workspace to their handlers, and posts the answers to the mailbox.
final class AppEffects: Sendable {
  private let computations: EffectQueue
  private let training: TrainingRunner
  private let recordings: RecordingHandler
  private let sessions: SessionHandler
  private let surveys: SurveyOpener

  init(
    handler: some EffectHandling, surroundings: Surroundings, queues: ExplorerLoop.Queues, mailbox: Mailbox
  ) {
    let post: @Sendable (AppMessage) -> Void = { mailbox.post($0) }
    computations = EffectQueue(handler, queue: queues.computations) { post(.explorer($0)) }
    training = TrainingRunner(in: surroundings, queue: queues.training, measures: queues.measures, post: post)
    recordings = RecordingHandler(in: surroundings, queue: queues.recordings, post: post)
    sessions = SessionHandler(in: surroundings, recordings: recordings, queue: queues.sessions, post: post)
    surveys = SurveyOpener(in: surroundings, queue: queues.surveys, post: post)
  }

  /// Has effects carried out.
  ///
  /// - Parameter wanted: the explorer's work that is wanted now.
  /// - Returns: what is for the display, in order.
  func perform(_ effects: [AppEffect], wanted: WantedWork) -> [DisplayEffect] {
    var ofExplorer: [Effect] = []
    var ofDisplay: [DisplayEffect] = []
    training.need(wanted)
    for effect in effects {
      switch effect {
      case .explorer(.train(let request)): training.train(request)
      case .explorer(.pauseTraining(let id)): training.pause(id)
      case .explorer(.stopTraining(let id)): training.forget(id)
      case .explorer(.measure(let request)): training.measure(request)
      case .explorer(let effect): ofExplorer.append(effect)
      case .recording(let effect): recordings.perform(effect)
      case .session(let effect): sessions.perform(effect)
      case .training(let effect): training.perform(effect)
      case .openSurvey(let entry): surveys.open(entry)
      case .display(let effect): ofDisplay.append(effect)
      }
    }
    computations.perform(ofExplorer, wanted: wanted)
    return ofDisplay
  }

  /// Writes a file of what is on the screen.
  func save(_ takeaway: Takeaway) { sessions.save(takeaway) }

  func keyWasPressed() { computations.keyWasPressed() }

  /// Records in a file that was opened before the program's first picture.
  func begin(with recorder: Recorder) -> Recording { recordings.add(recorder, as: Recording.first) }

  /// Waits for what is being recorded.
  ///
  /// - Returns: what could not be written to its place.
  func finish() -> [RecordingLoss] {
    training.finish()
    sessions.finish()
    return recordings.finish()
  }
}

extension ExplorerLoop {
  /// The queues that handle effects; by default a dispatch queue each.
  package struct Queues: Sendable {
    package var computations: EffectQueue.Queue?
    package var training: EffectQueue.Queue?
    package var measures: EffectQueue.Queue?
    package var sessions: EffectQueue.Queue?
    package var recordings: EffectQueue.Queue?
    package var surveys: EffectQueue.Queue?

    package init(
      computations: EffectQueue.Queue? = nil, training: EffectQueue.Queue? = nil, measures: EffectQueue.Queue? = nil,
      sessions: EffectQueue.Queue? = nil, recordings: EffectQueue.Queue? = nil, surveys: EffectQueue.Queue? = nil
    ) {
      self.computations = computations
      self.training = training
      self.measures = measures
      self.sessions = sessions
      self.recordings = recordings
      self.surveys = surveys
    }
  }
}
