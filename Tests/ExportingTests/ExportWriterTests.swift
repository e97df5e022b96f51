import Activations
import JSON
import TestSupport
import Testing

@testable import Exporting

/// The formats, written with made-up numbers and read again.
@Suite struct ExportWriterTests {
  let folder = TemporaryFolder()

  let tensors = [
    ExportedTensor(name: "ids", type: .int64, shape: [2, 3]),
    ExportedTensor(name: "numbers", type: .float32, shape: [2, 1, 2, 2]),
  ]

  /// Fills a file sentence by sentence, as an export does.
  private func fill(_ writer: any TensorWriter) throws {
    for sentence in 0..<2 {
      try [Int64](repeating: Int64(sentence) - 1, count: 3).withUnsafeBytes { try writer.append($0, toTensor: 0) }
      for half in 0..<2 {
        let numbers: [Float] = [Float(sentence), half == 0 ? 0.1 : -.infinity]
        try numbers.withUnsafeBytes { try writer.append($0, toTensor: 1) }
      }
    }
    try writer.finish()
  }

  @Test func safetensors() throws {
    let file = try OutputFile(.path(folder["x.safetensors"]), randomAccess: true)
    try fill(SafetensorsExportWriter(file, tensors: tensors, metadata: [("model", "a\"b")]))
    let bytes = try contents(of: folder["x.safetensors"])
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
    let header = try JSONValue(parsing: bytes[8..<8 + length])
    #expect(header["__metadata__"] == ["model": "a\"b"])
    #expect(header["ids"] == ["dtype": "I64", "shape": [2, 3], "data_offsets": [0, 48]])
    #expect(header["numbers"] == ["dtype": "F32", "shape": [2, 1, 2, 2], "data_offsets": [48, 80]])
    #expect(bytes.count == 8 + length + 80)
    expectNumbers(bytes[(8 + length)...])
  }

  @Test func npz() throws {
    let file = try OutputFile(.path(folder["x.npz"]), randomAccess: true)
    try fill(NPZWriter(file, tensors: tensors, comments: ["words"]))
    let bytes = try contents(of: folder["x.npz"])
    #expect(bytes.suffix(5) == Array("words".utf8)[...])
    #expect(bytes[..<4] == [0x50, 0x4b, 3, 4])
    var data: [UInt8] = []
    for name in ["ids.npy", "numbers.npy"] {
      let start = try #require(bytes.firstRange(of: Array(name.utf8))).lowerBound
      let header = start - 30
      func number(_ offset: Int, _ count: Int) -> Int {
        bytes[(header + offset)..<(header + offset + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
      }
      let size = number(18, 4)
      let entry = bytes[(start + name.utf8.count + number(28, 2))...].prefix(size)
      var checksum = CRC32()
      entry.withUnsafeBytes { checksum.add($0) }
      #expect(Int(checksum.value) == number(14, 4))
      #expect(size == number(22, 4))
      let npyHeader = Int(entry[entry.startIndex + 8]) + Int(entry[entry.startIndex + 9]) * 256 + 10
      #expect(npyHeader % 64 == 0)
      data += entry.dropFirst(npyHeader)
    }
    expectNumbers(data[...])
  }

  /// The checksum's published check value, and that it does not depend on how the bytes are cut.
  @Test func crc32() {
    let text = Array("123456789".utf8)
    for cut in 0...9 {
      var checksum = CRC32()
      text[..<cut].withUnsafeBytes { checksum.add($0) }
      text[cut...].withUnsafeBytes { checksum.add($0) }
      #expect(checksum.value == 0xCBF4_3926)
    }
  }

  @Test func json() throws {
    let file = try OutputFile(.path(folder["x.json"]), randomAccess: false)
    try fill(JSONExportWriter(file, tensors: tensors, words: ["model": "a\"b", "pair": nil]))
    let value = try JSONValue(parsing: contents(of: folder["x.json"]))
    #expect(value["model"] == "a\"b")
    #expect(value["ids"] == [[-1, -1, -1], [0, 0, 0]])
    #expect(value["numbers"] == [[[[0.0, 0.1], [0.0, nil]]], [[[1.0, 0.1], [1.0, nil]]]])
  }

  private func expectNumbers(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    bytes.withUnsafeBytes { bytes in
      let ids = (0..<6).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
      #expect(ids == [-1, -1, -1, 0, 0, 0])
      let numbers = (0..<8).map { bytes.loadUnaligned(fromByteOffset: 48 + $0 * 4, as: Float.self) }
      #expect(numbers == [0, 0.1, 0, -.infinity, 1, 0.1, 1, -.infinity])
    }
  }

  @Test(arguments: [
    ("word", "word"), ("a,b", "\"a,b\""), ("\"", "\"\"\"\""), ("a\nb", "a␊b"), ("\u{1B}[2J", "␛[2J"), ("é", "é"),
  ])
  func csvFields(token: String, expected: String) {
    #expect(CSVExportWriter.field(token) == expected)
  }
}
