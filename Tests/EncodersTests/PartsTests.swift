import Activations
import Support
import Synchronization
import TestSupport
import Testing

@testable import Encoders

/// Inputs whose probabilities are not kept, but computed in parts.
@Suite struct PartsTests {
  private static let folders = ["bert", "distilbert", "roberta", "mpnet", "deberta-v2", "modernbert"]

  @Test("are computed with the numbers of the ordinary computation, bit for bit, in every family", arguments: folders)
  func areTheSame(model: String) throws {
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/\(model)"), name: model)
    for count in [1, 2, 7, 24] {
      let input = TokenizedInput(
        ids: (0..<count).map { Int32(1 + $0 % 9) }, mask: (0..<count).map { count < 3 || $0 != count - 2 })
      for mode in MaskMode.allCases {
        let mask = AttentionMask(mode, edits: count < 3 ? [] : [.cell(query: 1, key: 2, isAllowed: false)], for: input)
        let ablations = [
          Ablation(head: HeadIndex(layer: 0, head: 0), kind: .uniformAttention),
          Ablation(head: HeadIndex(layer: 1, head: 1), kind: .zeroOutput),
        ]
        let whole = try encoder.run(input, mask: mask, ablations: ablations, isCancelled: { false })
        let reader = Rows(queries: count, keys: count)
        let parts = try encoder.run(
          input, mask: mask, ablations: ablations, storage: ProbabilityStorage(limit: 0) { _ in reader },
          isCancelled: { false })
        #expect(parts.isReadInParts && !whole.isReadInParts)
        try expectEqual(parts, whole, reader, "\(model), \(count) tokens, \(mode)")
        let (kept, shown) = try Self.kept(encoder, input, mask, ablations)
        try expectEqual(kept, whole, shown, "\(model), \(count) tokens, \(mode), kept")
      }
    }
  }

  @Test("tell how far they are, layer by layer and within each", arguments: [nil, 0])
  func progress(limit: Int?) throws {
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/bert"), name: "bert")
    let input = TokenizedInput(ids: (0..<24).map { Int32(1 + $0 % 9) }, mask: (0..<24).map { _ in true })
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let shares = Mutex<[Double]>([])
    let storage = ProbabilityStorage(limit: limit, progress: { share, _ in shares.withLock { $0.append(share) } })
    _ = try encoder.run(input, mask: mask, ablations: [], storage: storage, isCancelled: { false })
    let told = shares.withLock { $0 }
    let (layers, heads) = (encoder.description.layers, encoder.description.heads)
    let ofLayers = (0..<layers).map { Double($0) / Double(layers) }
    guard limit == 0 else { return #expect(told == ofLayers) }
    // Of parts that end out of order, what says no more than was told is left out; the last of a layer always says more.
    let steps = (0...layers * heads).map { Double($0) / Double(layers * heads) }
    #expect(told.allSatisfy { share in steps.contains { abs($0 - share) < 1e-9 } })
    #expect(ofLayers.allSatisfy { share in told.contains { abs($0 - share) < 1e-9 } })
    #expect(zip(told, told.dropFirst()).allSatisfy { $0 < $1 })
    #expect(told.first == 0 && told.last == 1)
  }

  @Test("layers that see a window compute what lies in it", arguments: [40, 48])
  func windows(count: Int) throws {
    // ModernBERT's fixture sees a few neighbours: most panels of keys are left out.
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/modernbert"), name: "modernbert")
    let count = min(count, encoder.description.maximumPositions)
    let input = TokenizedInput(ids: (0..<count).map { Int32(1 + $0 % 9) }, mask: (0..<count).map { _ in true })
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let reader = Rows(queries: count, keys: count)
    let parts = try encoder.run(
      input, mask: mask, ablations: [], storage: ProbabilityStorage(limit: 0) { _ in reader }, isCancelled: { false })
    let whole = try encoder.run(input, mask: mask)
    try expectEqual(parts, whole, reader, "\(count) tokens")
    let (kept, shown) = try Self.kept(encoder, input, mask, [])
    try expectEqual(kept, whole, shown, "\(count) tokens, kept")
  }

  /// Computed with probabilities that are shown to a reader as they are computed, and kept yet.
  private static func kept(
    _ encoder: any Encoder, _ input: TokenizedInput, _ mask: AttentionMask, _ ablations: [Ablation]
  ) throws -> (AttentionTrace, Rows) {
    let reader = Rows(queries: input.count, keys: input.count)
    var storage = ProbabilityStorage { _ in reader }
    storage.shownFrom = 1
    let trace = try encoder.run(input, mask: mask, ablations: ablations, storage: storage, isCancelled: { false })
    #expect(!trace.isReadInParts && trace.reader === reader)
    return (trace, reader)
  }

  @Test("lie in a file where memory has no room for them, with the same numbers", arguments: folders)
  func onDisk(model: String) throws {
    let encoder = try #require(
      try loadEncoder(folder: Fixtures.path("encoders/\(model)"), name: model) as? LoadedEncoder)
    let input = TokenizedInput(ids: (0..<24).map { Int32(1 + $0 % 9) }, mask: (0..<24).map { _ in true })
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let folder = TemporaryFolder()
    let disk = try DiskMemory(bytes: 4 << 20, in: folder.path)
    let parts = try encoder.run(input, mask: mask, reader: nil, inParts: ForwardPass.InParts(disk: disk))
    let whole = try encoder.run(input, mask: mask)
    for (a, b) in zip(parts.layers, whole.layers) {
      #expect(a.attentionProbabilities.values() == b.attentionProbabilities.values())
      #expect(a.contextLayer.values() == b.contextLayer.values())
    }
    for (a, b) in zip(parts.hiddenStates, whole.hiddenStates) { #expect(a.values() == b.values()) }
  }

  @Test("a file has no name, and what it holds beyond its end is taken from memory")
  func fileOfNumbers() throws {
    let folder = TemporaryFolder()
    let disk = try DiskMemory(bytes: 1 << 12, in: folder.path)
    #expect(Files.list(folder.path).isEmpty)
    let first = try #require(FloatStorage(count: 500, on: disk))
    let second = try #require(FloatStorage(count: 500, on: disk))
    first.pointer.update(repeating: 1, count: 500)
    second.pointer.update(repeating: 2, count: 500)
    #expect((0..<500).allSatisfy { first.pointer[$0] == 1 && second.pointer[$0] == 2 })
    #expect(Int(bitPattern: second.pointer) % 64 == 0)
    #expect(FloatStorage(count: 500, on: disk) == nil)
    #expect(FloatStorage(count: .max, on: disk) == nil)
    #expect(throws: DiskMemory.Failure.self) { try DiskMemory(bytes: 1, in: folder["nowhere"]) }
  }

  @Test("stop within a layer")
  func stops() throws {
    let encoder = try TinyBert(seed: 8, hidden: 32, heads: 2).load()
    let input = TokenizedInput(ids: (0..<48).map { Int32($0 % 50) })
    let asked = Atomic(0)
    #expect(throws: CancellationError.self) {
      _ = try encoder.run(
        input, mask: AttentionMask(.keys, attentionMask: input.attentionMask), ablations: [],
        storage: ProbabilityStorage(limit: 0) { _ in Rows(queries: 48, keys: 48) },
        isCancelled: { asked.add(1, ordering: .relaxed).newValue > 2 })
    }
    #expect(asked.load(ordering: .relaxed) < 10)
  }

