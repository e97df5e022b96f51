import Activations

/// What an encoder keeps between runs: compiled products, and memory for what is not captured.
final class Workspace {
  let engine: Engine
  let team = ThreadTeam.shared
  /// One for each member of the team.
  let streams: [Stream]
  var kernels: Kernels { engine.kernels }
  private var lengths: [Int: (products: [ProductShape: Product], lastUse: Int)] = [:]
  private var uses = 0
  private var buffers: [Buffer: FloatStorage] = [:]

  /// Products of more numbers of rows than this are not kept.
  private static let mostLengths = 24

  /// What scratch memory is for.
  enum Buffer: Hashable {
    case attended, intermediate, gate, embeddings, normalized, window
    /// The part of a product that one member of the team computes.
    case part(member: Int)
    /// The keys and values of one head, in panels.
    case head(Int)
  }

  init(on engine: Engine) throws {
    self.engine = engine
    streams = try (0..<team.size).map { _ in try Stream(on: engine) }
  }

  /// The compiled product of a shape for so many rows.
  func product(_ shape: ProductShape, rows: Int) throws -> Product {
    uses += 1
    lengths[rows, default: ([:], 0)].lastUse = uses
    if let known = lengths[rows]?.products[shape] { return known }
    if lengths.count > Workspace.mostLengths, let oldest = lengths.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      lengths[oldest.key] = nil
    }
    let product = try Product(shape, rows: rows, places: team.size, on: engine)
    lengths[rows, default: ([:], uses)].products[shape] = product
    return product
  }

  /// Memory for `count` numbers that may be overwritten by whoever asks for the same buffer again.
  func buffer(_ buffer: Buffer, count: Int) -> UnsafeMutablePointer<Float> {
    if let storage = buffers[buffer], storage.count >= count { return storage.pointer }
    let storage = FloatStorage(count: count)
    buffers[buffer] = storage
    return storage.pointer
  }
}
