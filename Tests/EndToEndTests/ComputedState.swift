import Activations
import Encoders
import TestSupport

@testable import Explorer

/// A state with an encoder's own computation on the screen: tokens with PAD behind them.
///
/// - Parameters:
///   - fixture: the encoder's folder among the fixtures.
///   - id: the id of the token at each position.
func computedState(
  _ fixture: String, mode: MaskMode = .keys, tokens: Int = 9, pad: Int = 3, id: (Int) -> Int
) throws -> State {
  let name = fixture.split(separator: "/").last.map(String.init) ?? fixture
  let encoder = try loadEncoder(folder: Fixtures.path(fixture), name: name)
  let ids = (0..<tokens).map { Int32(id($0)) }
  let input = TokenizedInput(
    inputIDs: ids, tokenTypeIDs: ids.map { _ in 0 }, tokens: ids.map { "t\($0)" }, offsets: ids.map { _ in 0..<0 },
    specialTokensMask: ids.map { _ in false }, sequenceIDs: ids.map { _ in 0 }, attentionMask: ids.map { _ in true }
  ).padded(to: tokens + pad, side: .right, with: SpecialToken(id: 1, content: "[PAD]"))
  let mask = AttentionMask(mode, attentionMask: input.attentionMask)
  var state = State(model: encoder.description, texts: ["x"])
  state.maskMode = mode
  _ = start(&state)
  let encoding = Encoding(
    request: state.request, input: input, mask: mask, trace: try encoder.run(input, mask: mask))
  _ = reduce(&state, .computed(Computation(id: state.requestID, encoding: encoding)))
  return state
}
