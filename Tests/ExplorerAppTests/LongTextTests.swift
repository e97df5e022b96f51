import Activations
import Canvas
import Encoders
import Insights
import Models
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerApp
@testable import ExplorerViews

/// A text whose probabilities are not kept: it is computed in parts, and what is looked at is computed anew.
@Suite(NoWholeHeads()) struct LongTextTests {
  private static let appearance = LongText.appearance

  private func explorer(
    _ words: Int, limit: Int?, size: Size = Size(columns: 120, rows: 40), _ actions: [Action] = []
  ) throws -> OffscreenExplorer {
    try LongText.explorer(words, limit: limit, size: size, actions)
  }

  private static func rows(_ canvas: Canvas) -> [String] {
    (0..<canvas.size.rows).map { row in
      (0..<canvas.size.columns).map { Unicode.Scalar(canvas[$0, row].base).map(String.init) ?? "" }.joined()
    }
  }

  private static let views: [(String, [Action])] =
    [
      ("grid", [.show(.grid)]), ("head", [.show(.head)]),
      ("head, numbers", [.show(.head), .zoom(.fixed(.number))]),
      ("head, blocks", [.show(.head), .zoom(.fixed(.block))]), ("head, dots", [.show(.head), .zoom(.fixed(.dot))]),
      ("document", [.show(.head), .document(.show(true))]),
      ("grid, hidden", [.intervention(.hide(.first)), .show(.grid)]),
      ("head, hidden", [.intervention(.hide(.first)), .show(.head)]),
      (
        "head, numbers, hidden",
        [.intervention(.hide(.first)), .show(.head), .zoom(.fixed(.number))]
      ),
      ("grid, nothing to hide", [.intervention(.hide(.separators)), .show(.grid)]),
      ("words, hidden", [.intervention(.hide(.first)), .show(.words)]),
      ("mask, hidden", [.intervention(.hide(.first)), .mask(.causal), .show(.mask)]),
      ("flow, hidden", [.intervention(.hide(.first)), .show(.flow)]),
      ("lines", [.show(.head), .lines(.show(true))]), ("heads", [.show(.heads)]), ("words", [.show(.words)]),
      ("flow", [.show(.flow)]), ("flow, largest", [.show(.flow), .flow(.pooling(.maximum))]),
      ("flow of a layer", [.show(.flow), .flow(.measure(.layer))]),
      ("mask", [.mask(.causal), .show(.mask)]),
      (
        "mask, grid",
        [.pad(to: 110), .mask(.full), .show(.mask), .maskView(.picture(.grid)), .maskView(.wordsOnly(true))]
      ),
      ("compare", [.compare(.putAside), .mask(.causal), .show(.compare)]),
      ("compare, heads", [.compare(.putAside), .mask(.causal), .show(.compare), .compare(.mode(.heads))]),
      ("what looks odd", [.mask(.none), .show(.grid), .diagnosis(.open)]),
    ] + StepStage.allCases.map { ("steps, \($0)", [.show(.steps), .steps(.stage($0))]) }
    + StepStage.allCases.map {
      ("all queries, \($0)", [.show(.steps), .steps(.stage($0)), .steps(.showAllQueries(true))])
    }

  /// Where every pair has a cell of its own, or tables have their numbers, the screen is that of the ordinary computation.
  @Test(arguments: [24, 100], 0..<views.count) func screensAreTheSame(words: Int, view: Int) throws {
    let (name, actions) = Self.views[view]
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)] {
      let place: [Action] = [.selectHead(HeadIndex(layer: 1, head: 1)), .selectPair(query: 20, key: words - 3)]
      let whole = try explorer(words, limit: nil, size: size, actions + place)
      // All of the flow is shown of texts that are not so very long.
      let parts = try WholeHeads.$mostTokens.withValue(name.hasPrefix("flow") ? 2048 : 0) {
        try explorer(words, limit: 0, size: size, actions + place)
      }
      #expect(parts.state.computesRows && !whole.state.computesRows)
      let (a, b) = WholeHeads.$mostTokens.withValue(name.hasPrefix("flow") ? 2048 : 0) {
        (Self.rows(whole.bareCanvas), Self.rows(parts.bareCanvas))
      }
      if name == "lines" {
        // Of lines from elsewhere, those that end on the screen are left out.
        #expect(words == 100 || size.rows < 40 || a == b, "\(name), \(size)")
      } else {
        // All queries at once are not shown beside the steps of one.
        let end = a.firstIndex { $0.contains("The same for all queries at once") } ?? a.count
        #expect(a[..<end] == b[..<end], "\(name), \(words) words, \(size)")
      }
    }
  }

  /// Where a head is so short that it is held while it is looked at, all of its pictures are those of the ordinary computation.
  @Test(arguments: [24, 160], 0..<views.count) func picturesAreTheSame(words: Int, view: Int) throws {
    let (name, actions) = Self.views[view]
    try WholeHeads.$mostTokens.withValue(2048) {
      try HeadComparison.$mostTokens.withValue(1024) {
        for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)] {
          let place: [Action] = [.selectHead(HeadIndex(layer: 1, head: 1)), .selectPair(query: 20, key: words - 3)]
          let whole = try explorer(words, limit: nil, size: size, actions + place)
          let parts = try explorer(words, limit: 0, size: size, actions + place)
          #expect(parts.state.computesRows && !whole.state.computesRows)
          let (a, b) = (whole.bareCanvas, parts.bareCanvas)
          let isSame = (0..<size.rows).allSatisfy { row in (0..<size.columns).allSatisfy { a[$0, row] == b[$0, row] } }
          #expect(isSame, "\(name), \(words) words, \(size)")
        }
      }
    }
  }

  /// A cell of several pairs shows the largest of them, whatever its size.
  @Test func coarseCellsShowTheLargest() throws {
    let size = Size(columns: 80, rows: 24)
    let whole = try explorer(160, limit: nil, size: size)
    let parts = try explorer(160, limit: 0, size: size, [.show(.head)])
    let computation = try #require(parts.state.computation)
    let layout = HeadLayout(
      state: parts.state, appearance: Self.appearance, area: Rect(column: 0, row: 0, columns: 76, rows: 20))
    guard case .pooled(let factor) = layout.cell else { Issue.record("\(layout.cell)"); return }
    #expect(factor % 2 == 0)
    for layer in 0..<2 {
      for head in 0..<computation.encoding.trace.heads {
        let index = HeadIndex(layer: layer, head: head)
        let overview = try #require(parts.state.overview(of: index))
        let coarse = HeatImage(overview.picture, queries: 0..<160, keys: 0..<160, pooling: factor)
        let trace = try #require(whole.state.computation).encoding.trace
        let fine = HeatImage(
          PairMap(trace.probabilities(index)), mask: trace.layers[layer].mask, queries: 0..<160, keys: 0..<160,
          pooling: (factor, factor))
        #expect(coarse.dots == fine.dots)
      }
    }
  }

  /// Small pictures of a long text that is held are of what was taken on the way, and those of the pairs themselves.
  @Test func thumbnailsOfHeldTextsAreExact() throws {
    var storage = ProbabilityStorage.summarized(atMost: nil)
    storage.shownFrom = 100
    let encoding = try NumberEncoder().encode(
      EncodeRequest(texts: [LongText.text(151)]), storage: storage, isCancelled: { false })
    let whole = Computation(id: 1, encoding: encoding)
    let trace = encoding.trace
    #expect(!trace.isReadInParts && whole.overviews?[0][0].factor == 2)
    let largest = trace.layers.map { layer in (0..<layer.heads).map { layer.probabilities(head: $0).largest() } }
    #expect(whole.largest == largest)
    let ordinary = try NumberEncoder().encode(
      encoding.request, storage: ProbabilityStorage(), isCancelled: { false })
    #expect(Fingerprint(encoding).largestDifference(from: Fingerprint(ordinary)) < 1e-6)
    for (dots, factor) in [(151, 1), (40, 1), (76, 2), (51, 3), (38, 4), (26, 6)] {
      let look = Thumbnails.Look(columns: dots, rows: dots, factor: factor, filter: .none)
      for layer in trace.layers.indices {
        for head in 0..<trace.heads {
          let index = HeadIndex(layer: layer, head: head)
          let direct = HeatImage(
            trace.probabilities(index), mask: trace.layers[layer].mask, columns: dots, rows: dots, pooling: factor)
          let small = whole.thumbnail(of: index, look, among: Thumbnails())
          #expect(small.dots == direct.dots, "\(index), \(dots), \(factor)")
        }
      }
    }
  }

  /// Where tokens are hidden, too; and what is said of them is true.
  @Test func coarseCellsHideTokens() throws {
    let hide: [Action] = [.intervention(.hide(.first)), .intervention(.hide(.separators))]
    let parts = try explorer(150, limit: 0, size: Size(columns: 80, rows: 24), [.pad(to: 160)] + hide)
    let whole = try #require(explorer(150, limit: nil, [.pad(to: 160)] + hide).state.computation)
    let trace = whole.encoding.trace
    let filter = parts.state.pictureFilter(whole.encoding.input)
    #expect(filter.isActive && parts.state.computesRows && whole.encoding.input.count == 160)
    #expect(whole.encoding.input.attentionMask.contains(false))
    for layer in trace.layers.indices {
      for head in 0..<trace.heads {
        let index = HeadIndex(layer: layer, head: head)
        let overview = try #require(parts.state.hiddenOverview(of: index))
        let all = trace.probabilities(index)
        for factor in [2, 4, 10] {
          let coarse = HeatImage(overview.picture, queries: 0..<160, keys: 0..<160, pooling: factor, filter: filter)
          let fine = HeatImage(
            PairMap(all), mask: trace.layers[layer].mask, queries: 0..<160, keys: 0..<160, pooling: (factor, factor),
            filter: filter)
          #expect(coarse.dots == fine.dots, "\(index), \(factor)")
          #expect(coarse.hidden == fine.hidden, "\(index), \(factor)")
        }
        #expect(overview.mass == hiddenMass(all, isHidden: filter.isHiddenKey))
        #expect(overview.largest == whole.largestShown(of: index, interventions: parts.state.interventions))
        let strongest = try #require(overview.strongest)
        #expect(!filter.hides(query: strongest.query, key: strongest.key))
        let ofReal = whole.encoding.input.realPositions.filter { !filter.hides(query: $0) }.map { query in
          (0..<160).map { filter.hides(key: $0) ? 0 : all[query, $0] }.max() ?? 0
        }.max()
        #expect(all[strongest.query, strongest.key] == ofReal)
      }
    }
  }

  /// Whatever is pressed in any view: something is drawn, and what cannot be shown of a long text says why in one line.
  @Test(arguments: [24, 160], ViewID.allCases.filter { $0 != .train }) func everyKeyDoesSomething(
    words: Int, view: ViewID
  ) throws {
    let keys: [Key] =
      [.down, .right, .pageDown, .end, .home, .enter, .escape, .tab]
      + "abcdefghjklmnoprstuvwxyzABCDEFGHIJKLMNOPRTUVWXY0123456789+-*/[]{}#!%,.<>".map { Key.character($0) }
    let size = words < 100 ? Size(columns: 80, rows: 24) : Size(columns: 160, rows: 50)
    let start = try explorer(words, limit: 0, size: size, [.show(view)])
    // In the longer text, those that go about and come first.
    for key in words < 100 ? keys : Array(keys.prefix(24)) {
      var explorer = start
      let resolution = Keymap.resolve(.key(key), state: explorer.state, appearance: Self.appearance, size: size)
      switch resolution {
      case .action(let action):
        // Others may fail for reasons of their own, such as a model that is not there.
        guard (try? explorer.take(.action(action))) != nil else { continue }
      case .refused(let reason): #expect(!reason.contains("file holds"), "\(view), \(key): \(reason)")
      default: continue
      }
      #expect(explorer.canvas.size == size)
    }
  }

  @Test func whatNeedsAllPairsIsRefused() throws {
    let parts = try explorer(24, limit: 0)
    let refused: [Action] = [
      .flow(.norms(true)), .joinWords(true),
    ]
    for action in refused {
      #expect(parts.state.obstacle(to: action)?.contains("more than is held") == true, "\(action)")
    }
    for action in [Action.show(.head), .mask(.causal), .selectPair(query: 1, key: 2)] {
      #expect(parts.state.obstacle(to: action) == nil, "\(action)")
    }
    for view in [ViewID.mask, .compare, .steps, .flow] { #expect(parts.state.obstacle(to: view) == nil, "\(view)") }
  }

  /// Pictures of the mask and of two heads side by side are of coarse cells, which are exact.
  @Test func coarsePicturesAreExact() throws {
    let size = Size(columns: 80, rows: 24)
    let mask: [Action] = [.mask(.causal), .show(.mask), .maskView(.picture(.grid)), .selectPair(query: 90, key: 33)]
    let (whole, parts) = (
      try explorer(160, limit: nil, size: size, mask), try explorer(160, limit: 0, size: size, mask)
    )
    #expect(Self.rows(whole.canvas) == Self.rows(parts.canvas))

    let pair: [Action] = [
      .selectHead(HeadIndex(layer: 1, head: 1)), .compare(.putAside), .mask(.causal), .show(.compare),
      .selectPair(query: 90, key: 33),
    ]
    let held = try HeadComparison.$mostTokens.withValue(1024) { try explorer(160, limit: nil, size: size, pair) }
    let read = try explorer(160, limit: 0, size: size, pair)
    let (all, coarse) = (try #require(held.state.headComparison), try #require(read.state.headComparison))
    #expect(all == coarse && all.factor == 1 && coarse.factor == 2)
    #expect(read.state.compared(coarse, query: 90, key: 33) == held.state.compared(all, query: 90, key: 33))
    #expect(read.state.change(coarse, query: 90) == held.state.change(all, query: 90))
    #expect(read.state.numbersOfView?.markedRow == held.state.numbersOfView?.markedRow)
    let bottom = Self.rows(held.canvas).first {
      $0.contains("B - A +") || $0.contains("B - A -") || $0.contains("B - A 0")
    }
    #expect(bottom != nil && Self.rows(read.canvas).contains(bottom ?? ""))
  }

  /// Steps of all queries: cells of scores and probabilities have the number that is largest of all their pairs.
  @Test func coarseStepsAreExact() throws {
    let steps: [Action] = [
      .mask(.causal), .show(.steps), .steps(.stage(.scale)), .steps(.showAllQueries(true)),
      .selectHead(HeadIndex(layer: 1, head: 1)),
    ]
    let (whole, parts) = (try explorer(160, limit: nil, steps), try explorer(160, limit: 0, steps))
    let head = whole.state.head
    let found = try #require(whole.state.found(ScoresTask(of: head)))
    let cells = try #require(parts.state.found(ScoreCellsTask(of: head)))
    let layer = try #require(whole.state.encoding).trace.layers[head.layer]
    #expect(HeadScores.Magnitudes(cells) == found.largest && cells.scores.factor == 2)
    let (probabilities, overview) = (layer.probabilities(head: head.head), try #require(parts.state.overview(of: head)))
    func scaled(_ query: Int, _ key: Int) -> Float {
      found.scores[query, key] * layer.scale + (layer.scoreBias?[head.head, query, key] ?? 0)
    }
    func isAllowed(_ query: Int, _ key: Int) -> Bool { layer.mask[query, key] }
    let maps: [(CoarsePicture, (Int, Int) -> Float?)] = [
      (cells.scores, { found.scores[$0, $1] }), (cells.scaled, scaled),
      (cells.masked, { isAllowed($0, $1) ? scaled($0, $1) : nil }),
      (overview.picture, { isAllowed($0, $1) ? probabilities[$0, $1] : nil }),
    ]
    for (map, number) in maps {
      for factor in [2, 6, 160] {
        for first in stride(from: 0, to: 160, by: factor) {
          let expected = stride(from: 0, to: 160, by: factor).map { column -> Float? in
            var largest: Float?
            for query in first..<min(first + factor, 160) {
              for key in column..<min(column + factor, 160) {
                guard let value = number(query, key) else { continue }
                largest = largest.map { abs(value) > abs($0) ? value : $0 } ?? value
              }
            }
            return largest
          }
          #expect(map.dots(first..<min(first + factor, 160), factor: factor) == expected)
        }
      }
    }
    // Its titles and legends say the same.
    let (a, b) = (Self.rows(whole.canvas), Self.rows(parts.canvas))
    #expect(a.first { $0.contains("scaled scores, Q K^T") } == b.first { $0.contains("scaled scores, Q K^T") })
    #expect(a.suffix(2) == b.suffix(2))
  }

  /// Heads of long texts are compared layer by layer; what has been compared is listed, and how far that is.
  @Test func headsAreComparedLayerByLayer() throws {
    let actions: [Action] = [.compare(.putAside), .mask(.causal), .show(.compare), .compare(.mode(.heads))]
    let explorer = try explorer(40, limit: 0, actions)
    #expect(explorer.state.layersCompared == nil)
    var state = explorer.state
    let layers = state.model.layers
    let all = state.comparedHeadRows
    #expect(all.count == layers * state.model.heads)
    state.findings = state.findings.filter { $0.key != Analysis(LayerComparisonTask(layer: 0)) }
    #expect(state.layersCompared == layers - 1 && state.comparedHeadRows.count == all.count - state.model.heads)
    let text = draw(state, appearance: Self.appearance, size: Size(columns: 120, rows: 40)).text
    #expect(text.contains("comparing… \(layers - 1) of \(layers) layers"))
  }

  /// Both sentences of a batch are looked at, each in parts.
  @Test func whatLooksOddInABatch() throws {
    func checks(_ limit: Int?) throws -> OddityList {
      let source = try NumberEncoder()
      var explorer = try OffscreenExplorer(
        State(model: source.description, texts: [LongText.text(40), LongText.text(30)]), model: source,
        appearance: Self.appearance, size: Size(columns: 120, rows: 40), mostProbabilities: limit)
      try explorer.take(.action(.diagnosis(.open)))
      return OddityList(explorer.state, Self.appearance)
    }
    let (whole, parts) = (try checks(nil), try checks(0))
    #expect(parts.isComplete && !parts.isLooking && parts.remarks.isEmpty && !parts.checks.isEmpty)
    #expect(whole.oddities == parts.oddities && whole.checks == parts.checks)
  }

  /// Those that are listed are what the whole head has, and a key goes from one to the next.
  @Test func pairsFarApart() throws {
    let head = HeadIndex(layer: 1, head: 1)
    let size = Size(columns: 120, rows: 40)
    var parts = try explorer(160, limit: 0, size: size, [.show(.head), .selectHead(head), .zoom(.fixed(.block))])
    let whole = try #require(try explorer(160, limit: nil).state.computation).encoding.trace.probabilities(head)
    let far = try #require(parts.state.farPairs)
    #expect(far.distance == 3 && far.pairs.count > 1 && Set(far.pairs.map(\.key)).count == far.pairs.count)
    var largest: Float = 0
    for query in 0..<160 {
      for key in 0..<160 where abs(query / 2 - key / 2) >= 2 { largest = max(largest, whole[query, key]) }
    }
    #expect(far.pairs.first?.probability == largest)
    for pair in far.pairs {
      #expect(whole[pair.query, pair.key] == pair.probability && abs(pair.query - pair.key) >= far.distance)
    }
    for pair in far.pairs + far.pairs.prefix(1) {
      try parts.press(.character("&"))
      #expect(parts.state.query == pair.query && parts.state.key == pair.key)
    }
    let screen = Self.rows(parts.canvas).joined(separator: "\n")
    #expect(screen.contains("whole head") && screen.contains("3 or more apart"))
    let short = try explorer(24, limit: 0, [.show(.head)])
    let refused = Keymap.resolve(.key(.character("&")), state: short.state, appearance: Self.appearance, size: size)
    #expect(refused == .refused("this is for long texts; * goes to the strongest pair"))
  }

  /// What a part of a head looks like, with the whole of it in small and the pairs far apart beside it.
  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)])
  func screen(size: Size) throws {
    let parts = try explorer(
      160, limit: 0, size: size,
      [.show(.head), .selectHead(HeadIndex(layer: 1, head: 1)), .zoom(.fixed(.block)), .selectPair(query: 70, key: 64)])
    try expectSnapshot(
      draw(parts.state, appearance: Synthetic.colorless, size: size).text,
      "screens/long-head-\(size.columns)x\(size.rows).txt")
  }

  /// Sentences of a long text have the numbers of its tokens together, and look as they do in a short one.
  @Test(arguments: [SegmentUnit.sentences, .paragraphs], [nil, HeadIndex(layer: 1, head: 1)] as [HeadIndex?])
  func sentences(unit: SegmentUnit, off: HeadIndex?) throws {
    let text = (0..<150).map { "W\($0)" + ($0 % 7 == 6 ? "." : "") + ($0 % 50 == 49 ? "\n\n" : "") }.joined(
      separator: " ")
    let head = HeadIndex(layer: 1, head: 1)
    let actions: [Action] =
      [
        .texts([text], pair: nil), .show(.head), .selectHead(head), .segments(.show(unit)),
        .selectPair(query: 30, key: 80),
      ]
      + (off.map { [.intervention(.ablate($0, .uniformAttention))] } ?? [])
    let whole = try explorer(3, limit: nil, actions)
    let parts = try explorer(3, limit: 0, actions)
    #expect(parts.state.computesRows && parts.state.showsSegments && !parts.state.isLongText)
    let groups = try #require(parts.state.computation?.joined)
    let all = try #require(whole.state.tokenComputation).encoding.trace.probabilities(head)
    let pooled = try #require(parts.state.computation).encoding.trace.probabilities(head)
    #expect(groups.ranges.last?.upperBound == 150 && groups.count == pooled.shape[0])
    #expect(unit == .sentences ? groups.count > 20 : groups.count == 3)
    var largest = 0.0
    for (a, queries) in groups.ranges.enumerated() {
      for (b, keys) in groups.ranges.enumerated() {
        var sum = 0.0
        for query in queries { for key in keys { sum += Double(all[query, key]) } }
        largest = max(largest, abs(Double(pooled[a, b]) - sum / Double(queries.count)))
      }
    }
    #expect(largest < 1e-6, "\(largest)")
    #expect(Self.rows(whole.bareCanvas) == Self.rows(parts.bareCanvas))
  }

  /// However many rows are looked at, few are kept, the last ones among them.
  @Test func fewRowsAreKept() {
    let rows = KeptRows()
    let head = HeadIndex(layer: 0, head: 0)
    var reads = 0
    func look(_ first: Int) -> Tensor {
      rows.block(KeptRows.Place(head: head, first: first)) {
        reads += 1
        return Tensor(shape: [16, 1 << 16]) { $0.update(repeating: Float(first)) }
      }
    }
    for first in stride(from: 0, to: 16 * 40, by: 16) { #expect(look(first)[0, 0] == Float(first)) }
    #expect(reads == 40 && rows.count <= 16)
    _ = look(16 * 39)
    _ = look(16 * 37)
    #expect(reads == 40)
  }
}
