import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Every view opens on every family that a blueprint describes, and says what the family adds.
@Suite struct FamilyViewsTests {
  static let families = [
    "bart", "clip_text_model", "data2vec-text", "deberta", "ernie", "esm", "eurobert", "gemma3_text", "gpt2", "gte",
    "jina_bert", "jina_embeddings_v3", "layoutlm", "llama", "m2m_100", "marian", "mbart", "megatron-bert", "mt5", "new",
    "nomic_bert", "qwen3", "rembert", "roberta-prelayernorm", "roformer", "siglip_text_model", "t5", "umt5",
    "xlm-roberta-xl",
  ]

  private func state(_ family: String, mode: MaskMode = .keys) throws -> State {
    var state = try computedState("families/\(family)", mode: mode) { 3 + $0 % 9 }
    (state.head, state.query) = (HeadIndex(layer: 0, head: 0), 2)
    return state
  }

  private func text(_ state: State, _ view: ViewID) -> String {
    var state = state
    state.view = view
    let appearance = Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey])
    return draw(state, appearance: appearance, size: Size(columns: 200, rows: 60)).text
  }

  @Test(arguments: families) func everyViewOpens(family: String) throws {
    for mode in [MaskMode.keys, .none, .full] {
      let state = try state(family, mode: mode)
      for view in ViewID.allCases { #expect(text(state, view).contains(family), "\(view), \(mode)") }
    }
  }

  @Test func whatAFamilyBlocksByItselfIsNamed() throws {
    for family in ["gpt2", "llama", "qwen3", "clip_text_model"] {
      #expect(
        text(try state(family), .mask).contains("\(family) is causal by nature: no query sees later keys"), "\(family)")
      // Where the mask blocks later keys itself, the family adds nothing.
      #expect(!text(try state(family, mode: .causal), .mask).contains("by nature"))
    }
    #expect(text(try state("gemma3_text"), .mask).contains("Layer 0 of gemma3_text only looks at neighbours"))
    #expect(!text(try state("eurobert"), .mask).contains("by nature"))
  }

  @Test func whatAFamilyAddsToScoresIsNamed() throws {
    #expect(text(try state("t5"), .mask).contains("a bias for the distance between the two"))
    #expect(text(try state("jina_bert"), .mask).contains("minus the distance between the two, times a slope"))
    #expect(!text(try state("bart"), .mask).contains("adds to each scaled score"))
  }

  @Test func headsThatShareKeysAndValuesAreNamed() throws {
    for view in [ViewID.grid, .head] {
      #expect(text(try state("qwen3"), view).contains(", keys and values are those of heads 0 to 1"), "\(view)")
      var state = try state("qwen3")
      state.countFrom = 1
      #expect(text(state, view).contains(", keys and values are those of heads 1 to 2"), "\(view)")
      #expect(!text(try self.state("gpt2"), view).contains("keys and values are"), "\(view)")
    }
  }

  @Test func theListOfModelsSaysWhatTheLoadedOneIs() throws {
    var state = try state("esm")
    state.model.task = "classification of tokens"
    state.model.notes = ["layer 1: heads that were pruned and are shown as zeros: 3"]
    state.model.base = AdaptedModel(reference: "/models/base", name: "base")
    state.overlay = .models(marked: nil)
    let text = text(state, .grid)
    #expect(text.contains("of the family esm, trained for classification of tokens"))
    #expect(text.contains("layer 1: heads that were pruned and are shown as zeros: 3"))
    #expect(text.contains("of base: Compare shows all heads of both"))
  }

  @Test func howVectorsAreMadeIsNamed() throws {
    let qwen = text(try state("qwen3"), .steps)
    #expect(qwen.contains("turned by position(norm(W_Q norm(x)))") && qwen.contains("= W_V norm(x) ="))
    #expect(qwen.contains("Heads 0 to 1 share one matrix for keys and one for values"))
    #expect(text(try state("gpt2"), .steps).contains("= W_K norm(x) + b_K ="))
    #expect(text(try state("deberta"), .steps).contains("= W_K x ="))
  }
}
