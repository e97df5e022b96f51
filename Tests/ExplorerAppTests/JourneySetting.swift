import Activations
import Canvas
import Explorer
import Sessions
import TestSupport
import Testing

@testable import ExplorerApp

/// What a test of the whole explorer needs besides keys: tiny models, a clock, and a folder for sessions and lessons.
@MainActor struct JourneySetting {
  let folder = TemporaryFolder()
  let clock = JourneyClock()
  let models: JourneyModels
  let handler: RememberingHandler
  /// Where sessions are recorded.
  var store: SessionStore { SessionStore(folder: folder["sessions"]) }

  init() throws {
    models = try JourneyModels()
    handler = RememberingHandler(models)
    folder.makeFolder("sessions")
  }

  /// A new exploration with one of the models.
  func state(_ name: String = "first") throws -> State {
    State(model: try models.load(name).description, reference: name)
  }

  /// A loop in front of a display. Lessons are listed where there is a folder of them.
  func loop(_ state: State, _ display: HeadlessDisplay, recorder: Recorder? = nil, replay: Replay? = nil)
    -> ExplorerLoop
  {
    ExplorerLoop(
      state, recorder: recorder, replay: replay, handler: handler, display: display, mailbox: display.mailbox,
      scales: [.grey],
      surroundings: Surroundings(
        locator: { [locator = models.locator] in locator }, recordedModels: RecordedModels(),
        surveys: models.shelf, store: store,
        lessons: SessionStore(folder: folder["lessons"]), now: clock.now, version: "test"),
      queues: display.queues)
  }

  /// The check of a session with the model that its header names.
  func check(_ session: Session) throws -> SessionCheck {
    SessionCheck(session, model: try models.load(session.header.model.name).description) {
      try handler.answer($0, isCancelled: { false })
    }
  }
}
