import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

struct GridLayoutTests {
  private func layout(_ columns: Int, _ rows: Int, _ state: State, _ appearance: Appearance) -> GridLayout {
    GridLayout(
      state: state, appearance: appearance,
      area: Frame(state: state, size: Size(columns: columns, rows: rows)).main)
  }

  @Test func everyTokenOfTheLecturesSentenceHasADotOnTheSmallestOfOrdinaryTerminals() {
    let layout = layout(80, 24, Synthetic.state(), Synthetic.truecolor)
    #expect(layout.thumbnail.showsEveryToken)
    #expect(layout.layers == 0..<6 && layout.heads == 0..<12)
  }

  @Test func largeTerminalsMakeLargePictures() {
    let state = Synthetic.state()
    let (medium, large) = (layout(120, 40, state, Synthetic.truecolor), layout(200, 60, state, Synthetic.truecolor))
    #expect(medium.preview != nil && large.preview != nil)
    #expect(large.thumbnail.scale > medium.thumbnail.scale && medium.thumbnail.scale == 1)
  }

  /// Tokens that can have dots of their own have them, before the large picture gets any room.
  @Test func thePreviewCostsNoTokenItsDot() {
    for words in 1...40 {
      let state = Synthetic.state(words: (0..<words).map { "w\($0)" })
      for (columns, rows) in [(80, 24), (100, 30), (120, 40), (160, 50), (200, 60), (300, 80)] {
        let room = GridRoom(state: state, appearance: Synthetic.truecolor)
        let area = Frame(state: state, size: Size(columns: columns, rows: rows)).main
        let (alone, shown) = (room.thumbnail(in: area), layout(columns, rows, state, Synthetic.truecolor))
        #expect(alone.factor > 1 || shown.thumbnail.factor == 1, "\(words) words at \(columns)x\(rows)")
      }
    }
  }

  @Test(arguments: [Synthetic.truecolor, Synthetic.ascii], [(80, 24), (120, 40)])
  func moreLayersThanFitAreSpokenOf(appearance: Appearance, size: (Int, Int)) {
    var state = Synthetic.state(model: Synthetic.model(layers: 24, heads: 16))
    state.head = HeadIndex(layer: 12, head: 3)
    let text = draw(state, appearance: appearance, size: Size(columns: size.0, rows: size.1)).text
    #expect(text.contains(" of 24"), "\(text)")
  }

  /// Whatever the size: thumbnails lie in their room and apart from each other, and the marked head is among them.
  @Test(arguments: [Synthetic.truecolor, Synthetic.colorless, Synthetic.ascii])
  func thumbnailsKeepToTheirRoom(appearance: Appearance) {
    var states: [State] = []
    for words in [1, 3, 14, 60] {
      var state = Synthetic.state(words: (0..<words).map { "w\($0)" })
      state.head = HeadIndex(layer: 4, head: 9)
      states.append(state)
    }
    for state in states {
      for columns in stride(from: 20, through: 220, by: 9) {
        for rows in stride(from: 6, through: 70, by: 3) {
          let layout = layout(columns, rows, state, appearance)
          let place = "\(columns)x\(rows), \(state.positions) tokens"
          #expect(layout.rect(of: state.head) != nil, "\(place)")
          let perRow = layout.thumbnail.dotsPerRow
          for layer in layout.layers {
            let index = HeadIndex(layer: layer, head: layout.heads.lowerBound)
            guard let dot = layout.dot(of: index), let rect = layout.rect(of: index) else { continue }
            #expect(dot.row >= (layer - layout.layers.lowerBound) * layout.thumbnail.rows, "\(place)")
            #expect(rect.row - layout.origin.row == dot.row / perRow, "\(place)")
            let isWhole = layout.area.rows > 1 + (layout.thumbnail.rows + perRow - 1) / perRow
            #expect(rect.endRow <= layout.area.endRow || !isWhole, "\(place)")
          }
          if let preview = layout.preview { #expect(preview.intersection(layout.area).isEmpty, "\(place)") }
        }
      }
    }
  }
}
