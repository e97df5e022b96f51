import Activations
import Canvas
import Synchronization
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Small pictures of heads: what they show, and that they are drawn once.
@Suite struct ThumbnailTests {
  private func hiding(_ kinds: Set<TokenKind>) -> Interventions {
    var interventions = Interventions()
    interventions.hidden = kinds
    return interventions
  }

  @Test func aDotIsTheLargestOfWhatIsShownOfIt() {
    let (queries, keys) = (7, 11)
    let size = 11
    let values = (0..<size * size).map { Float(($0 * 29) % 127) / 127 }
    let tensor = Tensor(shape: [size, size], values)
    let mask = AttentionMask(size: size, allowed: (0..<size * size).map { $0 % 5 != 0 && $0 / size != 4 })
    let weights = (0..<size).map { Float($0 + 1) / 3 }
    let input = Synthetic.input((0..<size - 2).map { $0 % 3 == 0 ? "," : "w\($0)" })
    for interventions in [Interventions(), hiding([.first, .punctuation])] {
      for weights in [nil, weights] {
        let filter = PictureFilter(interventions, for: input)
        let image = HeatImage(
          tensor, mask: mask, columns: keys, rows: queries, filter: filter, weights: weights)
        for row in 0..<queries {
          for column in 0..<keys {
            let pairs = HeatImage.covered(row, of: queries, among: size).flatMap { query in
              HeatImage.covered(column, of: keys, among: size).map { (query, $0) }
            }
            let shown = pairs.filter { !filter.hides(query: $0.0, key: $0.1) }
            let expected = shown.filter { mask[$0.0, $0.1] }.map { tensor[$0.0, $0.1] * (weights?[$0.1] ?? 1) }.max()
            #expect(image[column, row] == expected)
            #expect(image.isHidden(column, row) == shown.isEmpty)
          }
        }
      }
    }
  }

  /// Both directions are treated alike: what attends to itself is a diagonal in every size, and nothing is left out.
  @Test func aDiagonalStaysADiagonal() {
    for positions in [1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 24, 31, 40, 57, 70] {
      let values = (0..<positions * positions).map { Float($0 / positions == $0 % positions ? 1 : 0) }
      let tensor = Tensor(shape: [positions, positions], values)
      let mask = AttentionMask(.none, attentionMask: Array(repeating: true, count: positions))
      for (columns, rows) in [(75, 17), (118, 33), (198, 53), (34, 8), (298, 70)] {
        for hasHalfBlocks in [true, false] {
          let size = ThumbnailSize(
            layers: 6, heads: 12, extent: MatrixExtent(positions), in: Size(columns: columns, rows: rows),
            hasHalfBlocks: hasHalfBlocks)
          let place = "\(positions) tokens, \(columns)x\(rows), half blocks \(hasHalfBlocks)"
          #expect(
            size.factor == 1
              || size.columns % size.rows == 0 && size.rows == (positions + size.factor - 1) / size.factor, "\(place)")
          #expect(size.factor == 1 || size.scale == 0, "\(place)")
          #expect(size.factor > 1 || size.columns % positions == 0 && size.rows % positions == 0, "\(place)")
          let image = HeatImage(
            tensor, mask: mask, columns: size.columns, rows: size.rows, pooling: size.factor)
          let dots = (positions + size.factor - 1) / size.factor
          let (across, down) = (size.columns / dots, size.rows / dots)
          var wrong = 0
          for row in 0..<image.rows {
            for column in 0..<image.columns {
              let isOn = column / across == row / down
              if (image[column, row] == 1) != isOn { wrong += 1 }
            }
          }
          #expect(wrong == 0, "\(place)")
        }
      }
    }
  }

  @Test func aPictureIsMadeOnceForEveryLook() {
    let thumbnails = Thumbnails()
    let tensor = Tensor(shape: [2, 2], [0.1, 0.9, 0.5, 0.5])
    let mask = AttentionMask(.none, attentionMask: [true, true])
    var made = 0
    func image(_ head: Int, columns: Int, hiding kinds: Set<TokenKind> = []) {
      let filter = PictureFilter(hiding(kinds), for: Synthetic.input([]))
      _ = thumbnails.image(
        of: HeadIndex(layer: 0, head: head), Thumbnails.Look(columns: columns, rows: 2, filter: filter)
      ) {
        made += 1
        return HeatImage(tensor, mask: mask, columns: columns, rows: 2, filter: filter)
      }
    }
    for _ in 0..<3 { for head in 0..<4 { image(head, columns: 2) } }
    #expect(made == 4)
    image(0, columns: 1)
    image(0, columns: 1)
    #expect(made == 5)
    image(0, columns: 1, hiding: [.first])
    #expect(made == 6)
    image(0, columns: 1)
    #expect(made == 7, "one look is kept")
  }

  @Test func theNextResultIsDrawnAsTheLastOneWas() {
    var state = Synthetic.state(words: ["the", "cat", "ran"])
    let next = Synthetic.computation(id: 2, words: ["a", "cat", "ran"], request: state.request)
    func picture() -> Canvas { draw(state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40)) }
    _ = picture()
    next.drawThumbnails(like: state.computation?.thumbnails)
    let known = next.thumbnails.heads
    #expect(known == state.computation?.thumbnails.heads && !known.isEmpty)
    let afterIt = Synthetic.computation(id: 3, words: ["a", "cat", "ran"], request: state.request)
    afterIt.drawThumbnails(like: next.thumbnails)
    #expect(afterIt.thumbnails.heads.isEmpty, "nobody has looked at those before")
    state.computation = next
    let warm = picture()
    state.computation = Synthetic.computation(id: 2, words: ["a", "cat", "ran"], request: state.request)
    #expect(warm == picture())
  }

  @Test func theGridNeedsNoProbabilitiesOfAHeadThatItHasDrawn() {
    var state = Synthetic.state(words: ["the", "cat", "ran", "over", "there"])
    guard let computation = state.computation else {
      Issue.record("nothing was computed")
      return
    }
    let again = Mutex<[Int]>([])
    let layers = computation.encoding.trace.layers.enumerated().map { index, layer in
      let all = layer.attentionProbabilities
      return LayerTrace(
        queries: layer.queries, keys: layer.keys, values: layer.values, attentionProbabilities: all,
        contextLayer: layer.contextLayer, mask: layer.mask, scale: layer.scale,
        again: AttentionRecomputation { heads in
          again.withLock { $0.append(index) }
          return Tensor(
            shape: [heads.count] + all.shape.dropFirst(), heads.flatMap { all[slice: $0].values() })
        })
    }
    let trace = AttentionTrace(layers: layers, hiddenStates: computation.encoding.trace.hiddenStates)
    let encoding = computation.encoding
    state.computation = Computation(
      id: computation.id,
      encoding: Encoding(request: encoding.request, input: encoding.input, mask: encoding.mask, trace: trace))
    state.head = HeadIndex(layer: 2, head: 3)
    func picture() -> Canvas { draw(state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40)) }
    let before = picture()
    #expect(again.withLock { $0 }.isEmpty)
    ProbabilityMemory(of: trace).release()
    #expect(picture() == before)
    #expect(Set(again.withLock { $0 }) == [2], "only those of the head that is shown large")
  }
}
