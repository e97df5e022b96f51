import Activations
import JSON
import Checkpoints
import Safetensors
import Support
import TestSupport

@testable import Encoders

/// What Hugging Face's transformers computed for one model: `cases.json` and `golden.safetensors` beside the checkpoint.
struct Golden {
  struct Case {
    let name: String
    let mode: MaskMode
    let realTokens: Int
    let length: Int
    /// Queries without a visible key: what stands there is a convention.
    let fullyMaskedRows: Set<Int>
    /// The heads in `attentions_subset`.
    let subset: [HeadIndex]
  }

  let cases: [Case]
  private let tensors: [String: StoredTensor]

  init(folder: String) throws {
    let document = try JSONValue(file: "\(folder)/cases.json", limit: .max)
    cases = (document["cases"]?.arrayValue ?? []).map { entry in
      let rows =
        (entry["fully_masked_rows"]?.arrayValue ?? []) + (entry["fully_masked_rows_sliding_layers"]?.arrayValue ?? [])
      return Case(
        name: entry["name"]?.stringValue ?? "",
        mode: MaskMode(rawValue: entry["mask_mode"]?.stringValue ?? "") ?? .keys,
        realTokens: entry["real_tokens"]?.intValue ?? 0,
        length: entry["seq_len"]?.intValue ?? 0,
        fullyMaskedRows: Set(rows.compactMap(\.intValue)),
        subset: (entry["attentions_subset"]?.arrayValue ?? []).map {
          HeadIndex(layer: $0[0]?.intValue ?? 0, head: $0[1]?.intValue ?? 0)
        })
    }
    let file = try MappedFile("\(folder)/golden.safetensors")
    let header = try SafetensorsHeader(of: file.bytes, path: file.path)
    tensors = Dictionary(
      uniqueKeysWithValues: header.entries.map { ($0.name, StoredTensor(entry: $0, file: file)) })
  }

  func floats(_ case: Case, _ name: String) throws -> Tensor? {
    guard let tensor = tensors["\(`case`.name).\(name)"] else { return nil }
    return Tensor(shape: tensor.entry.shape, try tensor.values())
  }

  func isHalf(_ case: Case, _ name: String) -> Bool { tensors["\(`case`.name).\(name)"]?.entry.type == .float16 }

  private func integers(_ case: Case, _ name: String) -> [Int]? {
    guard let tensor = tensors["\(`case`.name).\(name)"], tensor.entry.type == .signed64 else { return nil }
    let bytes = tensor.file.bytes
    return (0..<tensor.count).map {
      Int(bytes.loadUnaligned(fromByteOffset: tensor.entry.range.lowerBound + $0 * 8, as: Int64.self))
    }
  }

  /// The input as the tokenizer would give it, as far as an encoder looks at it.
  func input(_ case: Case) -> TokenizedInput {
    let ids = integers(`case`, "input_ids") ?? []
    return TokenizedInput(
      ids: ids.map(Int32.init), types: (integers(`case`, "token_type_ids") ?? ids.map { _ in 0 }).map(Int32.init),
      mask: (integers(`case`, "attention_mask") ?? []).map { $0 != 0 })
  }

  func positionIDs(_ case: Case) -> [Int]? { integers(`case`, "position_ids") }
}

extension TokenizedInput {
  init(ids: [Int32], types: [Int32]? = nil, mask: [Bool]? = nil) {
    self.init(
      inputIDs: ids, tokenTypeIDs: types ?? ids.map { _ in 0 }, tokens: ids.map { "t\($0)" },
      offsets: ids.map { _ in 0..<0 }, specialTokensMask: ids.map { _ in false }, sequenceIDs: ids.map { _ in 0 },
      attentionMask: mask ?? ids.map { _ in true })
  }
}

/// The largest difference between two tensors of one shape, over the positions of `axis` that `keep` lets through.
func largestDifference(_ a: Tensor, _ b: Tensor, axis: Int = 0, keep: (Int) -> Bool = { _ in true }) -> Float {
  guard a.shape == b.shape else { return .infinity }
  let (x, y) = (a.values(), b.values())
  let inner = a.shape[(axis + 1)...].reduce(1, *)
  var worst: Float = 0
  for index in x.indices where keep(index / inner % a.shape[axis]) {
    let difference = abs(x[index] - y[index])
    if !(difference <= worst) { worst = difference.isNaN ? .infinity : difference }
  }
  return worst
}

/// Tensors of equal shape, one behind the other along a new first axis.
func stacked(_ tensors: [Tensor]) -> Tensor {
  Tensor(shape: [tensors.count] + (tensors.first?.shape ?? []), tensors.flatMap { $0.values() })
}
