import JSON
import Models
import TestSupport
import Testing

/// A complete, tiny encoder in a folder of its own: the fixture `bert-mlm-cased` and the tokenizer that belongs to it.
///
/// It has 2 layers, 3 heads of size 12, 873 tokens and 72 positions.
package struct TinyModel {
  package let folder = TemporaryFolder()

  /// - Parameter missing: files that it lacks.
  package init(without missing: Set<String> = []) {
    for (name, place) in [
      ("config.json", "encoders/bert-mlm-cased"), ("model.safetensors", "encoders/bert-mlm-cased"),
      ("tokenizer.json", "tokenizers/wordpiece-cased"),
    ] where !missing.contains(name) {
      folder.link("tiny/\(name)", to: Fixtures.path("\(place)/\(name)"))
    }
  }

  package var path: String { folder["tiny"] }

  /// Replaces or adds a file.
  package func write(_ text: String, to name: String) { folder.write(text, to: "tiny/\(name)") }

  /// The fixture's file.
  package func original(_ name: String) throws -> [UInt8] {
    try contents(of: Fixtures.path("encoders/bert-mlm-cased/\(name)"))
  }
}

/// A safetensors file, read for tests: as simple as can be, without any check.
package struct TensorFile {
  package let header: JSONObject
  private let data: ArraySlice<UInt8>

  package init(_ bytes: [UInt8]) throws {
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    header = try #require(JSONValue(parsing: bytes[8..<8 + length]).objectValue)
    data = bytes[(8 + length)...]
  }

  package init(_ path: String) throws { try self.init(contents(of: path)) }

  package var metadata: JSONValue? { header["__metadata__"] }
  package var names: Set<String> { Set(header.keys.map(\.string)).subtracting(["__metadata__"]) }

  package func shape(_ name: String) -> [Int]? { header[name]?["shape"]?.arrayValue?.compactMap(\.intValue) }
  package func type(_ name: String) -> String? { header[name]?["dtype"]?.stringValue }

  package func floats(_ name: String) throws -> [Float] { try numbers(name, Float.self, type: "F32") }
  package func integers(_ name: String) throws -> [Int64] { try numbers(name, Int64.self, type: "I64") }

  /// The bytes of a tensor.
  package func bytes(_ name: String) throws -> [UInt8] {
    let offsets = try #require(header[name]?["data_offsets"]?.arrayValue, "no tensor \(name)").compactMap(\.intValue)
    return Array(data[(data.startIndex + offsets[0])..<(data.startIndex + offsets[1])])
  }

  private func numbers<Number>(_ name: String, _: Number.Type, type: String) throws -> [Number] {
    let bytes = try bytes(name)
    try #require(self.type(name) == type)
    let size = MemoryLayout<Number>.size
    return bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Number.self) }
    }
  }
}

/// The largest absolute difference.
package func largestDifference(_ left: some Collection<Float>, _ right: some Collection<Float>) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
