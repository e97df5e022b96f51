import Models
import Sessions

/// What the explorer finds around it, and needs of the world outside: where models and sessions are, and what time it is.
struct Surroundings: Sendable {
  /// Where models are found.
  var locator: @Sendable () -> ModelLocator
  /// What sessions say of their models, which `locator` knows.
  var recordedModels: RecordedModels
  /// The sessions of the person who explores; nil without a home folder.
  var store: SessionStore?
  /// The sessions that come with the program.
  var lessons: SessionStore?
  /// The time that has passed since some moment; it never runs backwards.
  var now: @Sendable () -> Duration
  /// Whether a second terminal is told how far a replay is.
  var tellsSpeaker: Bool

  /// The process's own.
  static var ofProcess: Surroundings {
    let clock = ContinuousClock()
    let start = clock.now
    let recorded = RecordedModels()
    return Surroundings(
      locator: { recorded.known(to: .current) }, recordedModels: recorded, store: .ofUser, lessons: .ofProgram,
      now: { clock.now - start }, tellsSpeaker: true)
  }
}
