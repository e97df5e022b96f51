import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// NaN and infinity in what is computed: every picture can be drawn, and shows them as what they are.
struct OddNumberTests {
  /// Where the number is, in the tensors of each layer but the first, or in hidden states.
  enum Place: CaseIterable {
    case probability, wholeHead, queries, keys, values, context, hiddenState
  }

  private static let odd: [Float] = [.nan, .infinity, -.infinity]
  private static let model = Synthetic.model(layers: 2, heads: 3)
  private static let depths: [(ColorDepth, GlyphSet)] = [
    (.truecolor, .unicode), (.truecolor, .ascii), (.indexed256, .unicode), (.eight, .unicode), (.eight, .ascii),
    (.none, .unicode), (.none, .ascii),
  ]
  private static let appearances = depths.map { Appearance(depth: $0, glyphs: $1, scales: [.grey]) }
  private static let sizes = [Size(columns: 64, rows: 18), Size(columns: 132, rows: 34)]

  /// Everything that is drawn of a result, at least once.
  private static let pictures: [[Action]] =
    [
      [.show(.grid)], [.show(.grid), .range(.head)], [.show(.grid), .heads(.gridColumn(.entropy))],
      [.show(.grid), .heads(.gridColumn(.distance)), .heads(.sortGrid(true))], [.show(.grid), .flow(.norms(true))],
      [.show(.head)], [.show(.head), .zoom(.fixed(.block))], [.show(.head), .zoom(.fixed(.dot))],
      [.show(.head), .zoom(.fixed(.pooled(2))), .range(.head)], [.show(.head), .flow(.norms(true))],
      [.show(.head), .zoom(.fixed(.dot)), .intervention(.hide(.separators))], [.show(.mask)],
      [.show(.words)], [.show(.heads)], [.show(.heads), .heads(.sort(.entropy, isDescending: true))], [.show(.flow)],
      [.show(.flow), .flow(.measure(.layer)), .flow(.pooling(.maximum))], [.show(.flow), .flow(.norms(true))],
      [.compare(.putAside), .mask(.none), .show(.compare)],
      [.compare(.putAside), .mask(.none), .show(.compare), .compare(.mode(.heads))], [.diagnosis(.open)],
    ]
    + StepStage.allCases.flatMap { stage in
      [false, true].map { [.show(.steps), .steps(.stage(stage)), .steps(.showAllQueries($0))] }
    }

  private func tensor(_ tensor: Tensor, _ value: Float, at places: (Int) -> Bool) -> Tensor {
    Tensor(shape: tensor.shape, tensor.values().enumerated().map { places($0.offset) ? value : $0.element })
  }

  private func spoilt(_ computation: Computation, _ value: Float, _ place: Place) -> Computation {
    let encoding = computation.encoding
    let count = encoding.input.count
    func change(_ original: Tensor, _ isIt: Bool, _ places: (Int) -> Bool = { $0 % 7 == 3 }) -> Tensor {
      isIt ? tensor(original, value, at: places) : original
    }
    let layers = encoding.trace.layers.enumerated().map { index, layer in
      guard index > 0 else { return layer }
      let probabilities = change(layer.attentionProbabilities, place == .probability) {
        $0 % (count * count) == count + 1
      }
      return LayerTrace(
        queries: change(layer.queries, place == .queries), keys: change(layer.keys, place == .keys),
        values: change(layer.values, place == .values),
        attentionProbabilities: change(probabilities, place == .wholeHead) { $0 < count * count },
        contextLayer: change(layer.contextLayer, place == .context), mask: layer.mask, scale: layer.scale,
        outputProjection: layer.outputProjection, ablations: layer.ablations)
    }
    let states = encoding.trace.hiddenStates.enumerated().map { change($1, place == .hiddenState && $0 > 0) }
    return Computation(
      id: computation.id,
      encoding: Encoding(
        request: encoding.request, input: encoding.input, mask: encoding.mask,
        trace: AttentionTrace(layers: layers, hiddenStates: states)))
  }

  private func sign(_ cell: Cell) -> Character? { Unicode.Scalar(cell.base).map { Character($0) } }

