import Safetensors
import Support

/// The tensors of a file that `torch.save` wrote of a state dict (`pytorch_model.bin`), checked and where they lie in the file.
///
/// The form since torch 1.6 is a zip file: a pickle says which tensors there are, and their numbers lie beside it as they are, so
/// that they can be mapped. The form before is pickles one after the other, and then the numbers of each storage.
struct TorchFile {
  /// A tensor, and how its numbers lie.
  struct Tensor {
    let entry: TensorEntry
    /// In numbers; nil where they lie in row-major order.
    let strides: [Int]?
  }

  /// In the order of the file. Whatever else it holds is left out.
  let tensors: [Tensor]

  /// - Parameters:
  ///   - bytes: all of the file; nothing in it is trusted.
  ///   - path: for errors.
  /// - Throws: where it is no table of tensors, asks for anything else, or contradicts itself.
  init(of bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      let archive = try TorchArchive(of: bytes, path: path)
      tensors = try TorchFile.tensors(archive.table, archive.reader, path: path) { storage throws(CheckpointError) in
        try archive.range(of: storage)
      }
    } else if LegacyFile.begins(bytes) {
      let file = try LegacyFile(of: bytes, path: path)
      tensors = try TorchFile.tensors(file.table, file.reader, path: path) { storage throws(CheckpointError) in
        try file.range(of: storage)
      }
    } else {
      throw TorchFile.unknown(bytes, path: path)
    }
  }

  private static func unknown(_ bytes: UnsafeRawBufferPointer, path: String) -> CheckpointError {
    if let stray = strayContent(bytes, path: path) { return CheckpointError("\(path): \(stray)") }
    if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
      return CheckpointError(
        "\(path): is in torch's very first format, a tar file; load it with torch and save it again")
    }
    if bytes.first == 0x80 {
      return CheckpointError(
        "\(path): is a pickle, but not one that torch.save wrote of weights; nothing of it was run")
    }
    return CheckpointError("\(path): is not a file that torch.save wrote, or damaged; download it again")
  }

  // MARK: - Tensors

  private static func tensors(
    _ table: PickleValue, _ reader: PickleReader, path: String,
    range: (PickledStorage) throws(CheckpointError) -> Range<Int>
  ) throws(CheckpointError) -> [Tensor] {
    guard case .dictionary(let outer) = table else {
      throw CheckpointError("\(path): holds no table of tensors by their names (a state dict)")
    }
    let index = stateDict(in: outer, reader)
    var result: [Tensor] = []
    var places: [String: Int] = [:]
    for (key, value) in reader.objects.dictionaries[Int(index)] {
      guard let name = reader.string(key), case .tensor(let index) = value else { continue }
      let tensor: Tensor
      do throws(CheckpointError) {
        let pickled = reader.objects.tensors[Int(index)]
        tensor = try Self.tensor(name, pickled, in: range(pickled.storage))
      } catch {
        throw CheckpointError("\(path): tensor '\(name)': \(error)")
      }
      // Of two items with one key the last counts, as in Python.
      if let place = places.updateValue(result.count, forKey: name) {
        places[name] = place
        result[place] = tensor
      } else {
        result.append(tensor)
      }
    }
    guard !result.isEmpty else {
      let names = reader.objects.dictionaries[Int(index)].prefix(8).compactMap { reader.string($0.key) }
      throw CheckpointError(
        "\(path): holds no tensors by name, but \(names.joined(separator: ", ")); save the state dict alone, as "
          + "save_pretrained does")
    }
    return result
  }

  /// The dictionary of tensors: the one that training scripts save among other things, or else the outermost.
  private static func stateDict(in outer: UInt32, _ reader: PickleReader) -> UInt32 {
    let items = reader.objects.dictionaries[Int(outer)]
    let hasTensors = items.contains { if case .tensor = $0.value { true } else { false } }
    if hasTensors { return outer }
    for name in ["state_dict", "model_state_dict", "model"] {
      for (key, value) in items.reversed() where reader.string(key) == name {
        if case .dictionary(let index) = value { return index }
      }
    }
    return outer
  }

  /// How many numbers a tensor may have that has the same ones again and again.
  private static let mostRepeated = 1 << 20

  /// - Parameter range: the bytes of its storage, which are as many as that says.
  private static func tensor(_ name: String, _ tensor: PickledTensor, in range: Range<Int>) throws(CheckpointError)
    -> Tensor
  {
    let size = tensor.type.size
    let stored = range.count / size
    var count = 1
    // The index of its last number, counted from its first.
    var reach = 0
    for (extent, stride) in zip(tensor.shape, tensor.strides) {
      guard extent >= 0, stride >= 0 else { throw CheckpointError("its size or stride is negative") }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      let (distance, tooFar) = max(extent - 1, 0).multipliedReportingOverflow(by: stride)
      let (sum, overflows) = reach.addingReportingOverflow(distance)
      guard !overflow, !tooFar, !overflows else {
        throw CheckpointError("its size \(tensor.shape) is larger than memory can be")
      }
      (count, reach) = (product, sum)
    }
    guard tensor.offset >= 0, tensor.offset <= stored else {
      throw CheckpointError("begins at the number \(tensor.offset) of a storage of \(stored)")
    }
    guard count > 0 else {
      let place = range.lowerBound + tensor.offset * size
      return Tensor(
        entry: TensorEntry(name: name, type: tensor.type, shape: tensor.shape, range: place..<place), strides: nil)
    }
    guard reach < stored - tensor.offset else {
      throw CheckpointError("reaches to the number \(tensor.offset) + \(reach) of a storage of \(stored)")
    }
    guard count <= max(stored, Self.mostRepeated) else {
      throw CheckpointError("has \(count) numbers, its storage only \(stored)")
    }
    let start = range.lowerBound + tensor.offset * size
    let entry = TensorEntry(
      name: name, type: tensor.type, shape: tensor.shape, range: start..<start + (reach + 1) * size)
    return Tensor(entry: entry, strides: isRowMajor(tensor) ? nil : tensor.strides)
  }

  /// Axes of one place do not matter.
  private static func isRowMajor(_ tensor: PickledTensor) -> Bool {
    var expected = 1
    for (extent, stride) in zip(tensor.shape, tensor.strides).reversed() where extent != 1 {
      guard stride == expected else { return false }
      expected *= extent
    }
    return true
  }
}

extension PickledStorage {
  /// How many bytes it has, as the pickle says; nil where memory has not as many.
  var byteCount: Int? {
    let (product, overflow) = count.multipliedReportingOverflow(by: type?.size ?? 1)
    return overflow ? nil : product
  }
}
