import Explorer

/// The few actions that lead where many have led: what a fork begins with.
public enum ShortWay {
  /// How many actions are folded at most in looking for a shorter way.
  private static let patience = 100_000

  /// Actions that lead from `start` to a scene like the one that all of `actions` lead to.
  ///
  /// Nothing is known here of what actions do. Leaving some out is tried, those that the same kind of action follows first,
  /// and what comes of it is compared; so the way is right for every action there will ever be.
  public static func actions(like actions: [Action], from start: State) -> [Action] {
    let goal = scene(actions, from: start)
    var steps = 0
    func leadsThere(_ candidate: [Action]) -> Bool {
      steps += candidate.count
      return scene(candidate, from: start).isLike(goal)
    }
    let lastOfEachKind = lastOfEachKind(actions)
    var way = leadsThere(lastOfEachKind) ? lastOfEachKind : actions
    var piece = max(way.count / 2, 1)
    while true {
      var index = 0
      while index < way.count, steps < patience {
        var candidate = way
        candidate.removeSubrange(index..<min(index + piece, way.count))
        if leadsThere(candidate) { way = candidate } else { index += piece }
      }
      guard piece > 1, steps < patience else { return way }
      piece /= 2
    }
  }

  private static func lastOfEachKind(_ actions: [Action]) -> [Action] {
    var seen: Set<String> = []
    return actions.reversed().filter { action in
      seen.insert(ActionCoding.members(of: action).first?.1.stringValue ?? "").inserted
    }.reversed()
  }

  private static func scene(_ actions: [Action], from start: State) -> Scene {
    var state = start
    for action in actions { fold(&state, action) }
    return state.scene
  }
}
