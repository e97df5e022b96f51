import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Every view at the two sizes that pictures are kept of, in what no other suite has a picture of.
struct EveryViewTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    var pad = 0
    var mode = MaskMode.keys
    let actions: [Action]
    var sizes = EveryViewTests.sizes
    var testDescription: String { name }
  }

  private static let sizes = [Size(columns: 80, rows: 24), Size(columns: 160, rows: 50)]
  private static let large = [sizes[1]]
  private static let small = [sizes[0]]

  private static let cases: [Case] = [
    Case(name: "grid", pad: 3, actions: [.show(.grid), .selectHead(HeadIndex(layer: 1, head: 2))], sizes: large),
    Case(name: "head", pad: 3, mode: .none, actions: [.show(.head), .selectPair(query: 2, key: 5)], sizes: large),
    Case(name: "steps-output", actions: [.show(.steps), .steps(.stage(.output)), .selectPair(query: 2, key: 1)]),
    Case(name: "mask-blocked-row", pad: 1, mode: .full, actions: [.show(.mask), .selectPair(query: 5, key: 1)]),
    Case(
      name: "flow-rollout", pad: 1, actions: [.show(.flow), .selectHead(HeadIndex(layer: 4, head: 0))], sizes: large),
    Case(
      name: "compare-heads",
      actions: [.compare(.putAside), .pad(to: 7), .mask(.none), .show(.compare), .compare(.mode(.heads))], sizes: small),
    Case(
      name: "compare-pad-rows", pad: 2, mode: .full,
      actions: [.compare(.putAside), .mask(.keys), .show(.compare)], sizes: small),
  ]

  @Test(arguments: cases) func screen(_ test: Case) throws {
    var state = Synthetic.state(words: ["the", "cat", "ran"], pad: test.pad, mode: test.mode)
    Synthetic.perform(test.actions, on: &state)
    for size in test.sizes {
      try expectSnapshot(
        draw(state, appearance: Synthetic.colorless, size: size).text,
        "screens/every-\(test.name)-\(size.columns)x\(size.rows).txt")
    }
  }
}
