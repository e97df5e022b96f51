import Explorer
import Insights
import Sessions
import Support

/// A replay under way: the player, and the file that it follows.
package struct Replay: Sendable, Equatable {
  package internal(set) var player: Player
  package let path: String
  /// The model that takes the place of the recorded one; nil where that is used.
  package let model: SessionModel?

  /// Where reading goes on in a session that another process records; nil if it is read once.
  var tail: SessionTail?
  /// Whether more of it is being read.
  var isPolling = false
  /// Seconds since that was asked for.
  var sincePoll = 0.0

  /// What was recorded of the computation that belongs to this place, until that is there to be compared with it.
  var expected: Fingerprint?
  /// The same of training.
  var expectedTraining: TrainingFingerprint?
  /// How often the pages of a long note were turned, and which note that was.
  var turned = Turned(words: "", count: 0)
  /// The list of keys is open, scrolled so far.
  var help: Int?
  /// What the speaker's notes were told last.
  var told: SpeakerChannel.Position?

  struct Turned: Sendable, Equatable {
    var words: String
    var count: Int
  }

  /// - Parameters:
  ///   - path: the session's file.
  ///   - tail: where reading goes on, if the file is followed.
  ///   - model: the model that takes the place of the recorded one, if one does.
  package init(_ player: Player, path: String, tail: SessionTail? = nil, with model: SessionModel? = nil) {
    self.player = player
    self.path = path
    self.tail = tail
    self.model = model
    expected = player.lastFingerprint
  }

  /// What the screen says of it.
  var status: PlaybackStatus {
    var status = player.status
    status.help = help
    status.notePage = turned.words == Replay.words(of: status) ? turned.count : 0
    return status
  }

  private static func words(of status: PlaybackStatus) -> String {
    (status.question?.question.text ?? "") + (status.note ?? "")
  }

  /// On to the next part of a long note.
  mutating func turnNote() {
    let words = Replay.words(of: player.status)
    turned = Turned(words: words, count: turned.words == words ? turned.count + 1 : 1)
  }

  mutating func move(_ movement: (inout Player) -> Player.Move?) -> Player.Move? { movement(&player) }

  /// Lets time pass; true where the file is to be read on.
  mutating func poll(after seconds: Double) -> Bool {
    sincePoll += seconds
    // Timers may fire slightly early.
    guard tail != nil, !isPolling, sincePoll >= SessionTail.interval * 0.9 else { return false }
    (sincePoll, isPolling) = (0, true)
    return true
  }

  /// Seconds until something happens by itself; nil where nothing ever will.
  var untilNext: Double? {
    guard tail != nil else { return player.untilNext }
    return min(player.untilNext ?? SessionTail.interval, SessionTail.interval)
  }

  /// The notice on how the losses of training compare with the recorded ones.
  ///
  /// - Parameters:
  ///   - found: what it came to; nil as long as it goes on.
  ///   - folder: where its weights were kept, if they were not trained anew.
  mutating func difference(from found: TrainingFingerprint?, keptIn folder: String?) -> String? {
    guard let expected = expectedTraining, let found, found.step == expected.step else { return nil }
    expectedTraining = nil
    let difference = expected.largestDifference(from: found)
    guard !(difference <= TrainingFingerprint.tolerance) else {
      if let folder { return "not trained anew: these are the weights that were kept in \(folder); --check trains" }
      return "trained anew: the losses are those that were recorded, within \(Float(difference)) nats"
    }
    return "this differs from what was recorded: a loss of training by \(Float(difference)) nats"
  }

  /// The notice if the computed result differs from the recorded one.
  ///
  /// - Parameter computation: that of this place; nil as long as there is only an older one.
  mutating func difference(from computation: Computation?) -> String? {
    guard let expected, let computation else { return nil }
    self.expected = nil
    let difference = expected.largestDifference(from: computation.fingerprint)
    guard !(difference <= Fingerprint.tolerance) else { return nil }
    return "this differs from what was recorded: the mean entropy of a layer by \(Float(difference)) nats"
  }
}
