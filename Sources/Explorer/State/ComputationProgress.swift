import Support

/// How far a computation is that takes a while.
public struct ComputationProgress: Sendable, Equatable {
  /// The number of the request.
  public var id: Int
  /// How many positions the text has.
  public var tokens: Int
  /// Whether there are so many probabilities that they are computed in parts, and not kept.
  public var isInParts: Bool
  /// How many bytes the probabilities of all heads are.
  public var probabilityBytes: Double
  /// How many bytes everything else is that is kept.
  public var otherBytes: Double
  /// How long it takes in all, in seconds, as far as that can be told beforehand.
  public var seconds: Double
  /// The share that has been computed, from 0 to 1.
  public var share: Double

  /// The same in percent, from 0 to 100.
  public var percent: Int { min(max(Int(saturating: share * 100) ?? 0, 0), 100) }

  /// See the properties; nothing has been computed yet unless it is said.
  public init(
    id: Int, tokens: Int, isInParts: Bool, probabilityBytes: Double, otherBytes: Double, seconds: Double,
    share: Double = 0
  ) {
    self.id = id
    self.tokens = tokens
    self.isInParts = isInParts
    self.probabilityBytes = probabilityBytes
    self.otherBytes = otherBytes
    self.seconds = seconds
    self.share = share
  }
}

extension State {
  /// How far the computation is that the screen waits for; nil where nothing is known of it, which is so of all that take no time.
  public var waiting: ComputationProgress? {
    guard isComputing, let progress, progress.id == asked[.shown]?.id else { return nil }
    return progress
  }

  /// What is being computed for the screen is not wanted any more; what was there before stays. It is computed when it is asked for
  /// again.
  mutating func stopComputing() {
    guard let waiting else { return }
    failures[.shown] =
      "stopped after \(waiting.percent) %"
      + (computation == nil ? "" : ": the picture is from before; u takes the change back")
      + "; i types another text"
    progress = nil
  }
}
