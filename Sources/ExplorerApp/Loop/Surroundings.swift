import Models
import Sessions

/// What the explorer finds around it, and needs of the world outside: where models and sessions are, and what time it is.
package struct Surroundings: Sendable {
  /// Where models are found.
  package var locator: @Sendable () -> ModelLocator
  /// What sessions say of their models, which `locator` knows.
  package var recordedModels: RecordedModels
  /// The tasks that can be trained, and what comes of it.
  package var training: TrainingGround
  /// The surveys that can be opened.
  package var surveys: SurveyShelf
  /// The sessions of the person who explores; nil without a home folder.
  package var store: SessionStore?
  /// The sessions that come with the program.
  package var lessons: SessionStore?
  /// The time that has passed since some moment; it never runs backwards.
  package var now: @Sendable () -> Duration
  /// Whether a second terminal is told how far a replay is.
  package var tellsSpeaker: Bool
  /// Whether presenter mode moves anything.
  package var animates: Bool
  /// How many bytes of probabilities are kept at most; nil: as many as the memory that is available allows.
  package var mostProbabilities: Int?
  /// The version of the program, for the headers of sessions.
  package var version: String

  package init(
    locator: @escaping @Sendable () -> ModelLocator, recordedModels: RecordedModels,
    training: TrainingGround = TrainingGround(), surveys: SurveyShelf = SurveyShelf(), store: SessionStore?,
    lessons: SessionStore?, now: @escaping @Sendable () -> Duration, tellsSpeaker: Bool = false,
    animates: Bool = false, version: String
  ) {
    self.locator = locator
    self.recordedModels = recordedModels
    self.training = training
    self.surveys = surveys
    self.store = store
    self.lessons = lessons
    self.now = now
    self.tellsSpeaker = tellsSpeaker
    self.animates = animates
    self.version = version
  }
}
