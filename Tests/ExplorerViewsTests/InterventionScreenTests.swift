import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// What pictures with interventions look like, reached by their keys.
struct InterventionScreenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    var text = "the cat , it ran"
    var pair: String?
    var hasMaskedLMHead = false
    let keys: [Key]
    var testDescription: String { name }
  }

  private static func keys(_ text: String) -> [Key] { text.map { $0 == " " ? .character(" ") : .character($0) } }

  private static let cases: [Case] = [
    Case(name: "mask-by-hand", keys: keys("2lljjp jx")),
    Case(name: "mask-band", keys: keys("2e") + [.down, .enter, .right, .escape]),
    Case(name: "mask-token", keys: keys("2jjr")),
    Case(name: "mask-predictions", hasMaskedLMHead: true, keys: keys("2jjr")),
    Case(name: "heads-off", keys: keys("LaJaa2")),
    Case(name: "heads-off-grid", keys: keys("LaJaaJL")),
    Case(
      name: "hidden",
      keys: keys("2jje") + [.end] + Array(repeating: .up, count: 8) + [.enter, .down, .enter, .escape]),
    Case(name: "list", pair: "it is", keys: keys("2e") + [.enter]),
    Case(name: "pair", pair: "it is", keys: keys("2e") + [.end, .up, .enter, .escape]),
    Case(name: "batch", keys: keys("i") + [.control("j")] + keys("a dog and a cat sat") + [.enter] + keys("[2")),
    Case(name: "prompt-batch", keys: keys("i") + [.control("j")] + keys("a dog")),
    Case(name: "prompt-pair", keys: keys("i") + [.tab] + keys("it")),
  ]

  private static let sizes = [Size(columns: 80, rows: 24), Size(columns: 160, rows: 50)]

  @Test(arguments: cases, sizes) func screen(_ test: Case, size: Size) throws {
    var model = Synthetic.model()
    model.hasMaskedLMHead = test.hasMaskedLMHead
    var state = State(model: model, texts: [test.text])
    state.exploration.pair = test.pair
    _ = start(&state)
    _ = reduce(&state, .computed(Synthetic.computation(answering: state)))
    for key in test.keys {
      guard
        case .action(let action) = Keymap.resolve(
          .key(key), state: state, appearance: Synthetic.colorless, size: size)
      else {
        Issue.record("\(key) does nothing in \(test.name)")
        continue
      }
      _ = reduce(&state, .action(action))
      _ = reduce(&state, .computed(Synthetic.computation(answering: state)))
    }
    let canvas = draw(state, appearance: Synthetic.colorless, size: size)
    try expectSnapshot(canvas.text, "screens/intervention-\(test.name)-\(size.columns)x\(size.rows).txt")
  }
}
