import Synchronization

/// How far a forward pass is, for whoever waits for it.
final class ForwardProgress: Sendable {
  private struct State {
    /// Layers that were begun.
    var begun = 0
    var largest = -1.0
  }

  private let state = Mutex(State())
  private let layers: Int
  private let report: @Sendable (Double) -> Void

  /// - Parameter report: is told which share of the layers has been computed, from 0 to 1.
  init(layers: Int, report: @escaping @Sendable (Double) -> Void) {
    self.layers = max(layers, 1)
    self.report = report
  }

  /// The next layer begins.
  func beginLayer() { advance(layers: 1, by: 0) }

  /// So much of the present layer is done, from 0 to 1.
  func advance(to share: Double) { advance(layers: 0, by: share) }

  /// Reports come one at a time, so that none overtakes another.
  private func advance(layers begun: Int, by share: Double) {
    state.withLock { state in
      state.begun += begun
      let now = min((Double(state.begun - 1) + share) / Double(layers), 1)
      guard now > state.largest else { return }
      state.largest = now
      report(now)
    }
  }
}
