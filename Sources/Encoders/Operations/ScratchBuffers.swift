import Activations
import Compute

/// What an encoder keeps between runs: memory for what is not captured.
final class ScratchBuffers {
  let engine: Engine
  private var buffers: [Buffer: FloatStorage] = [:]

  /// What scratch memory is for.
  enum Buffer: Hashable {
    case attended, intermediate, gate, embeddings, normalized, window, scores
    /// The keys and values of one head, in panels.
    case head(Int)
  }

  init(on engine: Engine) { self.engine = engine }

  /// Memory for `count` numbers that may be overwritten by the next request for the same buffer.
  func buffer(_ buffer: Buffer, count: Int) -> UnsafeMutablePointer<Float> {
    if let storage = buffers[buffer], storage.count >= count { return storage.pointer }
    let storage = FloatStorage(count: count)
    buffers[buffer] = storage
    return storage.pointer
  }

  /// Gives all of it back.
  func release() { buffers = [:] }
}
