import Explorer
import Insights
import Sessions
import Support

/// A replay under way: the player, the clock that drives it, and the file it follows.
@MainActor
package final class Playback {
  package var player: Player
  package let path: String
  /// The model that takes the place of the recorded one; nil where that is used.
  package let model: SessionModel?
  /// Where the speaker's notes in another terminal learn how far it is.
  private let speaker: SpeakerReporter?
  private var tail: SessionTail?
  private let now: @Sendable () -> Duration
  private var lastTick: Duration
  private var lastPoll: Duration
  /// What was recorded of the computation that belongs to this place, until that is there to be compared with it.
  package var expected: Fingerprint?
  /// How often the pages of a long note were turned, and which note that was.
  private var turned: (words: String, count: Int) = ("", 0)
  /// The list of keys is open, scrolled so far.
  package var help: Int?

  package init(
    _ player: Player, path: String, tail: SessionTail? = nil, with model: SessionModel? = nil,
    in surroundings: Surroundings
  ) {
    self.player = player
    self.path = path
    self.model = model
    speaker = surroundings.tellsSpeaker ? SpeakerReporter(session: path) : nil
    self.tail = tail
    now = surroundings.now
    lastTick = now()
    lastPoll = lastTick
  }

  package var status: PlaybackStatus {
    var status = player.status
    status.help = help
    status.notePage = turned.words == words(of: status) ? turned.count : 0
    return status
  }

  private func words(of status: PlaybackStatus) -> String {
    (status.question?.question.text ?? "") + (status.note ?? "")
  }

  /// On to the next part of a long note.
  package func turnNote() {
    let words = words(of: player.status)
    turned = (words, turned.words == words ? turned.count + 1 : 1)
  }

  package func tellSpeaker() { speaker?.tell(player.status) }

  /// How long nothing happens by itself, in milliseconds; nil where nothing ever will.
  package var timeout: Int? {
    var seconds = player.untilNext
    if tail != nil { seconds = min(seconds ?? SessionTail.interval, SessionTail.interval) }
    return seconds.map { max(min(Int(saturating: $0 * 1000, rule: .up) ?? 0, 60_000), 0) }
  }

  /// Time does not pass while nobody looks, or while a model is loaded.
  package func resetClock() { lastTick = now() }

  /// What has become due since the last time.
  package func tick() -> Player.Move {
    let present = now()
    defer { lastTick = present }
    return player.advance(by: (present - lastTick) / .seconds(1))
  }

  /// What somebody else has recorded since the last time, and a word where the file cannot be read.
  package func poll() -> (move: Player.Move, notice: String?) {
    guard tail != nil, (now() - lastPoll) / .seconds(1) >= SessionTail.interval * 0.9 else { return (.stay, nil) }
    lastPoll = now()
    switch tail?.poll() {
    case .events(let events, let problems): return (player.grow(by: events), problems.first?.description)
    case .replaced(let session):
      return (player.replace(with: session), "the session was begun anew: \(session.header.title)")
    case .unreadable(let error): return (.stay, error.description)
    case .nothing, nil: return (.stay, nil)
    }
  }

  /// What to say when what was computed is not what was recorded.
  ///
  /// - Parameter computation: that of this place; nil as long as there is only an older one.
  package func difference(from computation: Computation?) -> String? {
    guard let expected, let computation else { return nil }
    self.expected = nil
    let difference = expected.largestDifference(from: computation.fingerprint)
    guard !(difference <= Fingerprint.tolerance) else { return nil }
    return "this differs from what was recorded: the mean entropy of a layer by \(Float(difference)) nats"
  }
}
