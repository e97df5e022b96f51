import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// One head: which cells it has, what is said of them, and the bars beside it.
struct HeadViewTests {
  private static let words = "the animal did not cross the street because it was too tired .".split(separator: " ")
    .map(String.init)
  private static let sizes = [(40, 12), (80, 24), (120, 40), (200, 60), (300, 80)].map { Size(columns: $0, rows: $1) }

  /// With a small model, except where a test is about many heads.
  private func state(_ words: [String], zoom: Zoom = .words, query: Int = 0, heads: Int = 2) -> State {
    var state = Synthetic.state(words: words, model: Synthetic.model(layers: heads == 2 ? 2 : 6, heads: heads))
    (state.view, state.zoom, state.query) = (.head, zoom, query)
    return state
  }

  private func layout(_ state: State, _ size: Size, _ appearance: Appearance = Synthetic.truecolor) -> HeadLayout {
    HeadLayout(state: state, appearance: appearance, area: Frame(state: state, size: size).main)
  }

  /// The cells beside the names of the tokens, whatever the size and however many tokens there are.
  @Test(arguments: sizes) func wordsStandBesideTheCells(size: Size) {
    for count in [3, 13, 40, 337] {
      let words = (0..<count).map { HeadViewTests.words[$0 % HeadViewTests.words.count] }
      let state = state(words, query: count / 2)
      for appearance in [Synthetic.truecolor, Synthetic.ascii] {
        let layout = layout(state, size, appearance)
        #expect(layout.cell == .number || layout.cell == .block, "\(count) words: \(layout.cell)")
        #expect(layout.queries.contains(count / 2) && layout.queries.count >= min(count + 2, 4))
        #expect(layout.matrix.endRow <= Frame(state: state, size: size).main.endRow)
        let rows = draw(state, appearance: appearance, size: size).text.split(
          separator: "\n", omittingEmptySubsequences: false)
        for query in layout.queries {
          let row = rows[
            layout.matrix.row + (query - layout.queries.lowerBound) * layout.cellRows + (layout.cellRows - 1) / 2]
          let word = state.encoding?.input.tokens[query] ?? ""
          #expect(row.contains(word.prefix(layout.labelColumns - 2)), "\(word) at \(size)")
        }
      }
    }
  }

  @Test func aSentenceOfFifteenTokensHasItsWordsOnASmallTerminal() {
    let size = Size(columns: 80, rows: 24)
    let state = state(HeadViewTests.words)
    #expect(state.positions == 15)
    let (words, fit) = (layout(state, size), layout(self.state(HeadViewTests.words, zoom: .fit), size))
    #expect(words.cell == .block && words.queries == 0..<15 && words.keys == 0..<15)
    #expect(fit.cell == .block, "all of it fits")
  }

  /// Dots stand for as many queries as keys, for any whole number of them, and no smaller ones than show all can be chosen.
  @Test(arguments: [40, 100, 337]) func cellsArePooledByAnyWholeNumber(count: Int) throws {
    let state = state((0..<count).map { "w\($0)" }, zoom: .fit)
    for size in HeadViewTests.sizes {
      let all = layout(state, size)
      #expect(all.queries == 0..<count + 2 && all.keys == 0..<count + 2)
      var expected: [CellSize] = [.number, .block, .dot]
      if case .pooled(let factor) = all.cell { expected += (2...factor).map(CellSize.pooled) }
      #expect(all.sizes.all == expected)
      guard case .pooled(let factor) = all.cell else { continue }
      var smaller = state
      smaller.zoom = .fixed(factor > 2 ? .pooled(factor - 1) : .dot)
      let less = layout(smaller, size)
      #expect(less.queries.count < count + 2 || less.keys.count < count + 2, "the room is filled at \(size)")
      #expect(HeadLayout.queriesPerRow(all.cell, Synthetic.ascii) == HeadLayout.keysPerColumn(all.cell))
    }
  }

  @Test func zoomGoesThroughWholeNumbers() {
    var state = state((0..<335).map { "w\($0)" })
    let size = Size(columns: 120, rows: 40)
    var seen: [CellSize] = []
    while seen.count < 40,
      case .action(let action) = Keymap.resolve(
        .key(.character("-")), state: state, appearance: Synthetic.truecolor, size: size),
      case .zoom(.fixed(let cell))? = action.of(PictureAction.self)
    {
      seen.append(cell)
      state.zoom = .fixed(cell)
    }
    #expect(seen == [.dot] + (2...6).map(CellSize.pooled))
    // A size of another terminal: larger cells are one key away.
    state.zoom = .fixed(.pooled(64))
    guard
      case .action = Keymap.resolve(.key(.character("+")), state: state, appearance: Synthetic.truecolor, size: size)
    else {
      Issue.record("+ does nothing")
      return
    }
  }

