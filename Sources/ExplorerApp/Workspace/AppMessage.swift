import Activations
import Explorer
import Sessions

/// The messages to the workspace: what the person did, the time that has passed, and the answers to effects.
package enum AppMessage: Sendable {
  /// The program begins; the command line asks for these actions, which are recorded like everything else.
  case begin([Action])
  /// A person did something that belongs to the exploration.
  case action(Action)
  /// A person did something beside the exploration.
  case control(Control)
  /// A key that can do nothing now: why.
  case refused(String)
  /// So many seconds have passed since the last time.
  case elapsed(Double)
  /// The answer to an effect of the explorer.
  case explorer(Message)

  /// How a recording goes on.
  case recording(id: Int, RecordingReport)
  /// The answer to `SessionEffect.list`.
  case listed(id: Int, SessionListing)
  /// The answer to `SessionEffect.preview`: what happens in the session at this path, in words.
  case previewed(path: String, [String])
  /// The answer to `SessionEffect.open`.
  case opened(id: Int, OpenedSession)
  /// A session could not be opened: why.
  case openingFailed(id: Int, reason: String)
  /// The answer to `TrainingEffect.open`: what the sentences are called from here on.
  case sentencesOpened(name: String)
  /// The answer to `TrainingEffect.keep`: where the model is now.
  case modelKept(KeptModel)
  /// The answer to `DisplayEffect.save`: where the file is, or why there is none.
  case saved(words: String)
  /// The answer to `AppEffect.openSurvey`.
  case surveyOpened(OpenedSurvey, LineEntry)
  /// What was typed cannot be done: why.
  case entryRefused(LineEntry, reason: String)
  /// The answer to `SessionEffect.poll`: what was found, and the tail with which to ask the next time.
  case polled(SessionTail, SessionTail.Update)
}

/// What the workspace asks for. Everything that is slow or can fail answers with a message.
package enum AppEffect: Sendable, Equatable {
  /// A computation or a model, for the explorer.
  case explorer(Effect)
  case recording(RecordingEffect)
  case session(SessionEffect)
  case training(TrainingEffect)
  /// Opens a survey, whose path was typed.
  case openSurvey(LineEntry)
  case display(DisplayEffect)
}

/// What is done with files of training.
package enum TrainingEffect: Sendable, Equatable {
  /// Takes a file of labelled sentences among the tasks; its path was typed.
  case open(LineEntry)
  /// Writes what a run has come to as a folder, whose name or path was typed.
  case keep(run: Int, LineEntry)
}

/// A trained model in a folder.
package struct KeptModel: Sendable, Equatable {
  /// Which run it came from, and after how many steps.
  package var run: Int
  package var step: Int
  /// Where it is.
  package var folder: String
  /// Of its weights; nil where they cannot be read.
  package var digest: String?
}

/// What is done to the sessions that are being recorded, in this order.
package enum RecordingEffect: Sendable, Equatable {
  /// Begins a new session in the folder of sessions. When it was begun and by which version is filled in.
  case begin(id: Int, SessionHeader)
  case record(id: Int, SessionEvent.Content)
  /// Nothing more comes.
  case end(id: Int)
}

/// What is done with files of sessions.
package enum SessionEffect: Sendable, Equatable {
  /// Changes a session in the folder, if a change is asked for, and lists what there is then.
  case list(id: Int, ListChange?)
  /// Tells what happens in a session. Of several, only the newest is wanted.
  case preview(path: String)
  case open(id: Int, OpeningRequest)
  /// Reads what has been added to a session that another process records.
  case poll(SessionTail)
  /// Tells the speaker's notes in another terminal where the replay of the session at this path is.
  case tellSpeaker(path: String, SpeakerChannel.Position)
  /// The replay has ended.
  case closeSpeaker(path: String)
}

/// What the display is asked for beside pictures.
package enum DisplayEffect: Sendable, Equatable {
  case leave, suspend, redraw
  /// Puts a text on the terminal's clipboard.
  case copy(String)
  /// Saves what is on the screen, or its numbers, in a file of this name.
  case save(String)
}

/// A change of a session in the list.
package enum ListChange: Sendable, Equatable {
  case rename(path: String, to: String)
  case delete(path: String, title: String)
  /// Brings back what was deleted last.
  case restore
}

/// The sessions that there are.
package struct SessionListing: Sendable, Equatable {
  /// The person's own, the newest first.
  package var own: [SessionSummary] = []
  /// Those that come with the program, in their order.
  package var lessons: [SessionSummary] = []
  /// Whether something was deleted that can be brought back.
  package var canRestore = false
  /// The session that was changed: where it is now.
  package var changed: String?
  /// What became of the change, in words.
  package var words: String?

  package init() {}
}

/// Which session is to be opened, and what for.
package struct OpeningRequest: Sendable, Equatable {
  package enum Purpose: Sendable, Equatable {
    case replay
    /// To go on with it; it is recorded under this number from then on.
    case goOn(recording: Int)
    /// To explore from its end in a new session.
    case fork
  }

  package var session: SessionChoice
  package var purpose: Purpose
  /// The model that is loaded: the state from which its actions are folded begins with it.
  package var model: EncoderDescription
}

/// A session that was opened.
package enum OpenedSession: Sendable {
  /// - Parameter problem: what is wrong with its file, in words.
  case replay(Player, path: String, problem: String?)
  /// Recording goes on where it ended.
  case goingOn(Recording, Scene, words: String)
  /// - Parameters:
  ///   - header: that of a new session.
  ///   - actions: few that lead to the end of the other one from `start`.
  case fork(SessionHeader, actions: [Action], start: State)
}
