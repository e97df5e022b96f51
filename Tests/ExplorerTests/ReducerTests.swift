import Activations
import TestSupport
import Testing

@testable import Explorer

struct ReducerTests {
  /// The effect that a state asks for when its request has changed.
  private func encode(_ id: Int, _ state: State, _ change: (inout EncodeRequest) -> Void) -> [Effect] {
    [.encode(id: id, .shown, subject(state, change))]
  }

  /// What asking for the present request leaves in a state.
  private func ask(_ state: inout State, _ id: Int) {
    state.requestID = id
    state.asked[.shown] = Asked(id: id, subject: subject(state) { _ in })
  }

  private func subject(_ state: State, _ change: (inout EncodeRequest) -> Void) -> Subject {
    var request = state.request
    change(&request)
    return Subject(model: state.loadedModel, request: request)
  }

  @Test func typingComputesEveryKeystrokeAndEnterKeeps() {
    let store = TestStore(Synthetic.state())
    store.send(.openPrompt) {
      $0.prompt = Prompt(text: "the cat ran", cursor: 11, original: "the cat ran", isUntouched: true)
    }
    store.send(.type("the cat ran!", cursor: 12), effects: encode(2, store.state) { $0.texts = ["the cat ran!"] }) {
      $0.prompt = Prompt(text: "the cat ran!", cursor: 12, original: "the cat ran")
      ask(&$0, 2)
    }
    store.send(.keepText) {
      $0.prompt = nil
      $0.texts = ["the cat ran!"]
      // The sentence that was replaced can be had again.
      $0.history = ["the cat ran", "the cat ran!"]
    }
  }

  @Test func escapeRestoresTheSentenceFromBefore() {
    let store = TestStore(Synthetic.state())
    store.send(.openPrompt) {
      $0.prompt = Prompt(text: "the cat ran", cursor: 11, original: "the cat ran", isUntouched: true)
    }
    store.send(.type("x", cursor: 1), effects: encode(2, store.state) { $0.texts = ["x"] }) {
      $0.prompt = Prompt(text: "x", cursor: 1, original: "the cat ran")
      ask(&$0, 2)
    }
    store.send(.restoreText, effects: encode(3, store.state) { $0.texts = ["the cat ran"] }) {
      $0.prompt = nil
      ask(&$0, 3)
    }
  }

  @Test func resultsThatWereOvertakenAreDropped() {
    let store = TestStore(Synthetic.state())
    store.send(.pad(to: 8), effects: encode(2, store.state) { $0.padTo = 8 }) {
      $0.padTo = 8
      $0.lastPadTo = 8
      ask(&$0, 2)
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
      $0.padTo = 99
      $0.lastPadTo = 99
      ask(&$0, 2)
    }
    #expect(store.state.padTo == 10)
    store.send(.pad(to: nil), effects: encode(3, store.state) { $0.padTo = nil }) {
      $0.padTo = nil
      ask(&$0, 3)
    }
  }

  @Test func everyMaskModeIsComputed() {
    let store = TestStore(Synthetic.state())
    for (number, mode) in [MaskMode.none, .full, .causal, .keys].enumerated() {
      store.send(.mask(mode), effects: encode(number + 2, store.state) { $0.maskMode = mode }) {
        $0.maskMode = mode
        ask(&$0, number + 2)
      }
    }
    store.send(.mask(.keys))
  }

  @Test func whatLiesOutsideIsBroughtInside() {
    let store = TestStore(Synthetic.state())
    store.send(.selectHead(HeadIndex(layer: 99, head: 99))) { $0.head = HeadIndex(layer: 99, head: 99) }
    #expect(store.state.head == HeadIndex(layer: 5, head: 11))
    store.send(.selectPair(query: 99, key: 3)) { ($0.query, $0.key) = (99, 3) }
    #expect((store.state.query, store.state.key) == (4, 3))
    store.send(.selectSentence(7))
    store.send(.countFrom(5))
    store.send(.type("ab", cursor: 77), effects: encode(2, store.state) { $0.texts = ["ab"] }) {
      $0.prompt = Prompt(text: "ab", cursor: 2, original: "the cat ran")
      ask(&$0, 2)
    }
  }

