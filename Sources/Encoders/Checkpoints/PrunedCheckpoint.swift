import Checkpoints
import JSON
import Safetensors
import Support

/// A checkpoint some of whose heads were taken out (`pruned_heads` of transformers), with zeros in their place: a head whose values
/// and share of the output projection are 0 adds nothing, as one does that is not there.
struct PrunedCheckpoint: ParameterSource {
  private let base: any ParameterSource
  /// The place of each head among those that are stored, nil for one that is not; by layer.
  private let kept: [Int: [Int?]]
  private let headSize: Int

  /// What should be known of it, a line a layer.
  let notes: [String]

  /// Nil where no heads were taken out.
  init?(_ base: any ParameterSource, _ configuration: Configuration) throws {
    guard let pruned = configuration.value("pruned_heads")?.objectValue, !pruned.isEmpty else { return nil }
    typealias Limit = Configuration.Limit
    let hidden =
      try configuration.optionalInteger("hidden_size", in: Limit.hidden)
      ?? configuration.integer("dim", in: Limit.hidden)
    let name = configuration.value("num_attention_heads") == nil ? "n_heads" : "num_attention_heads"
    let heads = try configuration.heads(name, dividing: hidden)
    var kept: [Int: [Int?]] = [:]
    var notes: [String] = []
    for (key, value) in pruned.members {
      let missing = (value.arrayValue ?? []).compactMap(\.intValue)
      guard let layer = Int(decimal: key.string), missing.count == value.arrayValue?.count,
        missing.allSatisfy((0..<heads).contains)
      else { throw configuration.failure("pruned_heads", "should name heads of each layer by their numbers") }
      guard !missing.isEmpty else { continue }
      var next = 0
      kept[layer] = (0..<heads).map { head in
        guard !missing.contains(head) else { return nil }
        defer { next += 1 }
        return next
      }
      let list = Set(missing).sorted().map(String.init).joined(separator: ", ")
      notes.append("layer \(layer): heads that were pruned and are shown as zeros: \(list)")
    }
    guard !kept.isEmpty else { return nil }
    self.base = base
    self.kept = kept
    self.notes = notes.sorted()
    headSize = hidden / heads
  }

  var place: String { base.place }
  var names: [String] { base.names }
  var paths: [String] { base.paths }
  var byteCount: Int { base.byteCount }

  /// Where heads lie beside each other: what makes queries, keys and values, along rows; what takes the context on, along columns.
  private static let rows = [
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.q_lin", "attention.k_lin",
    "attention.v_lin",
  ]
  private static let columns = ["attention.output.dense.weight", "attention.out_lin.weight"]

  func parameter(named name: String) -> (any ParameterTensor)? {
    guard let tensor = base.parameter(named: name) else { return nil }
    guard let place = name.firstRange(of: "layer.") else { return tensor }
    let rest = name[place.upperBound...]
    guard let dot = rest.firstIndex(of: "."), let layer = Int(decimal: String(rest[..<dot])), let kept = kept[layer]
    else {
      return tensor
    }
    let part = rest[rest.index(after: dot)...]
    if Self.columns.contains(String(part)) {
      return PaddedTensor(base: tensor, kept: kept, headSize: headSize, axis: 1)
    }
    let isRow = Self.rows.contains { part.hasPrefix("\($0).") }
    return isRow ? PaddedTensor(base: tensor, kept: kept, headSize: headSize, axis: 0) : tensor
  }
}

/// A tensor with zeros where heads are not stored.
private struct PaddedTensor: ParameterTensor {
  let base: any ParameterTensor
  let kept: [Int?]
  let headSize: Int
  /// Along which heads lie beside each other.
  let axis: Int

  var name: String { base.name }
  var place: String { base.place }
  var type: StoredType { base.type }

  /// As it would be with all heads; what is stored with another size than the kept heads have stays as it is, and is refused as such.
  var shape: [Int] {
    var shape = base.shape
    guard isPruned else { return shape }
    shape[axis] = kept.count * headSize
    return shape
  }

  private var isPruned: Bool {
    base.shape.indices.contains(axis) && base.shape.count <= 2
      && base.shape[axis] == kept.count { $0 != nil } * headSize
  }

  func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(CheckpointError) {
    guard isPruned else { return try base.read(first, count: count, into: target) }
    let columns = shape.count > 1 ? shape[1] : 1
    let stored = shape.count > 1 ? base.shape[1] : 1
    // As far as one head goes.
    let unit = axis == 0 ? headSize * columns : headSize
    var done = 0
    while done < count {
      let index = first + done
      let head = axis == 0 ? index / unit : index % columns / unit
      let run = min(unit - index % unit, count - done)
      if let place = kept[head] {
        let start = axis == 0 ? place * unit + index % unit : index / columns * stored + place * unit + index % unit
        try base.read(start, count: run, into: target + done)
      } else {
        (target + done).update(repeating: 0, count: run)
      }
      done += run
    }
  }

  func bytesAreEqual(to other: any ParameterTensor) -> Bool? { nil }

  func release() { base.release() }
}
