import Activations
import TestSupport
import Testing

@testable import AttentionFiles

/// The formula that `Tools/generate_attention_files` makes its files by.
func expected(
  item: Int = 0, layer: Int, head: Int, queries: Int, keys: Int, isAllowed: (Int, Int) -> Bool = { _, _ in true }
) -> [Float] {
  (0..<queries).flatMap { query -> [Float] in
    let row = (0..<keys).map { key in
      isAllowed(query, key) ? Double(1 + (7 * layer + 5 * head + 3 * query + 2 * key + item) % 11) : 0
    }
    let sum = row.reduce(0, +)
    return row.map { Float($0 / sum) }
  }
}

func attentionFixture(_ name: String) -> String { Fixtures.path("attention/\(name)") }

func difference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

/// Attention in every form in which other programs save it.
@Suite struct AttentionFileTests {
  @Test(
    arguments: [
      ("plain.npy", 1e-7), ("double.npy", 1e-7), ("half.npy", 2e-4), ("fortran.npy", 1e-7), ("named.npz", 1e-7),
      ("layers.npz", 1e-7), ("bfloat.safetensors", 2e-3),
    ] as [(String, Float)])
  func everyFormHasTheSameNumbers(name: String, tolerance: Float) throws {
    let file = try AttentionFile(attentionFixture(name))
    #expect(file.description.layers == 2 && file.description.heads == 3)
    let encoding = try file.encode(file.request)
    var largest: Float = 0
    for layer in 0..<2 {
      for head in 0..<3 {
        let map = encoding.trace.layers[layer].probabilities(head: head)
        largest = max(largest, difference(map.values(), expected(layer: layer, head: head, queries: 5, keys: 5)))
      }
    }
    print("\(name): largest difference \(largest)")
    #expect(largest <= tolerance)
  }

  @Test func tokensComeFromTheFileOrAreNumbered() throws {
    for name in ["named.npz", "layers.npz", "bfloat.safetensors"] {
      let file = try AttentionFile(attentionFixture(name))
      let encoding = try file.encode(file.request)
      #expect(encoding.input.names == ["[CLS]", "The", "em", "##bed", "[SEP]"])
      #expect(encoding.input.specialTokensMask == [true, false, false, false, true])
      #expect(file.request.texts == ["The embed"] && file.description.notes.isEmpty)
    }
    let plain = try AttentionFile(attentionFixture("plain.npy"))
    #expect(try plain.encode(plain.request).input.names == ["0", "1", "2", "3", "4"])
    #expect(plain.description.notes.contains { $0.contains("--tokens") })
  }

