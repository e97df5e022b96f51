import Activations
import Canvas
import Insights
import TestSupport
import Testing

@testable import Explorer
@testable import ExplorerViews

extension SentenceWalk {
  // MARK: Compare

  /// What is put aside here beside the same with another mask, and with PAD taken away.
  func lookAtComparisons() throws {
    for actions in [[Action.mask(.none)], [.mask(.full)], [.pad(to: nil)]] {
      var b = state
      walk.perform([.compare(.putAside), .show(.compare)] + actions, on: &b)
      try lookAtComparison(b)
      walk.perform([.compare(.mode(.heads))], on: &b)
      try lookAtComparison(b)
    }
  }

  private func lookAtComparison(_ b: State) throws {
    let other = try #require(b.encoding)
    let isSamePad = other.input.attentionMask == truth.input.attentionMask
    let (placesA, placesB) =
      isSamePad ? (Array(truth.positions), Array(truth.positions)) : (truth.real, other.input.realPositions)
    let of = ShownTruth(encoding: other, family: walk.family, isHidden: [])
    func change(_ query: Int, _ key: Int) -> Double {
      of.p(layer, head, placesB[query], placesB[key]) - truth.p(layer, head, placesA[query], placesA[key])
    }
    let places = placesA.indices
    let realQueries = places.filter { !truth.isPad(placesA[$0]) }
    let ofWords = realQueries.flatMap { query in places.map { abs(change(query, $0)) } }.max() ?? 0
    let ofAll = places.flatMap { query in places.map { abs(change(query, $0)) } }.max() ?? 0
    let explanation = CompareDrawing.explanation(b)[0]
    let sentence = wordings(b)[0]
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    for query in realQueries {
      for key in places {
        let x = truth.p(layer, head, placesA[query], placesA[key])
        let y = of.p(layer, head, placesB[query], placesB[key])
        (aa, ab, bb) = (aa + x * x, ab + x * y, bb + y * y)
      }
    }
    let cosine = aa == 0 || bb == 0 ? (aa == bb ? 1 : 0) : ab / (aa.squareRoot() * bb.squareRoot())
    func lookAtCosine(_ text: String) {
      if numbers.match("cosine", text, "#") != nil {
        numbers.expect(text, cosine, "cosine", slack: 1e-6)
        expect(text != "1.0000" && (text != "1" || ofWords == 0), "\(text) for a cosine of \(cosine)")
      } else {
        expect(text == ">0.999999" && 1 - cosine < 2e-6, "unread: \(text)")
      }
    }
    guard b.compareMode == .tokens else {
      guard
        let found = numbers.match(
          "compared head", sentence,
          "layer # head #: cosine of the two maps *, largest change #; Enter shows it token by token")
      else { return expect(false, "unread: \(sentence)") }
      lookAtCosine(found[2])
      numbers.expect(found[3], ofWords, "the largest change")
      // Every row of the list has the numbers of its head.
      let row = b.comparedHeadRows.first { $0.head == b.head }
      expect(row.map { abs(Double($0.largest) - ofWords) < 1e-6 } ?? false, "the list has another largest change")
      return
    }
    expect(explanation.hasSuffix("Probabilities [query \(places.count), key \(places.count)]"), explanation)
    guard
      let found = numbers.match(
        "compared pair", sentence, "query * → *: A #, B #, B - A ~ · cosine of the two maps * · Enter~")
    else { return expect(false, "unread: \(sentence)") }
    lookAtCosine(found[4])
    if let legend = CompareDrawing.legend(b) {
      numbers.expect(String(legend.high.dropFirst()), ofAll, "legend", slack: 1e-7)
      expect(legend.low.hasPrefix("-") && legend.scopes == ["B - A"], "\(legend)")
    } else {
      expect(ofAll == 0, "no legend for changes of \(ofAll)")
    }
    if let pair = b.headComparison?.pairs.first {
      numbers.expect("\(abs(pair.change))", ofWords, "the first of the list")
    }
  }
}
