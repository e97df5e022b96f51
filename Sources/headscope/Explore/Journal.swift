import Explorer
import Sessions

/// What is being recorded, and the clock that goes with it.
@MainActor
final class Journal {
  /// Nil where nothing can be recorded; why is in `status`.
  private let recorder: Recorder?
  let status: RecordingStatus
  private let clock = ContinuousClock()
  private let started: ContinuousClock.Instant

  init(_ recorder: Recorder) {
    self.recorder = recorder
    status = .on(file: recorder.path)
    started = clock.now
  }

  /// A journal that keeps nothing, because of an error that is said once.
  init(failed reason: String) {
    recorder = nil
    status = .failed(reason)
    started = clock.now
  }

  func record(_ content: SessionEvent.Content) {
    guard let recorder else { return }
    recorder.record(SessionEvent(time: recorder.elapsed + (clock.now - started) / .seconds(1), content))
  }

  /// Waits for the last lines.
  func finish() { recorder?.finish() }
}
