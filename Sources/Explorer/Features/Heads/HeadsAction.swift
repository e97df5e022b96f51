import Activations

/// What is done with the table of heads, and with its numbers in the grid.
public enum HeadsAction: Sendable, Equatable {
  case sort(HeadColumn, isDescending: Bool)
  /// Which heads are shown; see `HeadFilter`.
  case filter(String)
  /// The line for a filter opens on the present one; what is typed in it filters at once.
  case openFilter
  case typeFilter(String, cursor: Int)
  case keepFilter
  case restoreFilter
  /// Go to a head that is like another one. Where both are the same, it is only said which head others are compared with.
  case selectLike(HeadIndex, of: HeadIndex)
  /// The number that the grid shows of every head; nil for their attention.
  case gridColumn(HeadColumn?)
  case sortGrid(Bool)
}

extension State {
  mutating func perform(_ action: HeadsAction) {
    switch action {
    case .sort(let column, let isDescending):
      exploration.heads.column = column
      exploration.heads.isDescending = isDescending
    case .filter(let text): exploration.heads.filter = text
    case .openFilter:
      overlay = nil
      let text = exploration.heads.filter
      filterPrompt = Prompt(text: text, cursor: text.count, original: text)
    case .typeFilter(let text, let cursor):
      filterPrompt = Prompt(
        text: text, cursor: cursor, original: filterPrompt?.original ?? exploration.heads.filter)
    case .keepFilter:
      guard let prompt = filterPrompt else { break }
      exploration.heads.filter = prompt.text
      filterPrompt = nil
    case .restoreFilter: filterPrompt = nil
    case .selectLike(let head, let anchor):
      exploration.head = HeadIndex(layer: max(head.layer, 0), head: max(head.head, 0))
      exploration.heads.likeness = HeadsChoices.Likeness(anchor: anchor, reached: exploration.head)
      if exploration.head == anchor { notice = "all heads are compared with this one; n goes to the one most like it" }
    case .gridColumn(let column):
      exploration.heads.gridColumn = column == .place || column == .pattern ? nil : column
      if exploration.heads.gridColumn == nil { exploration.heads.isGridSorted = false }
    case .sortGrid(let isSorted): exploration.heads.isGridSorted = isSorted
    }
  }
}