  /// Wherever a cell stands for several pairs, the screen says so: in the grid, in the head, for a class, in exports.
  @Test(arguments: [ViewID.grid, .head], [false, true]) func whatACellStandsForIsOnTheScreen(
    view: ViewID, isPresented: Bool
  ) throws {
    for count in [20, 335] {
      var state = state((0..<count).map { "w\($0)" }, zoom: .fit, heads: count == 20 ? 12 : 2)
      state.view = view
      for size in HeadViewTests.sizes where !isPresented || size.rows >= 24 {
        for appearance in [Synthetic.truecolor, Synthetic.colorless] {
          var appearance = appearance
          if isPresented { appearance.presentation = Presentation(theme: .dark) }
          let frame = Frame(state: state, appearance: appearance, size: size)
          let area =
            isPresented && view == .head ? HeadPresenter.matrixArea(of: frame.main, state, .unicode) : frame.main
          let factor: Int
          if view == .grid {
            factor = GridLayout(state: state, appearance: appearance, area: frame.main).thumbnail.factor
          } else {
            let layout = HeadLayout(state: state, appearance: appearance, area: area, hasBars: !isPresented)
            factor = HeadLayout.keysPerColumn(layout.cell)
          }
          let text = draw(state, appearance: appearance, size: size).text
          let words = "\(factor)×\(factor)"
          #expect(text.contains(words) == (factor > 1), "\(view) \(size), \(count) words: \(text)")
          if size.columns >= 80, factor > 1 { #expect(text.contains("1 cell = max"), "\(text)") }
        }
      }
    }
  }

  /// A picture that is not bound to cells has every pair of tokens.
  @Test(arguments: [ViewID.grid, .head]) func vectorPicturesHaveEveryPair(view: ViewID) throws {
    var state = state((0..<98).map { "w\($0)" }, zoom: .fit, heads: 12)
    state.view = view
    state.head = HeadIndex(layer: 0, head: 0)
    var appearance = Synthetic.truecolor
    appearance.isVector = true
    let size = Size(columns: 120, rows: 40)
    let canvas = draw(state, appearance: appearance, size: size)
    #expect(!canvas.text.contains("1 cell ="))
    #expect(canvas.finePictures.count == (view == .grid ? 72 : 1))
    #expect(draw(state, appearance: Synthetic.truecolor, size: size).finePictures.isEmpty)
    let picture = try #require(canvas.finePictures.first)
    #expect(picture.columns == 100 && picture.rows == 100)
    let probabilities = try #require(state.encoding).trace.probabilities(state.head)
    let painter = HeatPainter(
      appearance: appearance, colors: state.colors, top: state.top(of: state.head, in: try #require(state.computation)))
    for query in 0..<100 {
      for key in 0..<100 where view == .grid || (query, key) != (0, 0) {
        #expect(picture.colors[query * 100 + key] == painter.color(probabilities[query, key]))
      }
    }
  }

  /// Bars are of one colour, and the longest is as long as there is room, however small the largest number is.
  @Test func barsAreBrightAndRelativeToTheLargest() throws {
    var state = state(HeadViewTests.words.prefix(8).map { $0 }, query: 2, heads: 4)
    state.head = HeadIndex(layer: 0, head: 3)
    let size = Size(columns: 120, rows: 40)
    let canvas = draw(state, appearance: Synthetic.truecolor, size: size)
    let list = try #require(layout(state, size).list)
    let row = try #require(state.encoding).trace.probabilities(state.head).row(2)
    let largest = try #require(row.max())
    #expect(largest < 0.5)
    var colors: Set<Color> = []
    for (key, probability) in row.enumerated() {
      var filled = 0.0
      for column in list.column..<list.endColumn - 7 {
        let cell = canvas[column, list.row + 1 + key]
        guard (0x2588...0x258F).contains(cell.base) else { continue }
        filled += Double(0x2590 - cell.base) / 8
        colors.insert(cell.style.foreground)
      }
      let columns = Double(list.columns - 8 - 8)
      #expect(abs(filled - Double(probability / largest) * columns) < 0.1, "key \(key): \(filled)")
    }
    #expect(colors.count == 1 && colors.allSatisfy { $0.luminance > 0.3 })
  }

  /// With much room, all heads of the layer stand beside the one that is shown, and a click goes to one of them.
  @Test func allHeadsOfTheLayerStandBesideOneWhereThereIsRoom() throws {
    for (count, size) in [(3, Size(columns: 200, rows: 60)), (13, Size(columns: 300, rows: 80))] {
      let state = state((0..<count).map { "w\($0)" }, heads: 12)
      let layout = layout(state, size)
      let layer = try #require(layout.layer)
      #expect(layer.column > layout.matrix.endColumn && layer.column >= layout.list?.endColumn ?? 0)
      let text = draw(state, appearance: Synthetic.truecolor, size: size).text
      #expect(text.contains("layer 0: all its heads"))
      for head in 0..<12 {
        let rect = LayerHeadsLayout(state: state, appearance: Synthetic.truecolor, area: layer).rect(of: head)
        #expect(layer.intersection(rect) == rect)
        let pattern = try #require(state.pattern(of: HeadIndex(layer: 0, head: head))).name
        #expect(text.contains("H\(head) \(pattern)"))
        let press = Input.mouse(
          MouseEvent(kind: .press, point: Point(column: rect.column + 1, row: rect.row + 1)))
        #expect(
          Keymap.resolve(press, state: state, appearance: Synthetic.truecolor, size: size)
            == .action(.selectHead(HeadIndex(layer: 0, head: head))))
      }
    }
    #expect(layout(state(["a"]), Size(columns: 120, rows: 40)).layer == nil)
  }
}
