import Synchronization
import TestSupport
import Testing

@testable import Activations

/// Memory that is given back while a trace is still looked at.
@Suite struct AttentionMapsTests {
  /// Which heads were computed again.
  private final class Requests: Sendable {
    private let requests = Mutex<[Range<Int>]>([])
    var all: [Range<Int>] { requests.withLock { $0 } }
    func note(_ heads: Range<Int>) { requests.withLock { $0.append(heads) } }
  }

  private func probabilities(_ heads: Range<Int>) -> Tensor {
    let values: [Float] = heads.flatMap { head in (0..<4).map { Float(head * 10 + $0) } }
    return Tensor(shape: [heads.count, 2, 2], values)
  }

  /// Three heads of two positions.
  private func layer(_ requests: Requests?) -> LayerTrace {
    let vectors = Tensor(shape: [3, 2, 1], Array(repeating: 1, count: 6))
    var recompute: (@Sendable (Range<Int>) -> Tensor)?
    if let requests {
      recompute = { heads in
        requests.note(heads)
        return probabilities(heads)
      }
    }
    return LayerTrace(
      queries: vectors, keys: vectors, values: vectors, attentionProbabilities: probabilities(0..<3),
      contextLayer: vectors, mask: AttentionMask(.none, attentionMask: [true, true]), scale: 1,
      again: recompute.map { AttentionRecomputation(heads: $0) })
  }

  private func trace(_ layers: [LayerTrace]) -> AttentionTrace { AttentionTrace(layers: layers, hiddenStates: []) }

  @Test func theMemoryIsFreeOnceItIsLetGo() {
    let layer = layer(Requests())
    let storage = WeakReference(layer.attentionProbabilities.storage)
    #expect(storage.object != nil)
    ProbabilityMemory(of: trace([layer])).release()
    #expect(storage.object == nil)
  }

  @Test func onlyTheHeadThatIsLookedAtIsComputedAgain() {
    let requests = Requests()
    let layer = layer(requests)
    #expect(layer.probabilities(head: 1).values() == probabilities(1..<2).values())
    #expect(requests.all.isEmpty)
    ProbabilityMemory(of: trace([layer])).release()
    for _ in 0..<3 { #expect(layer.probabilities(head: 2).values() == probabilities(2..<3).values()) }
    #expect(layer.probabilities(head: 0).values() == probabilities(0..<1).values())
    #expect(layer.attentionProbabilities.values() == probabilities(0..<3).values())
    #expect(requests.all == [2..<3, 0..<1, 0..<3])
  }

  @Test func whatCannotBeComputedAgainStays() {
    let layer = layer(nil)
    let memory = ProbabilityMemory(of: trace([layer]))
    memory.release()
    #expect(memory.bytes == 48)
    #expect(layer.attentionProbabilities.values() == probabilities(0..<3).values())
  }

  @Test func littleMemoryIsNotWorthIt() {
    let layers = [layer(Requests()), layer(Requests())]
    let memory = ProbabilityMemory(of: trace(layers))
    #expect(memory.bytes == 96)
    memory.release(from: 97)
    #expect(memory.bytes == 96)
    memory.release(from: 96)
    #expect(memory.bytes == 0)
  }

  @Test func nothingIsKeptWithoutAHolder() {
    var trace: AttentionTrace? = trace([layer(Requests())])
    let memory = trace.map { ProbabilityMemory(of: $0) }
    let storage = WeakReference(trace?.layers[0].attentionProbabilities.storage)
    #expect(memory?.bytes == 48)
    trace = nil
    #expect(storage.object == nil && memory?.bytes == 0)
  }
}