  private func state(_ value: Float, _ place: Place, _ actions: [Action]) throws -> State {
    var state = Synthetic.state(words: ["the", "cat"], pad: 1, model: Self.model)
    state.results[.shown] = spoilt(try #require(state.computation), value, place)
    let first = [Action.selectHead(HeadIndex(layer: 1, head: 0)), .selectPair(query: 1, key: 1)]
    Synthetic.perform(first + actions, on: &state) { spoilt($0, value, place) }
    return state
  }

  @Test(arguments: odd, Place.allCases) func everyPictureCanBeDrawn(value: Float, place: Place) throws {
    let number = Place.allCases.firstIndex(of: place) ?? 0
    for (index, actions) in Self.pictures.enumerated() {
      let state = try state(value, place, actions)
      for (turn, appearance) in Self.appearances.enumerated() {
        // Each picture has each depth in some of the places, with either size, plain and before a class.
        guard (index + turn + number) % 2 == 0 else { continue }
        let choice = (index + turn + number) / 2
        var appearance = appearance
        if choice % 2 == 0 {
          appearance.presentation = Presentation(theme: choice % 4 == 0 ? .dark : .light)
          appearance.presentation?.progress = [0, 0.3, 0.7, 1][choice / 4 % 4]
        }
        let size = Self.sizes[choice / 2 % 2]
        let canvas = draw(state, appearance: appearance, size: size)
        #expect(canvas.size == size)
        guard appearance.glyphs == .ascii else { continue }
        let isASCII = canvas.text.unicodeScalars.allSatisfy(\.isASCII)
        #expect(isASCII, "\(actions)")
      }
    }
  }

  @Test(arguments: appearances) func theyLookLikeNoOtherNumber(appearance: ExplorerViews.Appearance) {
    let heat = HeatPainter(appearance: appearance, colors: "grey", top: 1)
    let painters: [any ValuePainter] = [
      heat, HeatPainter(appearance: appearance, difference: 1), DivergingPainter(appearance: appearance, top: 1),
    ]
    let numbers: [Float?] = [nil] + (-256...256).map { Float($0) / 256 }
    for painter in painters {
      let odd = Self.odd.map { painter.cell($0) }
      #expect(odd.map(sign) == (appearance.glyphs == .ascii ? ["?", "i", "i"] : ["?", "∞", "∞"]))
      for number in numbers {
        #expect(!odd.contains(painter.cell(number)))
        if appearance.hasHeatColors { #expect(Self.odd.allSatisfy { painter.color($0) != painter.color(number) }) }
      }
    }
  }

  /// In half a cell there is no room for a sign, but there is in a whole one, and larger areas are hatched.
  @Test func everySizeOfCellShowsThem() {
    let painter = HeatPainter(appearance: Synthetic.truecolor, colors: "grey", top: 1)
    let missing = ColorScale.grey.missing
    func drawn(_ upper: Float, _ lower: Float) -> Cell {
      let mask = AttentionMask(size: 2, allowed: [true, true, true, true])
      let image = HeatImage(
        PairMap(Tensor(shape: [2, 2], [upper, 0, lower, 0])), mask: mask, queries: 0..<2, keys: 0..<2, pooling: (1, 1))
      var canvas = Canvas(size: Size(columns: 2, rows: 1))
      painter.draw(image, on: &canvas, column: 0, row: 0)
      return canvas[0, 0]
    }
    #expect(sign(drawn(.nan, .nan)) == "?" && sign(drawn(.infinity, .infinity)) == "∞")
    #expect(drawn(.nan, .nan).style.background == missing && sign(drawn(.nan, .infinity)) == "?")
    #expect(drawn(.nan, 0.5).style.foreground == missing && drawn(0.5, .infinity).style.background == missing)
    #expect(drawn(0.5, 0.5).style.foreground != missing)
    var canvas = Canvas(size: Size(columns: 5, rows: 1))
    painter.fill(Rect(canvas.size), with: .infinity, on: &canvas)
    #expect(canvas.text == "▚▚∞▚▚")
    painter.fill(Rect(canvas.size), with: .nan, isWritten: true, on: &canvas)
    #expect(canvas.text == "▚▚▚▚▚")
  }

  @Test func whatStandsForSeveralNumbersHidesNone() {
    let mask = AttentionMask(size: 4, allowed: Array(repeating: true, count: 16))
    for odd in [Float.nan, -Float.nan, .infinity] {
      var numbers = (0..<16).map { Float($0) / 16 }
      numbers[5] = odd
      let image = HeatImage(
        PairMap(Tensor(shape: [4, 4], numbers)), mask: mask, queries: 0..<4, keys: 0..<4, pooling: (2, 2))
      #expect(image.dots.map(OddValue.init) == [OddValue(odd), nil, nil, nil])
      #expect(image.dots[3] == 15.0 / 16)
      let differences = HeatImage(differences: Tensor(shape: [4, 4], numbers), queries: 0..<4, keys: 0..<4, pooling: 2)
      #expect(differences.dots.map(OddValue.init) == [OddValue(odd), nil, nil, nil])
      #expect(VectorStrip.pooled(numbers, to: 4).map(OddValue.init) == [nil, OddValue(odd), nil, nil])
    }
  }

  @Test func theLegendSaysWhatTheirSignsMean() throws {
    let wide = Size(columns: 120, rows: 30)
    for (glyphs, words) in [(GlyphSet.unicode, "? NaN  ∞ infinite"), (.ascii, "? NaN  i infinite")] {
      let appearance = Appearance(depth: .none, glyphs: glyphs, scales: [.grey])
      for view in [ViewID.grid, .head, .flow, .words] {
        for place in Place.allCases {
          let state = try state(.nan, place, [.show(view)])
          #expect(draw(state, appearance: appearance, size: wide).text.contains(words), "\(view), \(place)")
        }
      }
      let sound = draw(Synthetic.state(), appearance: appearance, size: wide).text
      #expect(!sound.contains("infinite"))
    }
  }

  @Test func scalesReachAsFarAsFiniteNumbersDo() throws {
    for value in Self.odd {
      let sound = Synthetic.state(words: ["the", "cat"], pad: 1, model: Self.model)
      let odd = try state(value, .probability, [.show(.head)])
      let computations = (try #require(sound.computation), try #require(odd.computation))
      #expect(computations.0.largestOfAll == computations.1.largestOfAll)
      #expect(!computations.1.isFinite && computations.0.isFinite)
      let norms = try state(value, .values, [.flow(.norms(true))])
      let lengths = try #require(norms.valueNorms)
      #expect(lengths.largestOfAll.isFinite)
    }
  }

  @Test func listsHaveThemLast() throws {
    let row = try #require(try state(.nan, .probability, [.show(.heads)]).headRows.first)
    let entropies: [Double] = [0.5, .nan, 2, .nan, 1]
    let rows = entropies.enumerated().map { index, entropy in
      var statistics = row.statistics
      statistics.entropy = entropy
      return HeadRow(index: HeadIndex(layer: 0, head: index), statistics: statistics, pattern: row.pattern)
    }
    #expect(rows.sorted(by: .entropy, isDescending: true).map(\.index.head) == [2, 4, 0, 1, 3])
    #expect(rows.sorted(by: .entropy, isDescending: false).map(\.index.head) == [0, 4, 2, 1, 3])
  }
}
