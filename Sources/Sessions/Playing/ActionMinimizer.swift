import Explorer

/// Finds few actions that lead where many have led: what a fork begins with.
///
/// This is delta debugging (the algorithm ddmin): A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing
/// Input", IEEE Transactions on Software Engineering 28(2), 2002. The "failure" to keep here is the scene that is reached. As
/// there, pieces of the list are left out, large ones first, and what still leads there is kept; the result need not be the
/// shortest list there is.
public enum ActionMinimizer {
  /// How many actions are folded at most while looking for a shorter list.
  private static let mostSteps = 100_000

  /// Actions that lead from `start` to a scene like the one that all of `actions` lead to (`Scene.isLike`).
  ///
  /// Nothing is known here of what actions do: each candidate is folded, and its scene compared. Therefore the result is right
  /// for every action that will ever be added.
  public static func actions(like actions: [Action], from start: State) -> [Action] {
    let goal = scene(actions, from: start)
    var steps = 0
    func leadsToGoal(_ candidate: [Action]) -> Bool {
      steps += candidate.count
      return scene(candidate, from: start).isLike(goal)
    }
    // Mostly, the last action of each kind decides.
    let lastOfEachKind = lastOfEachKind(actions)
    var result = leadsToGoal(lastOfEachKind) ? lastOfEachKind : actions
    var piece = max(result.count / 2, 1)
    while true {
      var index = 0
      while index < result.count, steps < mostSteps {
        var candidate = result
        candidate.removeSubrange(index..<min(index + piece, result.count))
        if leadsToGoal(candidate) { result = candidate } else { index += piece }
      }
      guard piece > 1, steps < mostSteps else { return result }
      piece /= 2
    }
  }

  private static func lastOfEachKind(_ actions: [Action]) -> [Action] {
    var seen: Set<String> = []
    return actions.reversed().filter { action in
      seen.insert(action.recorded.name).inserted
    }.reversed()
  }

  private static func scene(_ actions: [Action], from start: State) -> Scene {
    var state = start
    for action in actions { fold(&state, action) }
    return state.scene
  }
}