  private func expectEqual(_ parts: AttentionTrace, _ whole: AttentionTrace, _ reader: Rows, _ name: String) throws {
    let count = whole.positions
    for (index, (a, b)) in zip(parts.layers, whole.layers).enumerated() {
      let all = b.attentionProbabilities
      #expect(a.attentionProbabilities.values() == all.values(), "\(name), layer \(index)")
      #expect(reader.layers.withLock { $0[index] } == all.values(), "\(name), layer \(index), as it was read")
      #expect(a.contextLayer.values() == b.contextLayer.values(), "\(name), context of layer \(index)")
      for head in 0..<b.heads {
        for rows in [0..<1, count - 1..<count, 0..<count, count / 3..<min(count, count / 3 + 17)] {
          #expect(
            a.probabilities(head: head, queries: rows).values() == all[slice: head][rows: rows].values(),
            "\(name), layer \(index), head \(head), queries \(rows)")
        }
      }
    }
    for (a, b) in zip(parts.hiddenStates, whole.hiddenStates) { #expect(a.values() == b.values(), "\(name)") }
  }

  /// Keeps all that it reads, and fails where a row is read twice.
  private final class Rows: ProbabilityReader {
    let layers = Mutex<[[Float]]>([])
    private let queries: Int
    private let keys: Int

    init(queries: Int, keys: Int) { (self.queries, self.keys) = (queries, keys) }

    func partLength(queries: Int, keys: Int) -> Int { 5 }

    func layer(_ layer: Int, heads: Int, mask: AttentionMask) -> any ProbabilityLayerReader {
      layers.withLock {
        #expect($0.count == layer)
        $0.append([Float](repeating: -1, count: heads * queries * keys))
      }
      return Layer(rows: self)
    }

    final class Layer: ProbabilityLayerReader {
      private let rows: Rows

      init(rows: Rows) { self.rows = rows }

      func part(head: Int, queries: Range<Int>) -> any ProbabilityPartReader { Part(rows: rows, head: head) }

      func finish() { rows.layers.withLock { #expect($0.last?.contains(-1) == false) } }
    }

    final class Part: ProbabilityPartReader {
      private let rows: Rows
      private let head: Int

      init(rows: Rows, head: Int) { (self.rows, self.head) = (rows, head) }

      func read(queries: Range<Int>, keys: Range<Int>, _ probabilities: UnsafePointer<Float>) {
        rows.layers.withLock { layers in
          for query in queries {
            let first = (head * rows.queries + query) * rows.keys
            #expect(layers[layers.count - 1][first] == -1)
            for key in 0..<rows.keys {
              layers[layers.count - 1][first + key] =
                keys.contains(key)
                ? probabilities[(query - queries.lowerBound) * keys.count + key - keys.lowerBound] : 0
            }
          }
        }
      }

      func finish() {}
    }
  }
}
