import Activations
import JSON
import Checkpoints
import Safetensors
import Support
import TestSupport
import Testing

@testable import Encoders

/// Which matrix and which bias a head for masked language modelling uses, against what `transformers` 5 computes:
/// `Tools/generate_mlm_cases` makes the references, and the same changes to checkpoints.
@Suite struct TiedHeadTests {
  /// A way of changing a checkpoint that holds an own matrix and every bias.
  struct Change: Sendable {
    let name: String
    var isTied: Bool?
    var missing: [String] = []
    var equal: [String] = []
    /// What is said about it where the head has two biases.
    var notes: [String] = []
  }

  static let changes = [
    Change(name: "untied", isTied: false),
    Change(name: "untied-no-bias", isTied: false, missing: ["decoder_bias"], notes: ["is missing and taken as zero"]),
    Change(name: "default-other", notes: ["is not the embeddings", "differs from"]),
    Change(name: "default-other-matrix", missing: ["decoder_bias"], notes: ["is not the embeddings"]),
    Change(name: "default-other-bias", missing: ["decoder"], notes: ["differs from"]),
    Change(name: "default-only-own-bias", missing: ["decoder", "bias"]),
    Change(name: "default-equal", equal: ["decoder", "decoder_bias"]),
    Change(name: "tied", isTied: true, missing: ["decoder", "decoder_bias"]),
    Change(name: "tied-other", isTied: true),
    Change(name: "tied-matrix", isTied: true, missing: ["decoder"]),
  ]
  static let families = [
    "bert", "roberta", "camembert", "xlm-roberta", "albert", "mpnet", "deberta-v2", "deberta-v2-new", "distilbert",
    "electra", "modernbert", "rembert", "eurobert", "eurobert-bias",
  ]

  @Test("matrix and bias are those that transformers uses", arguments: families)
  func agrees(family: String) throws {
    let source = Fixtures.path("mlm/\(family)")
    let reference = try MappedFile("\(source)/reference.safetensors")
    let header = try SafetensorsHeader(of: reference.bytes, path: reference.path)
    let expected = Dictionary(
      uniqueKeysWithValues: header.entries.map { ($0.name, StoredTensor(entry: $0, file: reference)) })
    let input = TokenizedInput(ids: [3, 7, 19, 4, 11, 5])
    var worst: Float = 0
    var compared = 0
    for change in Self.changes {
      guard let logits = expected[change.name] else { continue }
      let folder = try changed(source, change, roles: header.metadata)
      let encoder = try loadEncoder(folder: folder.path, name: family)
      let trace = try encoder.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask))
      let last = try #require(trace.hiddenStates.last)
      let found = try #require(try encoder.vocabularyLogits(of: last, at: Array(0..<input.count)))
      let difference = largestDifference(found, Tensor(shape: logits.entry.shape, try logits.values()))
      #expect(difference < 1e-4, "\(change.name)")
      worst = max(worst, difference)
      compared += 1
      guard header.metadata["bias"] != nil else { continue }
      let notes = encoder.description.predictionNotes
      #expect(notes.count == change.notes.count, "\(change.name)")
      #expect(zip(notes, change.notes).allSatisfy { $0.contains($1) }, "\(change.name): \(notes)")
    }
    print("\(family): \(compared) cases, largest difference of a logit \(worst)")
    #expect(compared >= 3)
  }

  @Test("an untied head without its matrix predicts nothing, and says so")
  func missingMatrix() throws {
    let source = Fixtures.path("mlm/bert")
    let change = Change(name: "", isTied: false, missing: ["decoder"])
    let folder = try changed(source, change, roles: ["decoder": "cls.predictions.decoder.weight"])
    let description = try loadEncoder(folder: folder.path, name: "bert").description
    #expect(!description.hasMaskedLMHead)
    #expect(
      description.predictionNotes == [
        "tie_word_embeddings is false, and 'cls.predictions.decoder.weight' is missing: nothing predicts [MASK]"
      ])
  }

  private func changed(_ source: String, _ change: Change, roles: [String: String]) throws -> TemporaryFolder {
    let checkpoint = try Checkpoint(folder: source)
    let missing = Set(change.missing.compactMap { roles[$0] })
    let partners = ["decoder": roles["embeddings"], "decoder_bias": roles["bias"]]
    var copies: [String: String] = [:]
    for role in change.equal {
      if let name = roles[role], let partner = partners[role] ?? nil { copies[name] = partner }
    }
    var builder = SafetensorsBuilder()
    for name in checkpoint.names.sorted() where !missing.contains(name) {
      let tensor = try #require(checkpoint.tensor(named: copies[name] ?? name))
      builder.add(name, shape: tensor.entry.shape, try tensor.values())
    }
    let folder = TemporaryFolder()
    var text = String(decoding: Fixtures.bytes("\(source)/config.json"), as: UTF8.self)
    if let isTied = change.isTied {
      text = text.replacing("{\n", with: "{\"tie_word_embeddings\": \(isTied),\n", maxReplacements: 1)
    }
    folder.write(Array(text.utf8), to: "config.json")
    folder.write(builder.file, to: "model.safetensors")
    return folder
  }
}
