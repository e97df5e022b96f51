import Explorer

/// The scenes of a session: what the state is after any number of its actions, found by folding them and nothing else.
///
/// Every so many actions a scene is kept, so that any other one is a few actions away.
struct SceneCache: Sendable, Equatable {
  /// How many actions lie between two scenes that are kept.
  static let interval = 128

  private(set) var actions: [Action] = []
  /// After 0, `interval`, 2 × `interval` ... actions, as far as anybody has looked.
  private var kept: [State]

  init(from start: State) { kept = [start] }

  mutating func append(_ action: Action) { actions.append(action) }

  /// The scene after the first `count` actions.
  mutating func scene(after count: Int) -> Scene {
    let count = min(max(count, 0), actions.count)
    while kept.count <= count / SceneCache.interval {
      var state = kept[kept.count - 1]
      let first = (kept.count - 1) * SceneCache.interval
      for action in actions[first..<first + SceneCache.interval] { fold(&state, action) }
      kept.append(state)
    }
    let index = count / SceneCache.interval
    var state = kept[index]
    for action in actions[(index * SceneCache.interval)..<count] { fold(&state, action) }
    return state.scene
  }
}