  @Test func aShorterSentenceTakesTheCrosshairAlong() {
    let store = TestStore(Synthetic.state(words: ["a", "b", "c", "d"]))
    store.send(.selectPair(query: 5, key: 5)) { ($0.query, $0.key) = (5, 5) }
    store.send(.texts(["a"], pair: nil), effects: encode(2, store.state) { $0.texts = ["a"] }) {
      $0.texts = ["a"]
      ask(&$0, 2)
    }
    let shorter = Synthetic.computation(id: 2, words: ["a"])
    store.send(.computed(shorter)) { $0.computation = shorter }
    #expect((store.state.query, store.state.key) == (2, 2))
    // The longer sentence comes back with the crosshair where it was.
    store.send(.undo, effects: encode(3, store.state) { $0.texts = ["a b c d"] }) {
      $0.texts = ["a b c d"]
      $0.future = [$0.past.removeLast()]
      $0.future[0].texts = ["a"]
      ask(&$0, 3)
    }
  }

  @Test func anotherModelIsLoadedAndEverythingComputedAnew() {
    let store = TestStore(Synthetic.state())
    store.send(.openModels, effects: [.listModels]) {
      $0.overlay = .models(marked: nil)
      $0.awaitsModels = true
      $0.hasAskedForModels = true
    }
    let models = [
      ModelChoice(reference: "other", name: "other", origin: .modelsFolder, summary: "bert", place: "/other"),
      ModelChoice(
        reference: "synthetic", name: "synthetic", origin: .modelsFolder, summary: "bert", place: "/synthetic"),
    ]
    store.send(.modelsListed(models)) {
      $0.models = models
      $0.awaitsModels = false
    }
    #expect(store.state.markedModel(nil) == 1)
    store.send(.markModel(0)) { $0.overlay = .models(marked: 0) }
    store.send(.loadModel("other"), effects: [.loadModel("other")]) {
      $0.overlay = nil
      $0.hasAskedForModels = false
      $0.exploration.choose("other")
      $0.loadingModel = "other"
      $0.modelIsNews = true
    }
    let small = Synthetic.model(layers: 1, heads: 2)
    let effect = Effect.encode(id: 2, .shown, Subject(model: "other", request: store.state.request))
    store.send(.modelLoaded(small, reference: "other"), effects: [effect]) {
      $0.model = small
      $0.loadedModel = "other"
      $0.loadingModel = nil
      $0.computation = nil
      ask(&$0, 2)
    }
  }

  @Test func aModelThatCannotBeLoadedLeavesTheOtherInUse() {
    let store = TestStore(Synthetic.state())
    store.send(.loadModel("none"), effects: [.loadModel("none")]) {
      $0.exploration.choose("none")
      $0.loadingModel = "none"
      $0.modelIsNews = true
    }
    store.send(.modelFailed(reference: "none", reason: "no such folder")) {
      $0.loadingModel = nil
      $0.unreadable = ["none": "no such folder"]
    }
    #expect(store.state.word == "no such folder")
    #expect(store.state.wantedModel == "synthetic")
    store.send(.show(.head)) {
      $0.view = .head
    }
    #expect(store.state.word == nil)
    store.send(.loadModel("none"), effects: [.loadModel("none")]) {
      $0.loadingModel = "none"
      $0.unreadable = [:]
      $0.modelIsNews = true
    }
  }

  @Test func everyChangeIsTakenBackAndBroughtAgain() {
    var state = Synthetic.state()
    let actions: [Action] = [
      .selectHead(HeadIndex(layer: 3, head: 7)), .show(.head), .selectPair(query: 2, key: 1), .zoom(.fixed(.dot)),
      .pad(to: 8), .padSide(.left), .mask(.full), .colors("grey"), .range(.head), .countFrom(1),
      .texts(["a dog", "a cat"], pair: "ran"), .selectSentence(1), .loadModel("other"),
    ]
    var explorations = [state.exploration]
    for action in actions {
      _ = reduce(&state, .action(action))
      #expect(state.exploration != explorations.last, "\(action) changes something")
      explorations.append(state.exploration)
    }
    for expected in explorations.dropLast().reversed() {
      _ = reduce(&state, .action(.undo))
      #expect(state.exploration == expected)
    }
    _ = reduce(&state, .action(.undo))
    #expect(state.exploration == explorations[0])
    for expected in explorations.dropFirst() {
      _ = reduce(&state, .action(.redo))
      #expect(state.exploration == expected)
    }
    _ = reduce(&state, .action(.undo))
    _ = reduce(&state, .action(.countFrom(0)))
    #expect(state.future.isEmpty)
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