  @Test func tokensCanBeGiven() throws {
    let folder = TemporaryFolder()
    folder.write("a\nb\nc\nd\ne\n", to: "lines.txt")
    folder.write(#"["a", "b", "c", "d", "e"]"#, to: "list.json")
    folder.write(#"[["a", "b", "c", "d", "e"]]"#, to: "lists.json")
    for name in ["lines.txt", "list.json", "lists.json"] {
      let file = try AttentionFile(attentionFixture("plain.npy"), tokens: [TokenLists.read(folder[name])])
      #expect(try file.encode(file.request).input.tokens == ["a", "b", "c", "d", "e"])
    }
    folder.write(#"["a", "b"]"#, to: "short.json")
    #expect(throws: AttentionFileError.self) {
      try AttentionFile(attentionFixture("plain.npy"), tokens: [TokenLists.read(folder["short.json"])])
    }
    folder.write([0xFF, 0xFE], to: "binary")
    #expect(throws: AttentionFileError.self) { try TokenLists.read(folder["binary"]) }
  }

  @Test func aDecodersBatchIsCausalAndItsPadIsKnown() throws {
    let file = try AttentionFile(attentionFixture("decoder.safetensors"))
    #expect(file.request.maskMode == .causal && file.request.texts == ["Dogs bark loudly", "Cats sleep"])
    for item in 0..<2 {
      let encoding = try file.encode(file.request.forSentence(item))
      let real = item == 0 ? [true, true, true, true] : [false, false, true, true]
      #expect(encoding.input.attentionMask == real)
      for layer in 0..<3 {
        #expect(encoding.trace.layers[layer].mask == AttentionMask(.causal, attentionMask: real))
        for head in 0..<2 {
          let map = encoding.trace.layers[layer].probabilities(head: head)
          let wanted = expected(item: item, layer: layer, head: head, queries: 4, keys: 4) { query, key in
            real[query] ? key <= query && real[key] : key == query
          }
          #expect(difference(map.values(), wanted) < 1e-7)
        }
      }
    }
    #expect(try file.encode(file.request).input.names == ["Dogs", "Ġbark", "Ġlou", "dly"])
  }

  @Test func layersMayComeBeforeTheBatch() throws {
    let file = try AttentionFile(attentionFixture("stacked.safetensors"))
    #expect(file.description.layers == 3 && file.sentences.count == 2)
    let map = try file.encode(file.request.forSentence(1)).trace.layers[2].probabilities(head: 1)
    let wanted = expected(item: 1, layer: 2, head: 1, queries: 4, keys: 4) { query, key in
      query >= 2 ? key <= query && key >= 2 : key == query
    }
    #expect(difference(map.values(), wanted) < 1e-7)
  }

  @Test func crossAttentionHasTokensOnBothAxes() throws {
    let path = attentionFixture("seq2seq.safetensors")
    let names = ["encoder_attentions", "decoder_attentions", "cross_attentions"]
    let file = try AttentionFile(path, array: "cross_attentions")
    #expect(file.arrays == names && file.description.recorded?.isCross == true)
    let encoding = try file.encode(file.request)
    #expect(encoding.isCross && encoding.mask.queries == 3 && encoding.mask.keys == 4)
    #expect(encoding.queryInput.tokens == ["<pad>", "▁Die", "▁Katze"])
    #expect(encoding.input.tokens == ["▁The", "▁cat", "▁ran", "</s>"])
    let map = encoding.trace.layers[1].probabilities(head: 0)
    #expect(difference(map.values(), expected(layer: 1, head: 0, queries: 3, keys: 4)) < 1e-7)
    let decoder = try AttentionFile(path, array: "decoder_attentions")
    #expect(try decoder.encode(decoder.request).input.tokens == ["<pad>", "▁Die", "▁Katze"])
    #expect(decoder.request.maskMode == .causal && decoder.description.name == "seq2seq.safetensors#decoder_attentions")
    #expect(try AttentionFile(path).array == "encoder_attentions")
    #expect(throws: AttentionFileError.self) { try AttentionFile(path, array: "attentions") }
  }

  @Test func aWindowIsSeenInTheZeros() throws {
    let file = try AttentionFile(attentionFixture("window.npy"))
    #expect(file.blocks == [OwnBlock(window: 3), OwnBlock()])
    let layers = try file.encode(file.request).trace.layers
    #expect(!layers[0].mask[0, 3] && layers[0].mask[0, 2] && layers[1].mask[0, 6])
    #expect(file.description.recorded?.hasMask == true)
    let patches = try AttentionFile(attentionFixture("patches.safetensors"))
    #expect(patches.description.recorded?.hasMask == false)
  }

  @Test func whatIsReadInPartsIsTheSame() throws {
    for name in ["decoder.safetensors", "patches.safetensors", "window.npy", "fortran.npy"] {
      let (whole, parts) = (
        try AttentionFile(attentionFixture(name)), try AttentionFile(attentionFixture(name), mostHeld: 0)
      )
      let (a, b) = (try whole.encode(whole.request).trace, try parts.encode(parts.request).trace)
      #expect(b.isReadInParts && !a.isReadInParts)
      for (layer, other) in zip(a.layers, b.layers) {
        #expect(layer.attentionProbabilities.values() == other.attentionProbabilities.values())
        for head in 0..<layer.heads {
          #expect(layer.probabilities(head: head).values() == other.probabilities(head: head).values())
        }
      }
    }
  }

  @Test(
    arguments: [
      ("compressed.npz", "np.savez"), ("bigendian.npy", "astype('<f4')"), ("objects.npy", "pickle"),
    ])
  func whatIsNotReadSaysWhatToDo(name: String, words: String) throws {
    do {
      _ = try AttentionFile(attentionFixture(name))
      Issue.record("\(name) was read")
    } catch {
      #expect("\(error)".contains(words) && "\(error)".contains(name) && !"\(error)".contains("\n"))
    }
  }

  @Test func padIsSeenInTheZeros() throws {
    let folder = TemporaryFolder()
    var builder = SafetensorsBuilder()
    let first: [Float] = [0.5, 0.5, 0, 0.25, 0.75, 0, 0.5, 0.5, 0]
    let second: [Float] = [0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.25]
    builder.add("attentions.0", shape: [2, 1, 3, 3], first + second)
    folder.write(builder.file, to: "padded.safetensors")
    let file = try AttentionFile(folder["padded.safetensors"])
    #expect(file.request.maskMode == .keys && file.description.recorded?.hasMask == true)
    let encodings = try (0..<2).map { try file.encode(file.request.forSentence($0)) }
    #expect(encodings.map(\.input.attentionMask) == [[true, true, false], [true, true, true]])
    #expect(encodings[0].input.names == ["0", "1", "PAD"] && encodings[0].trace.layers[0].mask[0, 2] == false)
  }

  @Test func weightsAreNoAttention() throws {
    do {
      _ = try AttentionFile(Fixtures.path("encoders/bert-mlm-cased/model.safetensors"))
      Issue.record("weights were read as attention")
    } catch {
      #expect("\(error)".contains("holds a model's weights") && "\(error)".contains("headscope --model"))
    }
  }

  @Test func scoresAreRefusedAndOddSumsAreSaid() throws {
    let folder = TemporaryFolder()
    func write(_ numbers: [Float], _ name: String) {
      var builder = SafetensorsBuilder()
      builder.add("attentions", shape: [1, 1, 2, 2], numbers)
      folder.write(builder.file, to: name)
    }
    write([0.5, 0.5, -1, 2], "scores.safetensors")
    #expect(throws: AttentionFileError.self) { try AttentionFile(folder["scores.safetensors"]) }
    write([0.6, 0.6, 0.25, 0.25], "dropout.safetensors")
    let odd = try AttentionFile(folder["dropout.safetensors"])
    #expect(odd.description.notes.first?.contains("0.50 to 1.20") == true)
    write([0.5, 0.5, .nan, .nan], "nan.safetensors")
    let encoding = try AttentionFile(folder["nan.safetensors"]).encode(EncodeRequest(texts: ["0 1"]))
    #expect(encoding.trace.layers[0].probabilities(head: 0)[1, 0].isNaN)
  }

  @Test func nothingIsComputedAnew() throws {
    let file = try AttentionFile(attentionFixture("named.npz"))
    var other = file.request
    other.texts = ["something else"]
    #expect(throws: AttentionFileError.self) { try file.encode(other) }
    other = file.request
    other.padTo = 9
    #expect(throws: AttentionFileError.self) { try file.encode(other) }
    other = file.request
    other.ablations = [Ablation(head: HeadIndex(layer: 0, head: 0), kind: .zeroOutput)]
    #expect(throws: AttentionFileError.self) { try file.encode(other) }
  }

  /// Whatever stands in a file: it is read, or an error in one line says why not.
  @Test(arguments: ["decoder.safetensors", "seq2seq.safetensors", "layers.npz", "named.npz", "fortran.npy", "half.npy"])
  func damagedFilesAreErrors(name: String) throws {
    let folder = TemporaryFolder()
    let whole = Fixtures.bytes(attentionFixture(name))
    var generator = SeededGenerator(seed: 16)
    var opened = 0
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0:
          bytes[Int.random(in: 0..<min(bytes.count, 400), using: &generator)] = UInt8.random(
            in: 0...255, using: &generator)
        case 1: bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        default: bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &generator))
        }
      }
      folder.write(bytes, to: "x")
      do {
        let file = try AttentionFile(folder["x"])
        for item in file.sentences.indices { _ = try file.encode(file.request.forSentence(item)) }
        opened += 1
      } catch {
        #expect(!"\(error)".contains("\n"))
      }
    }
    print("\(name): \(opened) of 500 damaged files were read")
  }
}
