import Activations
import TestSupport
import Testing

@testable import Explorer

/// What is shown at a place follows from the actions that lead there, whatever was computed, loaded or tried on the way.
struct PathIndependenceTests {
  @Test func undoEndsWhereOneBegan() {
    var state = Synthetic.state()
    for action in [Action.texts(["a dog sat"], pair: nil), .mask(.none), .pad(to: 8), .begin] {
      _ = reduce(&state, .action(action))
    }
    let start = state.exploration
    for _ in 0..<3 { _ = reduce(&state, .action(.undo)) }
    #expect(state.exploration == start)
    _ = reduce(&state, .action(.mask(.full)))
    _ = reduce(&state, .action(.undo))
    #expect(state.exploration == start)
  }

  @Test func modelsAreLookedForOnceWhicheverWayTheirListCameToLieOverTheView() {
    var state = Synthetic.state()
    #expect(reduce(&state, .action(.markModel(1))) == [.listModels])
    #expect(reduce(&state, .action(.markModel(2))) == [])
    let scene = state.scene
    #expect(reduce(&state, .action(.closeOverlay)) == [])
    #expect(reduce(&state, .scene(scene)) == [.listModels])
  }

  @Test func whatStandsInForAModelThatCannotBeReadIsTheOneChosenBefore() {
    var live = Synthetic.state()
    let second = Synthetic.model(layers: 2, heads: 2)
    func answer(_ effect: Effect) -> Message? {
      switch effect {
      case .loadModel("second"): .modelLoaded(second, reference: "second")
      case .loadModel(let name): .modelFailed(reference: name, reason: "no \(name)")
      default: nil
      }
    }
    for name in ["second", "broken"] { settle(&live, reduce(&live, .action(.loadModel(name))), answer: answer) }
    #expect(live.loadedModel == "second")
    #expect(live.word == "no broken")
    // Going there at once comes to the same.
    var other = Synthetic.state()
    settle(&other, reduce(&other, .scene(live.scene)), answer: answer)
    #expect(other.loadedModel == "second")
    #expect(other.word == "no broken")
    // And so does coming back from somewhere else.
    settle(&other, reduce(&other, .action(.loadModel("synthetic"))), answer: answer)
    settle(&other, reduce(&other, .scene(live.scene)), answer: answer)
    #expect(other.word == "no broken")
  }

  @Test func whatIsPutAsideIsTheSameWhateverModelIsLoaded() {
    let actions: [Action] = [
      .pad(to: 400), .intervention(.ablate(HeadIndex(layer: 5, head: 11), .zeroOutput)),
      .selectHead(HeadIndex(layer: 5, head: 11)), .compare(.putAside),
    ]
    var large = State(model: Synthetic.model(), reference: "x")
    var small = State(model: Synthetic.model(layers: 1, heads: 1, maximum: 16), reference: "x")
    for action in actions {
      fold(&large, action)
      fold(&small, action)
    }
    #expect(large.scene == small.scene)
    #expect(small.subject(of: .pictureA) == small.subject(of: .shown))
  }

  @Test func theLineAboutDamagedWeightsFollowsFromThePlace() {
    var model = Synthetic.model()
    model.damagedTensors = ["tensor 'x' holds NaN at [0]"]
    var state = State(model: model)
    _ = start(&state)
    let beginning = state.scene
    #expect(state.word?.contains("holds NaN") == true)
    _ = reduce(&state, .action(.show(.head)))
    #expect(state.word == nil)
    _ = reduce(&state, .scene(beginning))
    #expect(state.word?.contains("holds NaN") == true)
  }

  @Test func whatIsNotWantedAnyMoreIsKnown() {
    var state = Synthetic.state()
    let first = reduce(&state, .action(.mask(.none)))
    let second = reduce(&state, .action(.mask(.full)))
    #expect(first.allSatisfy { !state.wantedWork.contains($0) })
    #expect(second.allSatisfy { state.wantedWork.contains($0) })
    let load = reduce(&state, .action(.loadModel("other")))
    #expect(load == [.loadModel("other")] && state.wantedWork.contains(.loadModel("other")))
    _ = reduce(&state, .action(.undo))
    #expect(!state.wantedWork.contains(.loadModel("other")))
  }
}
