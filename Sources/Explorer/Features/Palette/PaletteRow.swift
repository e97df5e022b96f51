import Activations
import Support
import Survey
import UserInput

/// A line of what can be chosen from by typing: a key with what it does, a head by its number, or a place that was kept.
public struct PaletteRow: Sendable, Equatable {
  /// What choosing the line does.
  enum Goal: Sendable, Equatable {
    /// What the command means in the present view.
    case command(Command)
    /// A command of other views: the first of them is shown.
    case elsewhere(ViewID)
    /// A key that means something only in another place, which is said.
    case never(String)
    case head(HeadIndex)
    case place(Int)
    /// A number of a survey, and the head that has the largest.
    case number(SurveyNumber, HeadIndex?)
  }

  /// The keys that do the same, in the order of the table.
  package let keys: [Key]
  /// What it does, or what a place is called. Untrusted where a person has typed it.
  package let text: String
  /// Where it belongs: a title of the list of keys, and the views where they are not all.
  package let place: String
  let goal: Goal

  /// Whether choosing the line does anything here.
  package var isHere: Bool {
    switch goal {
    case .command, .head, .place, .number: true
    case .elsewhere, .never: false
    }
  }
}

extension LineEntry {
  /// Whether it is typed to choose a line of a list.
  package var isPalette: Bool { kind == .command || kind == .place || kind == .number }
}

extension State {
  /// What can be chosen with what has been typed; empty where nothing is chosen from.
  package var paletteRows: [PaletteRow] {
    switch entry?.kind {
    case .command: CommandPalette(state: self).rows(for: entry?.text ?? "")
    case .place: placeRows(for: entry?.text ?? "")
    case .number: numberRows(for: entry?.text ?? "")
    default: []
    }
  }

  /// The line that is marked, of so many.
  package func markedRow(of count: Int) -> Int { min(max(entry?.marked ?? 0, 0), max(count - 1, 0)) }

  /// The places that were kept and hold all words that are typed, the newest first.
  private func placeRows(for text: String) -> [PaletteRow] {
    let words = text.lowercased().split(separator: " ")
    return places.indices.reversed().compactMap { index in
      let place = places[index]
      let name = [place.title, place.note].filter { !$0.isEmpty }.joined(separator: ": ")
      guard words.allSatisfy({ name.lowercased().contains($0) }) else { return nil }
      let exploration = place.exploration
      return PaletteRow(
        keys: [], text: name,
        place: "\(exploration.view.title), \(shortName(of: exploration.head))", goal: .place(index))
    }
  }
}

/// Every key of the program as something to choose: those of the present view first.
struct CommandPalette {
  let state: State

  func rows(for text: String) -> [PaletteRow] {
    let words = text.lowercased().split(separator: " ").map(String.init)
    let goals = HeadNumber(text, countingFrom: state.exploration.countFrom).map { number -> [PaletteRow] in
      let head = number.head
      return [PaletteRow(keys: [], text: "go to \(state.name(of: head))", place: "Head", goal: .head(head))]
    }
    let rows = all
    let matching = rows.filter { row in words.allSatisfy { row.holds($0) } }
    // The key itself comes first, then what is here, then what begins with the word.
    func order(_ row: PaletteRow) -> Int {
      let isKey = row.keys.contains { $0.name == text }
      let begins = words.first.map { row.text.lowercased().hasPrefix($0) } ?? false
      return (isKey ? 0 : 4) + (row.isHere ? 0 : 2) + (begins || words.isEmpty ? 0 : 1)
    }
    // Swift's sort is stable.
    return (goals ?? []) + (words.isEmpty ? matching : matching.sorted { order($0) < order($1) })
  }

  /// What can be done here, in the order of hints; then what can be done in other views; then what other places have.
  private var all: [PaletteRow] {
    let here = KeyContext.view(state.view)
    var (own, everywhere, elsewhere, never): ([PaletteRow], [PaletteRow], [PaletteRow], [PaletteRow]) = ([], [], [], [])
    var seen: Set<Command> = []
    for binding in KeyBinding.all where binding.contexts.contains(here) && seen.insert(binding.command).inserted {
      // A view's own words for a command go before what it means in all views.
      let best =
        KeyBinding.all.last {
          $0.command == binding.command && $0.contexts.contains(here) && $0.contexts.count < binding.contexts.count
        } ?? binding
      let row = PaletteRow(
        keys: best.keys, text: best.help, place: best.group.rawValue, goal: .command(best.command))
      if best.contexts.count < KeyContext.views.count { own.append(row) } else { everywhere.append(row) }
    }
    let said = own + everywhere
    for binding in KeyBinding.all where !binding.contexts.contains(here) {
      guard !said.contains(where: { $0.goal == .command(binding.command) && $0.keys == binding.keys }) else { continue }
      let views = ViewID.allCases.filter { binding.contexts.contains(.view($0)) }
      if let view = views.first {
        elsewhere.append(
          PaletteRow(
            keys: binding.keys, text: binding.help, place: views.map(\.title).joined(separator: ", "),
            goal: .elsewhere(view)))
      } else {
        never.append(
          PaletteRow(
            keys: binding.keys, text: binding.help, place: binding.group.rawValue, goal: .never(binding.group.rawValue))
        )
      }
    }
    let others =
      [(text: "mouse: " + KeyBinding.mouse, place: KeyBinding.Group.move)]
      + KeyBinding.editing.map { (text: "\($0.keys): \($0.help)", place: .typing) }
    never += others.map {
      PaletteRow(keys: [], text: $0.text, place: $0.place.rawValue, goal: .never($0.place.rawValue))
    }
    return own + everywhere + elsewhere + never
  }
}

extension PaletteRow {
  fileprivate func holds(_ word: String) -> Bool {
    text.lowercased().contains(word) || place.lowercased().contains(word)
      || keys.contains { $0.name.lowercased() == word }
  }
}

/// A head by its number, as a person types it: `3.7`, `L3H7`, `L3 H7`, `layer 3 head 7`.
struct HeadNumber: Equatable {
  let head: HeadIndex

  /// Nil where the text is no such number; `first` is what layers and heads are counted from.
  init?(_ text: String, countingFrom first: Int) {
    let word = text.lowercased().filter { !$0.isWhitespace }
    let parts: [Substring]
    if word.hasPrefix("l"), let place = word.firstIndex(of: "h") {
      parts = [
        word[..<place].drop { $0.isLetter }, word[place...].drop { $0.isLetter },
      ]
    } else {
      parts = word.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    }
    guard parts.count == 2, let layer = Int(decimal: parts[0], in: first...1 << 20),
      let head = Int(decimal: parts[1], in: first...1 << 20)
    else { return nil }
    self.head = HeadIndex(layer: layer - first, head: head - first)
  }
}
