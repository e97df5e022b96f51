import Canvas
import Explorer

/// How the screen is shown to a class: a matter of the viewer, and no part of the exploration or of a session.
public struct Presentation: Sendable, Equatable {
  /// What is shown in full colours while the rest is faded.
  public enum Spotlight: Sendable, CaseIterable {
    case query, key, none
  }

  /// The colours of the screen, which do not depend on those of the terminal.
  public var theme: Theme
  /// What is shown in full colours; the query's row at first.
  public var spotlight = Spotlight.query
  /// Nothing is shown, so that the class looks at the teacher.
  public var isBlank = false
  /// Whether the key that ends the lecture was pressed once: pressed again, it does.
  public var isAboutToLeave = false
  /// How far a row has turned from scores into probabilities, from 0 to 1, which is at rest.
  ///
  /// The caller advances it; what is drawn depends on this number alone, not on a clock.
  public var progress = 1.0

  /// A presentation as it begins: the screen visible, the spotlight on the query, and nothing moving.
  public init(theme: Theme) { self.theme = theme }

  /// What a key of the presenter makes of it. The key that begins it goes on to the next theme, and then ends it.
  public static func after(_ command: PresenterCommand, _ presentation: Presentation?) -> Presentation? {
    guard var presentation else { return command == .present ? Presentation(theme: .dark) : nil }
    if presentation.isBlank {
      // Any key brings the picture back.
      presentation.isBlank = false
      return presentation
    }
    switch command {
    case .present:
      guard let index = Theme.all.firstIndex(of: presentation.theme), index + 1 < Theme.all.count else { return nil }
      presentation.theme = Theme.all[index + 1]
    case .blank: presentation.isBlank = true
    case .nextSpotlight:
      let all = Spotlight.allCases
      let index = all.firstIndex(of: presentation.spotlight) ?? 0
      presentation.spotlight = all[(index + 1) % all.count]
    case .showSoftmax: break
    case .askToLeave: presentation.isAboutToLeave = true
    }
    return presentation
  }

  /// What to press, said once when it begins: there are no hints on the screen later on.
  public static func keys(isReplay: Bool) -> String {
    (isReplay ? "PgDn, PgUp: step; . or b: blank" : ".: blank") + "; O: spotlight; W: softmax; P: light, then off"
  }

  /// What is said when the key that ends the lecture is pressed for the first time.
  public static let leaving = "q again to leave"

  /// Whether a change is animated: when another query is marked, its row turns from scores into probabilities.
  public static func explains(from before: Exploration, to after: Exploration) -> Bool {
    if after.view == .steps, after.steps.stage == .softmax {
      return before.view != .steps || before.steps.stage != .softmax || before.query != after.query
    }
    guard after.view == .head else { return false }
    return before.view != .head || before.query != after.query || before.head != after.head
  }
}
