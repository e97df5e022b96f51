import Activations
import Canvas
import ExplorerApp
import ExplorerAppTestSupport
import Models
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Five keys, each pressed by the person.
@Suite struct TourTests {
  private let files = TinyModel()

  private func explorer(_ size: Size = Size(columns: 120, rows: 40)) throws -> OffscreenExplorer {
    let locator = ModelLocator(environment: [:], executablePath: "", currentFolder: "/")
    let model = try Model.load(locator.locate(files.path))
    var state = State(model: model.description, reference: files.path, texts: ["something else"])
    state.head = HeadIndex(layer: 1, head: 2)
    return try OffscreenExplorer(
      state, model: model, appearance: Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey]), size: size,
      locator: { locator })
  }

  /// The words of the screen, wherever lines are broken.
  private func words(_ explorer: OffscreenExplorer) -> String {
    let bar = Signs(explorer.appearance).bar
    return explorer.canvas.text.split(whereSeparator: \.isWhitespace).filter { String($0) != bar }.joined(
      separator: " ")
  }

  @Test func everyKeyLeadsToTheNext() throws {
    var explorer = try explorer(Size(columns: 80, rows: 30))
    #expect(!words(explorer).contains("Tour"))
    try explorer.press(.character("Z"))
    #expect(explorer.state.texts == [State.firstText] && explorer.state.head == HeadIndex(layer: 1, head: 2))
    for (number, step) in TourStep.all.enumerated() {
      #expect(words(explorer).contains("Tour, \(number + 1) of 5: press \(step.key) (Z ends it)"), "\(step.key)")
      #expect(words(explorer).contains(step.text), "\(step.key)")
      // Another key leads nowhere.
      try explorer.press(.character("#"))
      #expect(explorer.state.exploration.tour.step == number)
      if step.key == "i" {
        try explorer.take(.action(.texts(["a cat"], pair: nil)))
      } else {
        try explorer.press(.character(Character(step.key)))
      }
      #expect(explorer.state.exploration.tour.step == number + 1)
    }
    #expect(words(explorer).contains(TourStep.end))
    try explorer.press(.character("#"))
    #expect(explorer.state.exploration.tour.step == nil && !words(explorer).contains("tour"))
  }

  @Test func itEndsWhenAPersonWants() throws {
    var explorer = try explorer()
    try explorer.press(.character("Z"))
    try explorer.press(.character("2"))
    try explorer.press(.character("u"))
    #expect(explorer.state.exploration.tour.step == 0, "undo takes a step back")
    try explorer.press(.character("Z"))
    #expect(!words(explorer).contains("Tour") && explorer.state.texts == [State.firstText])
    try explorer.press(.character("u"))
    try explorer.press(.character("u"))
    #expect(explorer.state.texts == ["something else"])
  }

  @Test func everySizeCanBeDrawn() throws {
    var explorer = try explorer()
    try explorer.press(.character("Z"))
    for columns in stride(from: 20, through: 200, by: 36) {
      for rows in stride(from: 6, through: 60, by: 9) {
        let size = Size(columns: columns, rows: rows)
        #expect(draw(explorer.state, appearance: explorer.appearance, size: size).size == size)
      }
    }
  }
}
