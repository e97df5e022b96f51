import Activations
import TestSupport
import Testing

@testable import Explorer

struct ReducerTests {
  /// The effect that a state asks for when its request has changed.
  private func encode(_ id: Int, _ state: State, _ change: (inout EncodeRequest) -> Void) -> [Effect] {
    var request = state.request
    change(&request)
    return [.encode(id: id, request)]
  }

  @Test func typingComputesEveryKeystrokeAndEnterKeeps() {
    let store = TestStore(Synthetic.state())
    store.send(.openPrompt) { $0.prompt = Prompt(text: "the cat ran", cursor: 11, original: "the cat ran") }
    store.send(.type("the cat ran!", cursor: 12), effects: encode(2, store.state) { $0.texts = ["the cat ran!"] }) {
      $0.prompt = Prompt(text: "the cat ran!", cursor: 12, original: "the cat ran")
      $0.requestID = 2
    }
    store.send(.keepText) {
      $0.prompt = nil
      $0.texts = ["the cat ran!"]
      $0.history = ["the cat ran!"]
    }
  }

  @Test func escapeRestoresTheSentenceFromBefore() {
    let store = TestStore(Synthetic.state())
    store.send(.openPrompt) { $0.prompt = Prompt(text: "the cat ran", cursor: 11, original: "the cat ran") }
    store.send(.type("x", cursor: 1), effects: encode(2, store.state) { $0.texts = ["x"] }) {
      $0.prompt = Prompt(text: "x", cursor: 1, original: "the cat ran")
      $0.requestID = 2
    }
    store.send(.restoreText, effects: encode(3, store.state) { $0.texts = ["the cat ran"] }) {
      $0.prompt = nil
      $0.requestID = 3
    }
  }

  @Test func resultsThatWereOvertakenAreDropped() {
    let store = TestStore(Synthetic.state())
    store.send(.pad(to: 8), effects: encode(2, store.state) { $0.padTo = 8 }) {
      $0.padTo = 8
      $0.lastPadTo = 8
      $0.requestID = 2
    }
    let newest = Synthetic.computation(id: 2, pad: 3)
    store.send(.computed(newest)) { $0.computation = newest }
    store.send(.computed(Synthetic.computation(id: 1)))
    store.send(.computationFailed(id: 1, reason: "too late to matter"))
    store.send(.computationFailed(id: 2, reason: "no memory")) { $0.failure = "no memory" }
  }

  @Test func paddingRemembersItsLengthAndKeepsToTheModel() {
    let store = TestStore(Synthetic.state(model: Synthetic.model(maximum: 10)))
    store.send(.pad(to: 99), effects: encode(2, store.state) { $0.padTo = 10 }) {
      $0.padTo = 10
      $0.lastPadTo = 10
      $0.requestID = 2
    }
    store.send(.pad(to: nil), effects: encode(3, store.state) { $0.padTo = nil }) {
      $0.padTo = nil
      $0.requestID = 3
    }
  }

  @Test func everyMaskModeIsComputed() {
    let store = TestStore(Synthetic.state())
    for (number, mode) in [MaskMode.none, .full, .causal, .keys].enumerated() {
      store.send(.mask(mode), effects: encode(number + 2, store.state) { $0.maskMode = mode }) {
        $0.maskMode = mode
        $0.requestID = number + 2
      }
    }
    store.send(.mask(.keys))
  }

  @Test func whatLiesOutsideIsBroughtInside() {
    let store = TestStore(Synthetic.state())
    store.send(.selectHead(HeadIndex(layer: 99, head: 99))) { $0.head = HeadIndex(layer: 5, head: 11) }
    store.send(.selectPair(query: 99, key: 3)) { ($0.query, $0.key) = (4, 3) }
    store.send(.selectSentence(7))
    store.send(.countFrom(5))
    store.send(.type("ab", cursor: 77), effects: encode(2, store.state) { $0.texts = ["ab"] }) {
      $0.prompt = Prompt(text: "ab", cursor: 2, original: "the cat ran")
      $0.requestID = 2
    }
  }

  @Test func aShorterSentenceTakesTheCrosshairAlong() {
    let store = TestStore(Synthetic.state(words: ["a", "b", "c", "d"]))
    store.send(.selectPair(query: 5, key: 5)) { ($0.query, $0.key) = (5, 5) }
    store.send(.texts(["a"], pair: nil), effects: encode(2, store.state) { $0.texts = ["a"] }) {
      $0.texts = ["a"]
      $0.requestID = 2
    }
    let shorter = Synthetic.computation(id: 2, words: ["a"])
    store.send(.computed(shorter)) {
      $0.computation = shorter
      ($0.query, $0.key) = (2, 2)
    }
  }

  @Test func anotherModelIsLoadedAndEverythingComputedAnew() {
    let store = TestStore(Synthetic.state())
    store.send(.openModels, effects: [.listModels]) { $0.overlay = .models(marked: 0) }
    let models = [
      ModelChoice(reference: "other", name: "other", place: "/other"),
      ModelChoice(reference: "synthetic", name: "synthetic", place: "/synthetic"),
    ]
    store.send(.modelsListed(models)) {
      $0.models = models
      $0.overlay = .models(marked: 1)
    }
    store.send(.markModel(0)) { $0.overlay = .models(marked: 0) }
    store.send(.loadModel("other"), effects: [.loadModel("other")]) {
      $0.overlay = nil
      $0.loadingModel = "other"
    }
    let small = Synthetic.model(layers: 1, heads: 2)
    store.send(.modelLoaded(small), effects: encode(2, store.state) { _ in }) {
      $0.model = small
      $0.loadingModel = nil
      $0.computation = nil
      $0.requestID = 2
    }
    store.send(.modelFailed(reason: "no such folder")) { $0.notice = "no such folder" }
  }

  @Test func noticesGoWithTheNextAction() {
    let store = TestStore(Synthetic.state())
    store.send(.notice("hello")) { $0.notice = "hello" }
    store.send(.show(.head)) {
      $0.view = .head
      $0.notice = nil
    }
  }
}
