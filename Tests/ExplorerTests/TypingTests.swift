import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Whatever is typed, one text field is typed into: keys and pastes do the same everywhere.
@Suite struct TypingTests {
  /// The lines that can be typed into.
  enum Line: String, CaseIterable, CustomTestStringConvertible {
    case sentence, secondText, headFilter, mark, note, question, search, sessionFilter, title

    var testDescription: String { rawValue }

    /// A state in which the line is open, and empty.
    var open: State {
      var state = Synthetic.state()
      switch self {
      case .sentence: TypingTests.type([.key(.character("i")), .key(.control("u"))], &state)
      case .secondText: TypingTests.type([.key(.character("i")), .key(.tab)], &state)
      case .headFilter:
        state.view = .heads
        TypingTests.type([.key(.character("/"))], &state)
      case .mark: _ = reduce(&state, .entry(LineEntry(.mark)))
      case .note: _ = reduce(&state, .entry(LineEntry(.note)))
      case .question: _ = reduce(&state, .entry(LineEntry(.question)))
      case .search: _ = reduce(&state, .entry(LineEntry(.search)))
      case .sessionFilter: _ = reduce(&state, .entry(LineEntry(.filter)))
      case .title: _ = reduce(&state, .entry(LineEntry(.title)))
      }
      return state
    }
  }

  /// Types as the program does: keys that came together are taken together.
  private static func type(_ inputs: [Input], _ state: inout State) {
    var rest = inputs[...]
    while !rest.isEmpty {
      let screen = ScreenPicture(state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40))
      let (resolution, count) = Keymap.resolve(rest, state: state, on: screen)
      rest = rest.dropFirst(count)
      switch resolution {
      case .action(let action): _ = reduce(&state, .action(action))
      case .control(.edit(let entry)): _ = reduce(&state, .entry(entry))
      default: Issue.record("\(resolution)")
      }
    }
  }

  /// The text with a bar where the cursor is.
  private static func shown(_ state: State) -> String? {
    state.textField.map { field in
      String(field.text.prefix(field.cursor)) + "|" + String(field.text.dropFirst(field.cursor))
    }
  }

  @Test(arguments: Line.allCases) func keysAndPastesDoTheSameInEveryLine(line: Line) {
    var state = line.open
    func expect(_ expected: String, after inputs: Input...) {
      Self.type(inputs, &state)
      #expect(Self.shown(state) == expected)
    }
    expect("|")
    expect("the |", after: .key(.character("t")), .key(.character("h")), .key(.character("e")), .key(.character(" ")))
    // A tab, too, is a space: it would go over to the other text if it were a key.
    expect("the black cat|", after: .paste("black\tcat"))
    expect("the black ca|t", after: .key(.left))
    expect("the black |cat", after: .key(.alt("b")))
    expect("the |cat", after: .key(.control("w")))
    expect("th|cat", after: .key(.backspace), .key(.control("h")))
    expect("th|t", after: .key(.delete), .key(.control("d")))
    expect("|tht", after: .key(.home))
    expect("t|ht", after: .key(.right))
    expect("tht|", after: .key(.end))
    expect("|tht", after: .key(.control("a")))
    expect("tht|", after: .key(.control("e")))
    expect("tht e\u{301}|", after: .key(.character(" ")), .key(.character("e")), .key(.character("\u{301}")))
    expect("tht |", after: .key(.control("b")), .key(.control("k")))
    expect("tht 👩‍👩‍👧 猫|", after: .paste("👩‍👩‍👧 猫"))
    expect("tht |", after: .key(.backspace), .key(.backspace), .key(.backspace))
    expect("|tht ", after: .key(.controlLeft))
    expect("tht| ", after: .key(.controlRight))
    expect("| ", after: .key(.control("u")))
    expect("one| ", after: .paste("one"))
    expect("| ", after: .key(.home), .key(.alt("d")))
    expect(" |", after: .key(.control("f")), .key(.right))
  }

  /// Lines are what sentences and notes have; elsewhere a pasted one goes on behind a space.
  @Test(arguments: Line.allCases) func aPastedLineBreakIsKeptWhereLinesMeanSomething(line: Line) {
    var state = line.open
    Self.type([.paste("one\r\ntwo")], &state)
    #expect(Self.shown(state) == ([.sentence, .note].contains(line) ? "one\ntwo|" : "one two|"))
    guard [.sentence, .note].contains(line) else { return }
    Self.type([.key(.home), .key(.control("j"))], &state)
    #expect(Self.shown(state) == "one\n\n|two")
    Self.type([.key(.end), .key(.control("u"))], &state)
    #expect(Self.shown(state) == "one\n\n|")
  }
}
