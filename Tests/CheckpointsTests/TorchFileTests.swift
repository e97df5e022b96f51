import Safetensors
import Support
import TestSupport
import Testing

@testable import Checkpoints

/// Files as torch 2.15 writes them (`Tools/generate_checkpoint_cases`).
@Suite struct TorchFileTests {
  private static func checkpoint(_ name: String) throws -> (Checkpoint, TemporaryFolder) {
    let folder = TemporaryFolder()
    folder.write(Fixtures.bytes(Fixtures.path("checkpoints/\(name).bin")), to: "pytorch_model.bin")
    return (try Checkpoint(folder: folder.path), folder)
  }

  private static let base = (0..<12).map { Float($0) }

  private static let permuted: [Float] = [
    0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23,
  ]

  /// What each tensor holds, in row-major order.
  private static let expected: [(name: String, type: StoredType, shape: [Int], values: [Float])] = [
    ("base", .float32, [3, 4], base),
    ("transposed", .float32, [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
    ("column", .float32, [3], [1, 5, 9]),
    ("corner", .float32, [2, 2], [6, 7, 10, 11]),
    ("repeated", .float32, [2, 4], [0, 1, 2, 3, 0, 1, 2, 3]),
    ("permuted", .float32, [4, 2, 3], permuted),
    ("parameter", .float32, [2], [0.5, -2]),
    ("half", .float16, [2], [1, widened(float16: narrowed(float16: -0.1))]),
    ("brain", .bfloat16, [2], [1, widened(bfloat16: narrowed(bfloat16: -0.1))]),
    ("double", .float64, [2, 2], [1, 0.1, 1, 0.1]),
    ("number", .float32, [], [7]),
    ("eight", .float8e4m3, [2], [1, 2]),
    ("none", .float32, [0, 4], []),
  ]

  @Test(
    "all forms hold the same tensors, however their numbers lie",
    arguments: ["zip", "legacy", "protocol4", "protocol5-legacy"])
  func readsEveryForm(name: String) throws {
    let (checkpoint, _) = try Self.checkpoint(name)
    let others = ["ids", "flags", "short"]
    #expect(Set(checkpoint.names) == Set(Self.expected.map(\.name) + others))
    for (name, type, shape, values) in Self.expected {
      let tensor = try #require(checkpoint.tensor(named: name))
      #expect(tensor.entry.type == type && tensor.entry.shape == shape, "\(name)")
      #expect(try tensor.values() == values, "\(name)")
    }
    for name in others {
      let tensor = try #require(checkpoint.tensor(named: name))
      #expect(throws: CheckpointError.self) { try tensor.values() }
    }
  }

  @Test("what a training script saved among other things is found")
  func findsStateDict() throws {
    let (checkpoint, _) = try Self.checkpoint("wrapped")
    #expect(checkpoint.names == ["weight"])
    #expect(try checkpoint.tensor(named: "weight")?.values() == [0, 0])
  }

  @Test("what a file is counts, not what it is called")
  func readsFilesUnderOtherNames() throws {
    let folder = TemporaryFolder()
    folder.write(Fixtures.bytes(Fixtures.path("checkpoints/module.bin")), to: "model.safetensors")
    #expect(Set(try Checkpoint(folder: folder.path).names) == ["weight", "bias"])
    var builder = SafetensorsBuilder()
    builder.add("a", shape: [2], [1, 2])
    let other = TemporaryFolder()
    other.write(builder.file, to: "pytorch_model.bin")
    #expect(try Checkpoint(folder: other.path).tensor(named: "a")?.values() == [1, 2])
  }

  @Test(
    "what stands in the place of weights is named",
    arguments: [
      ("model.onnx", [8, 7], "holds the weights only as ONNX (model.onnx), of which no heads can be read; take"),
      ("onnx/model.onnx", [8, 7], "holds the weights only as ONNX (onnx/model.onnx), of"),
      ("openvino_model.xml", [60], "holds the weights only as OpenVINO (openvino_model.xml), of"),
      ("bert_model.ckpt.index", [0], "holds the weights only as TensorFlow 1 (bert_model.ckpt.index), of"),
      ("rust_model.ot", [0], "holds the weights only as rust-bert (rust_model.ot), of"),
      (
        "my model.pt", [0x50, 0x4B, 3, 4],
        "has no model.safetensors and no pytorch_model.bin; if my model.pt has the weights of this model, give it that name: "
          + "mv 'FOLDER/my model.pt' FOLDER/pytorch_model.bin"
      ),
      ("optimizer.pt", [0x50, 0x4B, 3, 4], "has no model.safetensors and no pytorch_model.bin"),
      ("notes.pt", [0x50], "has no model.safetensors and no pytorch_model.bin"),
      ("pytorch_model.bin", [], "is empty; download it again"),
      (
        "pytorch_model.bin", Array("\n<!DOCTYPE HTML><html>".utf8),
        "is a web page in the place of the file; download it again"
      ),
      (
        "pytorch_model.bin", Array("version https://git-lfs.github.com/spec/v1\n".utf8),
        "is only Git LFS's pointer to the file; fetch that with: git -C FOLDER lfs pull"
      ),
    ] as [(String, [UInt8], String)])
  func namesOthers(name: String, bytes: [UInt8], message: String) {
    let folder = TemporaryFolder()
    folder.write(bytes, to: name)
    let error = openingError(folder).replacing(folder.path, with: "FOLDER")
    #expect(error.split(separator: ": ", maxSplits: 1).last?.hasPrefix(message) == true, "\(error)")
  }

  @Test("any part of a tensor that lies across its storage is read as of the whole")
  func readsParts() throws {
    let (checkpoint, _) = try Self.checkpoint("zip")
    for name in ["transposed", "corner", "permuted", "repeated", "base"] {
      let tensor = try #require(checkpoint.tensor(named: name))
      let whole = try tensor.values()
      for first in whole.indices {
        for count in 0...whole.count - first {
          var part = [Float](repeating: .nan, count: count)
          try part.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { try tensor.read(first, count: count, into: start) }
          }
          #expect(part == Array(whole[first..<first + count]), "\(name) from \(first)")
        }
      }
    }
  }

  @Test("tensors that share a storage lie at one place of the file")
  func sharesStorages() throws {
    let (checkpoint, _) = try Self.checkpoint("zip")
    let base = try #require(checkpoint.tensor(named: "base"))
    let transposed = try #require(checkpoint.tensor(named: "transposed"))
    #expect(base.entry.range == transposed.entry.range)
    #expect(base.strides == nil && transposed.strides == [1, 4])
    #expect(base.hasSameBytes(as: base) == true && base.hasSameBytes(as: transposed) == nil)
  }

  @Test("what a state dict has beside its tensors does not matter")
  func readsModule() throws {
    let (checkpoint, _) = try Self.checkpoint("module")
    #expect(checkpoint.names.sorted() == ["bias", "weight"])
  }

  private static let refusals: [(name: String, says: String)] = [
    ("call", "FILE: asks for 'posix.system', which weights do not need: only tables"),
    ("call-legacy", "FILE: asks for 'posix.system', which weights do not need: only tables"),
    ("whole-module", "FILE: asks for 'torch.nn.modules.linear.Linear', which weights do not need: only tables"),
    ("script", "FILE: is a TorchScript program, not a table of weights;"),
    ("list", "FILE: holds no table of tensors by their names"),
    ("compressed", "FILE: its file 'module/byteorder' is compressed or encrypted"),
    ("big-endian", "FILE: was written on a computer of another byte order"),
    (
      "short-storage",
      "FILE: tensor 'weight': its storage should have 6 numbers of 4 bytes, in the file it has 20 bytes"
    ),
    ("lost-storage", "FILE: tensor 'bias': its storage '1' is not in the file"),
    ("no-pickle", "FILE: is a zip file without data.pkl"),
  ]

  @Test("what is no table of weights is refused in a line", arguments: refusals.indices)
  func refuses(index: Int) throws {
    let (name, says) = Self.refusals[index]
    let folder = TemporaryFolder()
    let bytes = Fixtures.bytes(Fixtures.path("checkpoints/\(name).bin"))
    try #require(!bytes.isEmpty)
    folder.write(bytes, to: "pytorch_model.bin")
    let message = openingError(folder).replacing("\(folder.path)/pytorch_model.bin", with: "FILE")
    #expect(message.hasPrefix(says), "\(message)")
  }

  @Test("a file that is cut off anywhere is refused", arguments: ["zip", "legacy"])
  func refusesEveryPrefix(name: String) {
    let folder = TemporaryFolder()
    let bytes = Fixtures.bytes(Fixtures.path("checkpoints/\(name).bin"))
    for count in stride(from: 0, to: bytes.count - 1, by: 23) {
      folder.write(Array(bytes[..<count]), to: "pytorch_model.bin")
      let message = openingError(folder)
      #expect(message.hasPrefix("\(folder.path)/pytorch_model.bin: "), "after \(count) bytes: \(message)")
    }
  }

  @Test("shards of torch's are read by their index, and safetensors are preferred")
  func readsShards() throws {
    let folder = TemporaryFolder()
    for (shard, name) in ["module", "zip"].enumerated() {
      folder.write(Fixtures.bytes(Fixtures.path("checkpoints/\(name).bin")), to: "pytorch_model-\(shard).bin")
    }
    folder.write(
      #"{"weight_map": {"weight": "pytorch_model-0.bin", "base": "pytorch_model-1.bin"}}"#,
      to: "pytorch_model.bin.index.json")
    let checkpoint = try Checkpoint(folder: folder.path)
    #expect(checkpoint.files.count == 2)
    #expect(try checkpoint.tensor(named: "base")?.values() == Self.base)
    #expect(checkpoint.tensor(named: "weight")?.entry.shape == [3, 2])
    #expect(WeightNames.model.files(in: folder.path) == ["pytorch_model-0.bin", "pytorch_model-1.bin"])
    var other = SafetensorsBuilder()
    other.add("other", shape: [1], [1])
    folder.write(other.file, to: "model.safetensors")
    #expect(try Checkpoint(folder: folder.path).names == ["other"])
  }

  @Test(
    "ten thousand damaged files end in a line or are read, within bounds",
    arguments: ["zip", "legacy", "protocol4", "call"])
  func survivesMutations(name: String) {
    let intact = Fixtures.bytes(Fixtures.path("checkpoints/\(name).bin"))
    var generator = SeededGenerator(seed: 16)
    var refused = 0
    var wrong: [String] = []
    for _ in 0..<2500 {
      var file = intact
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<file.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: file[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: file[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: file.remove(at: position)
        case 3: file.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        default:
          let end = min(file.count, position + Int.random(in: 1...8, using: &generator))
          for place in position..<end { file[place] = Bool.random(using: &generator) ? 0xFF : 0 }
        }
      }
      file.withUnsafeBytes { bytes in
        do throws(CheckpointError) {
          for tensor in try TorchFile(of: bytes, path: "file").tensors {
            let (range, count) = (tensor.entry.range, tensor.entry.count)
            if range.lowerBound < 0 || range.upperBound > bytes.count || count > 1 << 20 { wrong.append("\(tensor)") }
          }
        } catch {
          refused += 1
          let message = error.description
          if !message.hasPrefix("file: ") || message.utf8.count > 800 || message.utf8.contains(where: { $0 < 32 }) {
            wrong.append(message)
          }
        }
      }
    }
    #expect(refused > 1000)
    #expect(wrong == [])
  }
}
