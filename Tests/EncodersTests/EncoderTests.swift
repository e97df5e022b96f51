import Activations
import Support
import Synchronization
import TestSupport
import Testing

@testable import Encoders

@Suite struct EncoderTests {
  @Test("describes itself")
  func describes() throws {
    let folder = Fixtures.path("encoders/bert-sharded")
    let description = try loadEncoder(folder: folder + "/", name: "ORG/sharded").description
    #expect(description.name == "ORG/sharded")
    #expect(description.family == "bert")
    #expect((description.layers, description.heads, description.hiddenSize) == (2, 2, 32))
    #expect((description.headSize, description.intermediateSize) == (16, 64))
    #expect((description.vocabularySize, description.maximumPositions, description.tokenTypes) == (664, 64, 2))
    #expect(description.storedType == "F32")
    #expect(description.ignoredTensors == ["pooler.dense.bias", "pooler.dense.weight"])
    #expect(description.files == (1...3).map { "\(folder)/model-0000\($0)-of-00003.safetensors" })
    #expect(description.fileBytes == 85128 + 62896 + 22264)
    let embeddings = (664 + 64 + 2) * 32 + 64
    let layer = 4 * (32 * 32 + 32) + 32 * 64 + 64 + 64 * 32 + 32 + 4 * 32
    #expect(description.parameters == embeddings + 2 * layer)
    #expect(try loadEncoder(folder: Fixtures.path("encoders/bert-float16"), name: "").description.storedType == "F16")
    #expect(try loadEncoder(folder: Fixtures.path("encoders/bert-bfloat16"), name: "").description.storedType == "BF16")
  }

