import Explorer
import ExplorerViews
import Foundation
import Sessions
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

/// What is taken along: the clipboard, files of pictures and numbers, and the list of marks and notes.
struct TakeawayTests {
  private static let size = Size(columns: 100, rows: 30)

  private var state: State {
    var state = Synthetic.state()
    Synthetic.perform([.show(.head), .selectPair(query: 2, key: 1)], on: &state)
    return state
  }

  @Test func theMarkedNumberAndItsRowAreCopied() throws {
    let numbers = try #require(state.numbersOfView)
    let row = try #require(state.encoding?.trace.probabilities(state.head).row(2))
    #expect(numbers.markedNumber == "\(row[1])")
    let lines = try #require(numbers.markedRow).split(separator: "\n")
    #expect(lines[0] == "query\t[CLS]\tthe\tcat\tran\t[SEP]")
    #expect(lines[1] == "cat\t" + row.map { "\($0)" }.joined(separator: "\t"))
    var store = WorkspaceStore(state)
    let asked = store.send(.control(.copy("\(row[1])")))
    #expect(asked == [.display(.copy("\(row[1])"))] && store.state.notice?.hasPrefix("copied \(row[1])") == true)
  }

  /// A token of a downloaded vocabulary brings no control characters along to where the row is pasted.
  @Test func aCopiedRowHasNoControlsButItsOwn() throws {
    var state = state
    state.computation = Synthetic.computation(words: ["a\tb", "c\u{1B}[31md", "e\u{2028}\r\nf"])
    let lines = try #require(state.numbersOfView?.markedRow).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0] == "query\t[CLS]\tab\tc[31md\tef\t[SEP]")
  }

  @Test(arguments: ViewID.allCases) func everyViewHasNumbersOfItsOwnSize(view: ViewID) {
    var state = state
    Synthetic.perform([.compare(.putAside), .mask(.none), .show(view)], on: &state)
    guard let numbers = state.numbersOfView else {
      #expect(view == .train, "\(view) has no numbers")
      return
    }
    #expect(!numbers.rows.isEmpty && numbers.values.count == numbers.rows.count)
    #expect(numbers.values.allSatisfy { $0.count == numbers.columns.count })
    #expect(numbers.markedNumber != nil)
  }

  @Test func whatIsSavedIsWhatIsOnTheScreen() throws {
    let folder = TemporaryFolder()
    func save(_ name: String) throws -> String {
      try Takeaway(of: state, as: "\(folder.path)/\(name)", scales: [.grey], size: Self.size).write()
    }
    let csv = try String(contentsOfFile: save("a.csv"), encoding: .utf8).split(separator: "\n")
    let row = try #require(state.encoding?.trace.probabilities(state.head).row(2))
    #expect(csv.count == 26 && csv[0] == "query,key,query_name,key_name,value" && csv[12] == "2,1,cat,the,\(row[1])")
    #expect(try String(contentsOfFile: save("a.svg"), encoding: .utf8).contains("<svg"))
    let text = try String(contentsOfFile: save("a.txt"), encoding: .utf8)
    #expect(text.contains("layer 0 head 0") && !text.contains("? help"), "the picture without the hints")
    let archive = try Data(contentsOf: URL(fileURLWithPath: save("a.npz")))
    #expect(archive.starts(with: Array("PK".utf8)) && archive.count > 100)
    // What is there already stays.
    #expect(try save("a.csv").hasSuffix("/a-2.csv"))
    #expect(throws: TakeawayError.self) { try save("a.pdf") }
    #expect(throws: (any Error).self) { try save("nowhere/a.svg") }
  }

  @Test func aNameIsTypedAndTheFileIsAskedFor() {
    var store = WorkspaceStore(state)
    store.send(.control(.edit(LineEntry(.file, text: "a.svg"))))
    #expect(store.send(.submitEntry) == [.display(.save("a.svg"))])
    store.send(.saved(words: "saved: /tmp/a.svg"))
    #expect(store.state.notice == "saved: /tmp/a.svg" && store.state.entry == nil)
  }

  /// `'` sets a mark, `"` a note that goes with it; going there brings back all that was chosen.
  @Test func marksAndNotesStayInAListAndLeadBack() throws {
    var store = WorkspaceStore(state, recording: Recording(id: 1))
    store.send(.openPlaces)
    #expect(store.state.entry == nil && store.state.notice?.contains("no mark") == true)
    let marked = store.state.exploration
    store.send(.mark)
    store.type("here")
    store.send(.submitEntry)
    store.send(.note)
    store.type("what I saw")
    store.send(.submitEntry)
    store.send(.action(.show(.mask)))
    store.send(.note)
    store.type("another place")
    store.send(.submitEntry)
    #expect(
      store.state.places.map(\.title) == ["here", ""]
        && store.state.places.map(\.note) == ["what I saw", "another place"])
    store.send(.openPlaces)
    #expect(store.state.paletteRows.map(\.text) == ["another place", "here: what I saw"])
    store.type("saw")
    #expect(store.state.paletteRows.map(\.text) == ["here: what I saw"])
    store.send(.control(.run(.action(.places(.visit(0))))))
    #expect(store.state.exploration == marked && store.state.entry == nil && store.state.notice == "here: what I saw")
    store.send(.action(.undo))
    #expect(store.state.view == .mask, "going there is one change")
    // A replay of what was recorded comes to the same list.
    var replayed = state
    for case .action(let action) in store.recorded(1) { fold(&replayed, action) }
    #expect(replayed.places == store.state.places && replayed.exploration == store.state.exploration)
  }
}
