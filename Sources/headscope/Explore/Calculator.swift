import Activations
import Explorer
import Models

/// Computes what the explorer asks for; the only way from a request to a computation, for screens and for checks.
struct Calculator {
  var model: Model
  /// The last sentence without padding, which a whole series of paddings is compared with.
  private var unpadded: Encoding?

  init(model: Model) { self.model = model }

  mutating func compute(
    id: Int, _ request: EncodeRequest, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Computation {
    let encoding = try model.encode(request, isCancelled: isCancelled)
    guard encoding.input.realCount < encoding.input.count else {
      return Computation(id: id, encoding: encoding)
    }
    let alone = EncodeRequest(
      texts: [request.texts[request.sentence]], pair: request.pair, padTo: nil, padSide: .right,
      maskMode: request.maskMode, sentence: 0)
    if unpadded?.request != alone { unpadded = try model.encode(alone, isCancelled: isCancelled) }
    return Computation(id: id, encoding: encoding, unpadded: unpadded)
  }
}