  @Test("refuses input that does not fit, and runs the next one")
  func refusesInput() throws {
    let encoder = try TinyBert(seed: 60).load()
    func error(_ ids: [Int32], types: [Int32]? = nil, mask: [Bool]? = nil, maskSize: Int? = nil) -> String {
      let input = TokenizedInput(ids: ids, types: types, mask: mask)
      let size = maskSize ?? ids.count
      do {
        _ = try encoder.run(input, mask: AttentionMask(size: size, allowed: .init(repeating: true, count: size * size)))
        return "fine"
      } catch {
        return "\(error)"
      }
    }
    #expect(error([]) == "the input has no tokens, not even special ones")
    #expect(error(.init(repeating: 1, count: 49)) == "the input has 49 tokens, tiny takes 48")
    #expect(error(.init(repeating: 1, count: 48)) == "fine")
    #expect(
      error([1, 50])
        == "token id 50 at position 1 is outside the vocabulary of 50; the tokenizer belongs to another model")
    #expect(
      error([-1])
        == "token id -1 at position 0 is outside the vocabulary of 50; the tokenizer belongs to another model")
    #expect(error([1, 2], types: [0, 2]) == "token type 2 at position 1 is outside the 2 that there are")
    #expect(error([1, 2], types: [0]) == "the input has 2 ids, but not as many token types and mask entries")
    #expect(error([1, 2], mask: [true]) == "the input has 2 ids, but not as many token types and mask entries")
    #expect(error([1, 2], maskSize: 3) == "the mask is for 3 positions, the input has 2")
    #expect(error([1, 2]) == "fine")
  }

  @Test("keeps probabilities where there is room for them, and refuses what not even the rest finds room in")
  func refusesTooMuch() throws {
    let memory = try #require(try TinyBert(seed: 65).load() as? LoadedEncoder).memory
    func place(_ positions: Int, _ mebibytes: Int, in folder: String) throws -> DiskMemory? {
      try memory.place(positions: positions, folder: folder) {
        AvailableMemory(bytes: mebibytes << 20, limit: .group)
      }
    }
    let folder = TemporaryFolder()
    #expect(try place(512, 512, in: folder.path) == nil)
    #expect(try place(390_000, 512, in: folder.path) == nil)
    #expect(try place(100_000, 100, in: folder.path) != nil)
    let error = #expect(throws: EncoderError.self) { try place(3_900_000, 512, in: "/nowhere") }
    #expect(
      error?.description
        == "3900000 tokens are too many for the control group of this process: what 2 layers of 3 heads compute takes "
        + "3927 MiB without the probabilities, of the 512 MiB of memory that are available a fifth stays free, and "
        + "'/nowhere' has no room for it (No such file or directory); shorten the text, or set TMPDIR to a folder that has"
    )
    // What nobody can say anything about is computed.
    #expect(try memory.place(positions: 3_900_000) { nil } == nil)
    // With probabilities, it is what an eighth of the available memory holds.
    func holds(_ mebibytes: Int) -> Bool {
      memory.holdsProbabilities(of: 4000, limit: nil) {
        AvailableMemory(bytes: mebibytes << 20, limit: .machine)
      }
    }
    #expect(holds(3328))
    #expect(!holds(2560))
    #expect(memory.holdsProbabilities(of: 390_000, limit: nil) { nil })
    // Or what is asked for: 2 layers of 3 heads of 100 × 100 numbers.
    #expect(memory.holdsProbabilities(of: 100, limit: 240_000))
    #expect(!memory.holdsProbabilities(of: 100, limit: 239_999))
    // As far as there is room for it.
    #expect(!memory.holdsProbabilities(of: 4000, limit: .max) { AvailableMemory(bytes: 400 << 20, limit: .machine) })
    #expect(memory.holdsProbabilities(of: 4000, limit: .max) { AvailableMemory(bytes: 520 << 20, limit: .machine) })
  }

  @Test("can be cancelled between layers")
  func isCancelled() throws {
    let encoder = try TinyBert(seed: 61).load()
    let input = TokenizedInput(ids: [1, 2, 3])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    for after in 0..<2 {
      let asked = Atomic(0)
      #expect(throws: CancellationError.self) {
        try encoder.run(input, mask: mask, isCancelled: { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= after })
      }
      #expect(asked.load(ordering: .relaxed) == after + 1)
    }
    _ = try encoder.run(input, mask: mask)
  }

  @Test("may be used by many threads at once")
  func isThreadSafe() async throws {
    let encoder = try TinyBert(seed: 62).load()
    func run(_ index: Int) throws -> [Float] {
      let input = TokenizedInput(ids: (0..<20 + index).map { Int32(1 + $0 * 7 % 49) })
      let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
      return try encoder.run(input, mask: mask).hiddenStates.last?.values() ?? []
    }
    let expected = try (0..<4).map(run)
    try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for index in 0..<40 { group.addTask { (index % 4, try run(index % 4)) } }
      for try await (index, values) in group { #expect(values == expected[index]) }
    }
  }

  @Test("gives the same numbers in every run, whatever ran before")
  func isDeterministic() throws {
    let encoder = try TinyBert(seed: 63).load()
    let input = TokenizedInput(ids: (0..<30).map { Int32(1 + $0) })
    let mask = AttentionMask(.causal, attentionMask: input.attentionMask)
    let first = try encoder.run(input, mask: mask)
    for length in 1...48 {
      let other = TokenizedInput(ids: (0..<length).map { Int32(49 - $0) })
      _ = try encoder.run(other, mask: AttentionMask(.keys, attentionMask: other.attentionMask))
    }
    let again = try encoder.run(input, mask: mask)
    for (a, b) in zip(first.layers, again.layers) {
      #expect(a.attentionProbabilities.values() == b.attentionProbabilities.values())
    }
    #expect(first.hiddenStates.map { $0.values() } == again.hiddenStates.map { $0.values() })
  }

  @Test("measures itself")
  func measuresItself() throws {
    let timing = try TinyBert(seed: 64).load().time(tokens: 8, runs: 5, warmUp: 1)
    #expect(timing.tokens == 8)
    #expect(timing.milliseconds.count == 5)
    #expect(timing.minimum > 0 && timing.minimum <= timing.median)
    #expect(EncoderTiming(tokens: 1, milliseconds: [4, 1, 3, 2]).median == 2.5)
    #expect(EncoderTiming(tokens: 1, milliseconds: []).median == 0)
  }
}
