import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// How a number follows from the attention, on the screen.
struct AttributionScreenTests {
  private static let small = Size(columns: 80, rows: 24)
  private static let large = Size(columns: 160, rows: 50)

  private func state(
    _ actions: [Action], words: [String] = ["the", "cat", "ran"], pad: Int = 0,
    attributor: SyntheticAttribution = SyntheticAttribution()
  ) -> State {
    var state = Synthetic.state(words: words, pad: pad)
    Synthetic.perform(actions + [.attribution(.show(true))], on: &state, attributor: attributor)
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: Self.small)
  }

  @Test(arguments: [
    ("attribution-grid-80x24", small, Synthetic.colorless, [Action.show(.grid)], Float(1)),
    (
      "attribution-head-160x50", large, Synthetic.truecolor,
      [Action.show(.head), .selectHead(HeadIndex(layer: 2, head: 1)), .selectPair(query: 1, key: 2)], 1
    ),
    (
      "attribution-head-80x24-ascii", small, Synthetic.ascii,
      [Action.show(.head), .selectPair(query: 2, key: 1)], 0.001
    ),
    (
      "attribution-flow-80x24", small, Synthetic.colorless,
      [Action.show(.flow), .selectHead(HeadIndex(layer: 1, head: 0))], 1
    ),
    (
      "attribution-heads-160x50", large, Synthetic.truecolor,
      [Action.show(.heads), .heads(.sort(.importance, isDescending: true))], 0.01
    ),
    ("attribution-numbers-80x24", small, Synthetic.colorless, [Action.show(.grid), .heads(.gridColumn(.effect))], 1),
  ]) func screen(
    name: String, size: Size, appearance: ExplorerViews.Appearance, actions: [Action], scale: Float
  ) throws {
    let state = state(actions, attributor: SyntheticAttribution(scale: scale))
    try expectSnapshot(draw(state, appearance: appearance, size: size).text, "screens/\(name).txt")
  }

  @Test func whatIsDrawnIsThePositivePartOfTheProduct() throws {
    let state = state([.show(.head), .selectHead(HeadIndex(layer: 2, head: 3))], pad: 2)
    let (attribution, computation) = (try #require(state.attribution), try #require(state.computation))
    let picture = try #require(HeadPicture(state: state, computation: computation))
    let probabilities = computation.encoding.trace.probabilities(state.head)
    var largest: Float = 0
    for query in 0..<7 {
      for key in 0..<7 {
        let expected = max(probabilities[query, key] * attribution.gradients[2][3, query, key], 0) * attribution.unit
        #expect(abs(picture.shown[query, key] - expected) < 1e-6)
        largest = max(largest, expected)
      }
    }
    #expect(abs(attribution.largest[2][3] * attribution.unit - largest) < 1e-6 && !picture.areShares)
    #expect(picture.probabilities.whole?.values() == probabilities.values())
  }

  /// Before an attribution is on the screen, its small pictures are drawn as those that it takes the place of.
  @Test func smallPicturesAreDrawnAheadOfTheScreen() throws {
    var state = Synthetic.state()
    Synthetic.perform([.show(.grid)], on: &state)
    _ = draw(state, appearance: Synthetic.truecolor, size: Self.large)
    let computation = try #require(state.computation)
    Synthetic.perform([.attribution(.show(true))], on: &state, attributor: SyntheticAttribution())
    let attribution = try #require(state.attribution)
    attribution.drawThumbnails(like: [computation.thumbnails], of: computation)
    #expect(attribution.thumbnails.heads.count == 72)
    let ahead = draw(state, appearance: Synthetic.truecolor, size: Self.large)
    let other = self.state([.show(.grid)])
    #expect(ahead == draw(other, appearance: Synthetic.truecolor, size: Self.large))
  }

  @Test(arguments: [Float(1), 1e-3, 1e-9, 0]) func numbersAreInUnitsThatHaveDigits(scale: Float) throws {
    let attribution = try #require(state([], attributor: SyntheticAttribution(scale: scale)).attribution)
    #expect(scale == 0 ? attribution.largestOfAll == 0 : (0.1..<10).contains(attribution.largestOfAll))
    #expect(scale != 1e-3 || attribution.largestOfAll >= 1)
  }

  @Test func everySizeCanBeDrawn() {
    for view in [ViewID.grid, .head, .flow, .heads] {
      for attributor in [SyntheticAttribution(), SyntheticAttribution(failure: "the reason")] {
        let state = state(
          [.show(view)], words: (0..<40).map { "w\($0)" }, pad: 3, attributor: attributor)
        for appearance in [Synthetic.truecolor, Synthetic.ascii] {
          for columns in stride(from: 20, through: 210, by: 38) {
            for rows in stride(from: 6, through: 61, by: 11) {
              let size = Size(columns: columns, rows: rows)
              #expect(draw(state, appearance: appearance, size: size).size == size)
            }
          }
        }
      }
    }
  }

  @Test func dFlipsPicturesAndLengthsGiveWay() {
    for view in [ViewID.grid, .head, .flow, .heads] {
      var state = Synthetic.state()
      Synthetic.perform([.show(view), .flow(.norms(true))], on: &state)
      #expect(resolve(.character("d"), state) == .action(.attribution(.show(true))))
      Synthetic.perform([.attribution(.show(true))], on: &state, attributor: SyntheticAttribution())
      #expect(!state.showsNorms && state.attribution != nil)
      #expect(resolve(.character("d"), state) == .action(.attribution(.show(false))))
      Synthetic.perform([.flow(.norms(true))], on: &state)
      #expect(!state.exploration.attribution.isOn)
    }
  }

  @Test func yGoesThroughWhatThereIs() {
    var state = state([])
    var seen: [AttributionTarget?] = []
    for _ in 0..<4 {
      guard case .action(let action) = resolve(.character("D"), state) else { break }
      Synthetic.perform([action], on: &state, attributor: SyntheticAttribution())
      seen.append(state.exploration.attribution.target)
    }
    #expect(seen == [.label(0), .label(1), nil, .label(0)])
    #expect(resolve(.alt("d"), state) == .action(.attribution(.target(nil))))
  }

  @Test func whatWasChosenAndIsNotThereLeadsBackToWhatIs() {
    let nothing = SyntheticAttribution(failure: "there is no such label")
    #expect(resolve(.character("D"), state([], attributor: nothing)) == .refused("there is no such label"))
    let state = state([.attribution(.target(.label(7)))], attributor: nothing)
    #expect(resolve(.character("D"), state) == .action(.attribution(.target(nil))))
  }

  @Test func withoutAttributionThereIsNothingToChoose() {
    guard case .refused = resolve(.character("D"), Synthetic.state()) else {
      Issue.record("y chooses what is not shown")
      return
    }
  }

  @Test func otherViewsShowAttentionAndAskForNoGradients() {
    for view in [ViewID.steps, .mask, .words, .compare] {
      let state = state([.show(view)])
      #expect(state.attributionTask == nil && state.attribution == nil)
    }
  }

  @Test func columnsOfGradientsAreThereWhileYIsAttributed() throws {
    #expect(!Synthetic.state().numberColumns.contains(.importance))
    let state = state([.show(.heads)])
    #expect(state.numberColumns.suffix(3) == [.importance, .relativeImportance, .effect])
    let row = state.headRows.first { $0.index == HeadIndex(layer: 1, head: 3) }
    #expect(row?[.importance] == 0.25 && row?[.effect] == 0.0625)
    // The numbers of the layer are 1, 0, 1, 2 ... 10, each divided by 8: 386 is the sum of their squares times 64.
    let relative = try #require(row?[.relativeImportance])
    #expect(abs(relative - 2 / 386.0.squareRoot()) < 1e-12)
  }

  @Test func otherViewsSayWhereItIsShown() {
    for view in [ViewID.steps, .mask, .words, .compare, .train] {
      var state = Synthetic.state()
      Synthetic.perform([.show(view)], on: &state)
      for key: Key in [.character("d"), .character("D"), .alt("d")] {
        guard case .refused(let words) = resolve(key, state) else {
          Issue.record("\(key) says nothing in \(view)")
          continue
        }
        #expect(words.contains("Grid"))
      }
    }
  }

  @Test func aSecondSentenceIsComputedOnlyWhereItIsNeeded() {
    var state = Synthetic.state()
    Synthetic.perform([.texts(["a b", "c d"], pair: nil), .show(.head)], on: &state)
    #expect(state.subject(of: .other) == nil)
    Synthetic.perform([.attribution(.show(true))], on: &state, attributor: SyntheticAttribution())
    #expect(state.subject(of: .other) != nil)
    Synthetic.perform([.attribution(.target(.label(0)))], on: &state, attributor: SyntheticAttribution())
    #expect(state.subject(of: .other) == nil)
  }
}
