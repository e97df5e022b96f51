import Canvas
import Explorer
import ExplorerViews
import TestSupport
import UserInput

/// The keys of a person who wanders about: mostly those that mean something where they are.
struct JourneyKeys {
  /// - Returns: A few inputs, as they would be pressed one after the other.
  static func few(in state: State, _ numbers: inout SeededGenerator, surveys: [String] = []) -> [Input] {
    let count = numbers.once(in: 3) ? Int.random(in: 2...4, using: &numbers) : 1
    let asksForSurvey = state.entry?.kind == .survey || state.entry?.kind == .secondSurvey
    if asksForSurvey, numbers.once(in: 2), let path = surveys.randomElement(using: &numbers) {
      return [.paste(path), .key(.enter)]
    }
    return (0..<count).map { _ in one(in: Keymap.context(of: state), state, &numbers) }
  }

  private static func one(in context: KeyContext, _ state: State, _ numbers: inout SeededGenerator) -> Input {
    if context == .prompt, numbers.once(in: 12) { return .paste(numbers.once(in: 2) ? "a dog\nThe cat" : "bank") }
    let table = keys(in: context, of: state)
    guard let line = table.randomElement(using: &numbers) else { return .key(.escape) }
    return .key(line)
  }

  private static func characters(_ text: String) -> [Key] { text.map(Key.character) }

  private static func keys(in context: KeyContext, of state: State) -> [Key] {
    switch context {
    case .view:
      // Often what moves about, changes the computation, or takes back; seldom what opens something.
      let often =
        characters("12345678uubm8ppa xrlkjh<>JKLHmub") + [.control("r"), .control("r"), .enter, .right, .down]
      let seldom =
        characters("sBeM?nNvVoXAcg#!/fFw][;,+-0itty*Q'\"SiMMtOW.ioRRvC") + [.alt("o")] + [
          .tab, .backTab, .home, .end, .pageDown,
        ]
      // Escape leaves a fork.
      return often + often + seldom + [.escape]
    case .prompt:
      return characters("ae sing") + [.enter, .enter, .escape, .tab, .control("j"), .backspace, .up, .left, .end]
    case .filter: return characters("pre<1") + [.enter, .escape, .backspace]
    case .help: return characters("jk") + [.escape, .pageDown]
    case .models: return characters("jjjk") + [.enter, .enter, .enter, .escape]
    case .interventions: return characters("jjjk lhu") + [.enter, .enter, .escape, .end]
    case .diagnosis: return characters("jk12") + [.enter, .escape]
    case .replay, .question:
      let moves: [Key] = [.pageDown, .pageDown, .pageDown, .pageUp, .pageUp, .tab, .home, .end]
      return moves + characters(context == .question ? "nhl" : "0123456789][gGn .,") + [.enter, .escape]
    case .replayHelp: return [.escape]
    case .entry: return characters("aPAD =0.5") + [.enter, .enter, .enter, .escape]
    case .palette: return characters("padnsubj") + [.down, .enter, .enter, .escape, .backspace]
    case .sessions: return characters("jjkof") + [.enter, .escape, .escape]
    case .presenter: return [.escape]
    }
  }

  /// How the inputs are written, so that a person can press them.
  static func words(_ inputs: [Input]) -> String {
    inputs.map { input in
      switch input {
      case .key(let key): key.name(.ascii)
      case .paste(let text): "paste(\(text.debugDescription))"
      default: "\(input)"
      }
    }.joined(separator: " ")
  }
}
