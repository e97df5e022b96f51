import Activations
import Canvas
import Encoders
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The words beside the numbers are true: all views of real encoders are walked, in all families and masks, with PAD on both sides,
/// tokens hidden, a query blocked by hand and heads switched off. Sentences, formulas and legends are parsed, and their numbers worked
/// out anew from what the encoder computed.
@Suite struct WordsBesideNumbersTests {
  static let families = ["bert", "albert", "mpnet", "deberta-v2", "modernbert"]

  /// What is changed by hand.
  struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    var side = PadSide.right
    var actions: [Action] = []
    var testDescription: String { name }
  }

  private static let blocked = 2
  private static let changes = [
    Change(name: "nothing"),
    Change(
      name: "a query blocked and separators hidden, PAD on the left", side: .left,
      actions: (0..<Walk.real).map { .intervention(.editMask(.cell(query: blocked, key: $0, isAllowed: false))) } + [
        .intervention(.hide(.separators))
      ]),
    Change(
      name: "heads off",
      actions: [
        .intervention(.ablate(HeadIndex(layer: 1, head: 0), .zeroOutput)),
        .intervention(.ablate(HeadIndex(layer: 1, head: 1), .uniformAttention)),
        .intervention(.hide(.first)),
      ]),
  ]

  /// Layer 1 is a local one of ModernBERT, and has the heads that are off.
  private static let heads = [(0, 1), (1, 0), (1, 1)].map { HeadIndex(layer: $0.0, head: $0.1) }

  @Test(arguments: families) func everySentenceIsTrue(family: String) throws {
    let walk = try Walk(family)
    let numbers = SentenceNumbers()
    for (turn, mode) in MaskMode.allCases.enumerated() {
      for (index, change) in Self.changes.enumerated() {
        var state = walk.state(mode: mode, side: change.side, actions: change.actions)
        var truth: ShownTruth?
        let last = state.positions - 1
        // A word and its neighbour; a query of PAD; the query that is blocked by hand.
        let pairs = [(4, 3), (change.side == .right ? last : 0, 4), (4 + Self.blocked, 5)]
        // Each mask and change with two heads and pairs, all of them in turn.
        for step in 0..<2 {
          let (head, pair) = (Self.heads[(turn + index + step) % 3], pairs[(turn + 2 * index + step) % 3])
          walk.perform([.selectHead(head), .selectPair(query: pair.0, key: pair.1)], on: &state)
          numbers.place = "\(family), mask \(mode), \(change.name), head \(head.layer).\(head.head), pair \(pair)"
          let sentences = try SentenceWalk(walk: walk, numbers: numbers, state: state, like: truth)
          truth = sentences.truth
          try sentences.go()
          if step == 0 { try sentences.lookAtComparisons() }
        }
      }
    }
    let missing = SentenceWalk.kinds(family).subtracting(numbers.read.keys)
    #expect(missing.isEmpty, "no sentence of these kinds was read: \(missing.sorted())")
    print("\(family): \(numbers.read.values.reduce(0, +)) sentences of \(numbers.read.count) kinds")
  }
}

/// An encoder of the fixtures, and states that show what it computes.
struct Walk {
  static let real = 9
  private static let pad = 4
  let encoder: any Encoder
  let family: String

  init(_ family: String) throws {
    self.family = family
    encoder = try loadEncoder(folder: Fixtures.path("encoders/\(family)"), name: family)
  }

  func state(mode: MaskMode, side: PadSide, actions: [Action]) -> State {
    var state = State(model: encoder.description, texts: ["a b c d e f g"])
    settle(&state, start(&state), answer: answer)
    perform(
      [.mask(mode), .pad(to: Self.real + Self.pad)] + (side == .left ? [.padSide(.left)] : []) + actions, on: &state)
    return state
  }

  func perform(_ actions: [Action], on state: inout State) {
    for action in actions { settle(&state, reduce(&state, .action(action)), answer: answer) }
  }

  private func answer(_ effect: Effect) -> Message? {
    switch effect {
    case .encode(let id, let slot, let subject):
      guard let encoding = try? encode(subject.request) else {
        Issue.record("\(family) computes nothing")
        return nil
      }
      return .computed(Computation(id: id, encoding: encoding), for: slot)
    case .analyze(let analysis, let results, let sources):
      return analysis.run(results).map { .analyzed(analysis, Finding(sources: sources, findings: $0)) }
    default: return nil
    }
  }

  private func encode(_ request: EncodeRequest) throws -> Encoding {
    let words = request.texts[request.sentence].split(separator: " ").map(String.init)
    let tokens = ["[CLS]"] + words + ["[SEP]"]
    let ids = tokens.indices.map { Int32(7 + ($0 * 37 + 11) % 500) }
    let input = TokenizedInput(
      inputIDs: ids, tokenTypeIDs: ids.map { _ in 0 }, tokens: tokens, offsets: ids.map { _ in 0..<0 },
      specialTokensMask: tokens.indices.map { $0 == 0 || $0 == tokens.count - 1 },
      sequenceIDs: tokens.indices.map { $0 == 0 || $0 == tokens.count - 1 ? nil : 0 },
      attentionMask: ids.map { _ in true }
    ).padded(to: request.padTo ?? 0, side: request.padSide, with: SpecialToken(id: 1, content: "[PAD]"))
    let mask = AttentionMask(request.maskMode, edits: request.maskEdits, for: input)
    return Encoding(
      request: request, input: input, mask: mask,
      trace: try encoder.run(input, mask: mask, ablations: request.ablations, isCancelled: { false }))
  }
}
