import Explorer
import Sessions

/// What is being recorded, and the clock that goes with it.
@MainActor
package final class Journal {
  /// Nil where nothing can be recorded; why is in `status`.
  private let recorder: Recorder?
  package let status: RecordingStatus
  /// How many actions are in the session by now.
  package private(set) var actions: Int
  private let now: @Sendable () -> Duration
  private let started: Duration

  /// - Parameter now: the time that has passed since some moment.
  init(_ recorder: Recorder, now: @escaping @Sendable () -> Duration) {
    self.recorder = recorder
    status = .on(file: recorder.path)
    actions = recorder.earlier?.actions.count ?? 0
    self.now = now
    started = now()
  }

  /// A journal that keeps nothing, because of an error that is said once.
  init(failed reason: String) {
    recorder = nil
    status = .failed(reason)
    actions = 0
    now = { .zero }
    started = .zero
  }

  func record(_ content: SessionEvent.Content) {
    guard let recorder else { return }
    if case .action = content { actions += 1 }
    recorder.record(SessionEvent(time: recorder.elapsed + (now() - started) / .seconds(1), content))
  }

  /// Waits for the last lines.
  ///
  /// - Returns: what could not be written; nil where all is well.
  func finish() -> RecordingLoss? { recorder?.finish() }
}

extension RecordingReport {
  /// What the explorer is told.
  package var messages: [Message] { [.recording(status)] + (notice.map { [.notice($0)] } ?? []) }
}
