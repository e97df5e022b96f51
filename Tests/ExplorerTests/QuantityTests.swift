import Activations
import Explorer
import TestSupport
import Testing

/// Numbers that a text names are those that are shown.
struct QuantityTests {
  private func state(_ words: String = "the cat saw the dog", padTo: Int? = nil) -> State {
    var state = State(model: Synthetic.model(layers: 2, heads: 3), texts: [words])
    state.exploration.padTo = padTo
    state.exploration.mark(query: 2, key: 1)
    for effect in start(&state) {
      guard case .encode = effect else { continue }
      _ = reduce(&state, .computed(Synthetic.computation(answering: state)))
    }
    return state
  }

  private func value(_ text: String, in state: State) throws -> Double? { try state.value(of: Quantity(text)) }

  private func reason(_ text: String, in state: State) -> String? {
    do {
      _ = try value(text, in: state)
      return nil
    } catch { return (error as? QuantityFailure)?.reason }
  }

  @Test func tokensAreNamedByWordByPositionOrByBoth() throws {
    let state = state()
    let trace = try #require(state.encoding?.trace)
    func p(_ query: Int, _ key: Int) -> Double { Double(trace.layers[1].attentionProbabilities[2, query, key]) }
    #expect(try value("p layer=1 head=2 query=cat key=dog", in: state) == p(2, 5))
    #expect(try value("p layer=1 head=2 query=2 key=5", in: state) == p(2, 5))
    #expect(try value("p layer=1 head=2 query=the·4 key=[CLS]", in: state) == p(4, 0))
    #expect(try value("p layer=1 head=2 query=DOG", in: state) == p(5, 1), "what is not said is what is marked")
    #expect(
      reason("p query=the", in: state) == "'the' stands more than once: it is one of the·1, the·4")
    #expect(reason("p query=the·2", in: state) == "the token at 2 is not 'the'")
    #expect(reason("p query=bird", in: state) == "the sentence has no token 'bird'")
    #expect(reason("p query=9", in: state) == "there is no token 9: they count from 0 to 6")
    #expect(reason("p layer=2", in: state) == "there is no layer 2: they count from 0 to 1")
    #expect(reason("p in=A", in: state) == "no picture was put aside")
    #expect(reason("accuracy", in: state) == "nothing was trained")
  }

  @Test func whatANumberTakesIsSaid() {
    for (text, reason) in [
      ("q query=cat", "there is no number 'q'"),
      ("p state=2", "p has no 'state'; it takes layer, head, query, key, scale, in"),
      ("p layer=x", "layer must be a number from 0"), ("p query", "'query' is not member=value"),
      ("exp", "exp needs of"), ("sqrt of=x", "of must be a number"), ("", "there is no number ''"),
    ] {
      #expect(throws: QuantityFailure.self) { try Quantity(text) }
      do { _ = try Quantity(text) } catch { #expect(error.reason == reason) }
    }
  }

  /// A number that is compared is the answer to a question with a choice.
  @Test func numbersAreCompared() throws {
    let state = state()
    let p = try #require(try value("p layer=1 head=2 query=2 key=5 digits=6", in: state))
    #expect(p > 0 && p < 1)
    for (comparison, expected) in [
      ("above=0", 1), ("above=\(p)", 0), ("above=1", 0), ("below=1", 1), ("below=\(p)", 0), ("below=-1", 0),
      ("among=0,1", 2), ("among=1", 1), ("among=-1,0", 3), ("among=\(p)", 1),
    ] {
      #expect(try value("p layer=1 head=2 query=2 key=5 \(comparison)", in: state) == Double(expected), "\(comparison)")
    }
    for comparison in ["above=x", "below=", "among=1,0", "among=1,1", "among=1,", "above=0 below=1", "among=1 above=0"]
    {
      #expect(throws: QuantityFailure.self) { try Quantity("p \(comparison)") }
    }
  }

  /// Every name, against its definition.
  @Test func numbersAreWhatTheirNamesSay() throws {
    let state = state(padTo: 9)
    let encoding = try #require(state.encoding)
    let layer = encoding.trace.layers[0]
    func p(_ query: Int, _ key: Int) -> Double { Double(layer.attentionProbabilities[1, query, key]) }
    func near(_ text: String, _ expected: Double) throws {
      let found = try #require(try value(text, in: state))
      #expect(abs(found - expected) < 1e-6, "\(text) is \(found), not \(expected)")
    }
    try near("score layer=0 head=1 query=2 key=3", Double(layer.attentionScore(head: 1, query: 2, key: 3)))
    try near("scaled layer=0 head=1 query=2 key=3", Double(layer.scaledScore(head: 1, query: 2, key: 3)))
    try near("share layer=0 head=1 key=cat", (0..<7).map { p($0, 2) }.reduce(0, +) / 7)
    try near("share layer=0 head=1 key=[PAD]", 0)
    try near("sum layer=0 head=1 query=3", 1)
    try near("largest layer=0 head=1 query=3", 2)
    try near("least layer=0 head=1 offset=-1", (1..<7).map { p($0, $0 - 1) }.min() ?? -1)
    try near("previous layer=0 head=1", (1..<7).map { p($0, $0 - 1) }.reduce(0, +) / 7)
    try near("even layer=0 query=3", 1.0 / 7)
    try near("p layer=0 head=1 query=2 key=3 scale=0", 1.0 / 7)
    try near("cosine state=1 query=2 key=3", 1)
    try near("length state=1 query=2", 0.5 * Double(state.model.hiddenSize).squareRoot())
    try near("change layer=0 query=2", 0)
    try near("similarity", 1)
    try near("exp of=2", 7.389_056_098_930_65)
    try near("sqrt of=32", 5.656_854_249_492_38)
    try near("paddingEffect", 0)
  }

  @Test func aTextShowsNumbersAndTheirRoomWhileTheyAreComputed() throws {
    var state = state()
    let text = "It gives {0.69 = p layer=0 head=0 query=cat key=cat} {or so} and {p query=cat key=dog digits=3} {x=1}."
    #expect(QuotedText(text).numbers.map(\.written) == ["0.69", nil])
    #expect(QuotedText(text).mistakes.map(\.reason) == ["there is no number 'x=1'"])
    #expect(QuotedText(text).asWritten.hasPrefix("It gives 0.69 {or so} and {p query"))
    let shown = state.quoting(text)
    #expect(shown.hasPrefix("It gives 0.") && shown.hasSuffix(" {x=1}.") && !shown.contains("·"))
    _ = reduce(&state, .action(.mask(.none)))
    let waiting = state.quoting(text)
    #expect(waiting == "It gives ···· {or so} and ····· {x=1}.")
    #expect(waiting.count == shown.count, "nothing jumps")
    #expect(state.quoting("{ { } {0.5 = q} {p") == "{ { } {0.5 = q} {p", "what is no number is text")
    #expect(QuotedText("a cosine of 0.97, 6.00. In 2019. {0.5 = p}").plainNumbers == ["0.97", "6.00"])
  }

  /// PAD that comes on the left moves the words; the mark stays on its word.
  @Test func theMarkStaysOnItsWordWhateverPadComesBeforeIt() {
    var state = state("The cat ran")
    func take(_ action: Action) {
      for effect in reduce(&state, .action(action)) {
        guard case .encode = effect else { continue }
        _ = reduce(&state, .computed(Synthetic.computation(answering: state)))
      }
    }
    func marked() -> [String] { [state.query, state.key].map { state.encoding?.input.tokens[$0] ?? "" } }
    take(.selectPair(query: 2, key: 3))
    #expect(marked() == ["cat", "ran"])
    take(.pad(to: 8))
    take(.padSide(.left))
    #expect(marked() == ["cat", "ran"] && state.query == 5)
    take(.pad(to: 10))
    #expect(marked() == ["cat", "ran"] && state.query == 7)
    // A mark that is put among left PAD is counted with it, and goes with its word, too.
    take(.selectPair(query: 6, key: 5))
    #expect(marked() == ["The", "[CLS]"])
    take(.padSide(.right))
    #expect(marked() == ["The", "[CLS]"] && state.query == 1)
    take(.padSide(.left))
    take(.pad(to: nil))
    #expect(marked() == ["The", "[CLS]"])
    take(.undo)
    #expect(marked() == ["The", "[CLS]"] && state.query == 6)
  }
}
