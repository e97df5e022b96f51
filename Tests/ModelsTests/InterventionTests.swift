import Activations
import Glibc
import TestSupport
import Testing

@testable import Models

/// What a request can change by hand, on a tiny encoder with its tokenizer.
@Suite struct InterventionTests {
  private let folder = TemporaryFolder()

  private func model(_ encoder: String = "bert-mlm-cased", _ tokenizer: String = "wordpiece-cased") throws -> Model {
    for name in ["config.json", "model.safetensors"] {
      folder.link("\(encoder)/\(name)", to: Fixtures.path("encoders/\(encoder)/\(name)"))
    }
    folder.link("\(encoder)/tokenizer.json", to: Fixtures.path("tokenizers/\(tokenizer)/tokenizer.json"))
    return try Model.load(ModelLocation(name: encoder, folder: folder[encoder], source: .folder))
  }

  /// What sentence-transformers uses of an input is known, and nothing is cut there.
  @Test(arguments: [
    (#"{"max_seq_length": 4, "do_lower_case": false}"#, 4 as Int?), ("{}", nil), ("no JSON", nil), ("", nil),
  ])
  func theLongestInputOfASentenceEncoderIsSaid(settings: String, length: Int?) throws {
    folder.write(settings, to: "bert-mlm-cased/sentence_bert_config.json")
    let model = try model()
    #expect(model.description.sentenceLength == length)
    #expect(try model.tokenize(EncodeRequest(texts: ["The cat ran over there"]))[0].count > 4)
  }

  @Test func aTokenIsReplacedByMask() throws {
    let model = try model()
    let mask = try #require(model.tokenizer.maskToken)
    let plain = try model.tokenize(EncodeRequest(texts: ["The cat ran"]))[0]
    for side in PadSide.allCases {
      let padded = try model.encode(
        EncodeRequest(texts: ["The cat ran"], padTo: plain.count + 3, padSide: side, replacedTokens: [2]))
      let position = side == .left ? 5 : 2
      #expect(padded.input.inputIDs[position] == mask.id && padded.input.tokens[position] == mask.content)
      #expect(padded.input.inputIDs.count { $0 == mask.id } == 1)
      #expect(
        padded.input.replacedTokens == [
          ReplacedToken(place: 2, original: SpecialToken(id: plain.inputIDs[2], content: plain.tokens[2]))
        ])
      #expect(padded.input.place(at: position) == 2)
    }
    // The same as writing it, but for what is known of the text.
    let written = try model.tokenize(EncodeRequest(texts: ["The [MASK] ran"]))[0]
    if plain.count == written.count {
      let replaced = try model.tokenize(EncodeRequest(texts: ["The cat ran"], replacedTokens: [2]))[0]
      #expect(replaced.inputIDs == written.inputIDs)
      #expect(replaced.specialTokensMask == written.specialTokensMask)
    }
  }

  @Test func onlyTheNamedSentenceOfABatchIsChanged() throws {
    let model = try model()
    let request = EncodeRequest(
      texts: ["The cat ran", "A dog"], sentence: 1, maskEdits: [.key(1, isAllowed: false)], replacedTokens: [1])
    let inputs = try model.tokenize(request)
    #expect(inputs[0].replacedTokens.isEmpty && inputs[1].replacedTokens.count == 1)
    let first = try model.encode(inputs[0], sentence: 0, of: request)
    #expect(first.pairsEditedByHand == 0 && first.request.sentence == 0)
    let second = try model.encode(request)
    #expect(second.pairsEditedByHand == second.input.count)
    for layer in second.trace.layers {
      for query in 0..<second.input.count { #expect(layer.attentionProbabilities[0, query, 1] == 0) }
    }
  }

  @Test func whatIsOutOfRangeIsSaidInOneLine() throws {
    let model = try model()
    func message(_ change: (inout EncodeRequest) -> Void) -> String? {
      var request = EncodeRequest(texts: ["The cat"])
      change(&request)
      do {
        _ = try model.encode(request)
        return nil
      } catch { return "\(error)" }
    }
    let count = try model.tokenize(EncodeRequest(texts: ["The cat"]))[0].count
    #expect(
      message { $0.replacedTokens = [count] }
        == "cannot replace token \(count): the sentence has \(count), counted from 0")
    #expect(
      message { $0.replacedTokens = [-1] } == "cannot replace token -1: the sentence has \(count), counted from 0")
    #expect(
      message { $0.replacedTokens = [0] }
        == "cannot replace token 0, '[CLS]': special tokens stay; choose a token of the text")
    #expect(
      message { $0.maskEdits = [.key(72, isAllowed: true)] }
        == "cannot edit the mask of token 72: tokens are counted from 0, and there are at most 72")
    #expect(message { $0.maskEdits = [.cell(query: 0, key: -1, isAllowed: true)] }?.contains("token -1") == true)
    #expect(
      message { $0.maskEdits = [.band(width: -1)] }
        == "a band around the diagonal cannot have the width -1; 0 is the diagonal alone")
    #expect(
      message { $0.ablations = [Ablation(head: HeadIndex(layer: 9, head: 0), kind: .zeroOutput)] }
        == "cannot switch off layer 9 head 0: bert-mlm-cased has 2 layers of 3 heads, counted from 0")
  }

  @Test func everyMaskGetsItsMostProbableTokens() throws {
    let model = try model()
    let encoding = try model.encode(
      EncodeRequest(texts: ["The [MASK] ran"], padTo: 12, padSide: .left, replacedTokens: [1]))
    let predictions = try #require(encoding.predictions)
    let mask = try #require(model.tokenizer.maskToken)
    #expect(
      predictions.map(\.position) == encoding.input.inputIDs.indices.filter { encoding.input.inputIDs[$0] == mask.id })
    try #require(predictions.count == 2)
    let last = try #require(encoding.trace.hiddenStates.last)
    let logits = try #require(try model.encoder.vocabularyLogits(of: last, at: predictions.map(\.position)))
    for (row, prediction) in predictions.enumerated() {
      let values = logits.row(row)
      let best = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
      #expect(prediction.candidates.map(\.id) == best.prefix(MaskPrediction.most).map(Int32.init))
      #expect(prediction.candidates.map(\.rank) == Array(0..<MaskPrediction.most))
      #expect(prediction.candidates.allSatisfy { $0.token == model.tokenizer.token(id: $0.id) })
      let sum = values.reduce(0.0) { $0 + exp(Double($1)) }
      for candidate in prediction.candidates {
        #expect(abs(candidate.probability - exp(Double(values[Int(candidate.id)])) / sum) < 1e-9)
      }
    }
    // What stood there before is known where it was replaced, not where it was written.
    let original = try #require(predictions[0].original)
    #expect(original.id == encoding.input.replacedTokens[0].original.id)
    #expect(original.rank == logits.row(0).count { $0 > logits[0, Int(original.id)] })
    #expect(predictions[1].original == nil)
  }

  @Test func aModelWithoutSuchAHeadHasNoPredictions() throws {
    let model = try model("mpnet", "wordpiece-mpnet")
    #expect(try model.encode(EncodeRequest(texts: ["a cat"], replacedTokens: [1])).predictions == nil)
  }
}
