import Safetensors
import Support

/// Weights under names, or in formats, that are not looked for.
package enum OtherWeights {
  /// How a file's bytes say that it holds tensors; nil where they do not.
  static func form(of bytes: UnsafeRawBufferPointer) -> WeightNames.Form? {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .pickle }
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{"),
      bytes.loadUnaligned(as: UInt64.self).littleEndian <= SafetensorsHeader.longest
    else { return nil }
    return .safetensors
  }

  /// Formats of which no heads can be read, by how their files' names end.
  private static let formats: [(ending: String, name: String)] = [
    (".onnx", "ONNX"), (".gguf", "GGUF"), ("openvino_model.xml", "OpenVINO"), (".mlpackage", "Core ML"),
    (".mlmodel", "Core ML"), (".tflite", "TensorFlow Lite"), (".ckpt.index", "TensorFlow 1"), (".ot", "rust-bert"),
    (".ggml", "GGML"), (".engine", "TensorRT"), (".npz", "NumPy"),
  ]

  /// The first file with weights in such a format, in the folder or in one that is called after it.
  package static func foreign(in folder: String) -> (file: String, format: String)? {
    let inside = ["onnx", "openvino", "coreml"].flatMap { name in
      Files.list("\(folder)/\(name)").map { "\(name)/\($0)" }
    }
    let files = Files.list(folder) + inside
    return formats.lazy.compactMap { format in
      files.first { $0.hasSuffix(format.ending) }.map { ($0, format.name) }
    }.first
  }

  /// What Trainer saves beside weights.
  private static let notWeights = ["optimizer", "scheduler", "training_args", "rng_state", "scaler"]

  /// A file that may hold weights, under a name that nothing says is theirs.
  private static func nameless(in folder: String) -> (file: String, form: WeightNames.Form)? {
    for file in Files.list(folder)
    where [".safetensors", ".bin", ".pt", ".pth", ".ckpt"].contains(where: file.hasSuffix)
      && !notWeights.contains(where: file.hasPrefix) && !file.hasPrefix("adapter_model.")
    {
      guard let opened = try? InputFile("\(folder)/\(file)"), let start = try? opened.bytes(from: 0, count: 64) else {
        continue
      }
      if let form = start.withUnsafeBytes({ form(of: $0) ?? (LegacyFile.begins($0) ? .pickle : nil) }) {
        return (file, form)
      }
    }
    return nil
  }

  /// Why there is no checkpoint, and what there is.
  static func nothingFound(in folder: String, _ names: WeightNames) -> CheckpointError {
    let wanted = names.candidates.filter { !$0.isIndex }
    for (other, option) in [("tf_model.h5", "from_tf"), ("flax_model.msgpack", "from_flax")]
    where Files.exists("\(folder)/\(other)") {
      return CheckpointError(
        "\(folder): only \(words: other) is there; convert it with transformers 4 (pip install 'transformers<5'): python3 -c "
          + "\"import sys, transformers as t; f = sys.argv[1]; t.AutoModel.from_pretrained(f, \(words: option)=True)"
          + ".save_pretrained(f); t.AutoTokenizer.from_pretrained(f).save_pretrained(f)\" \(shell: folder)")
    }
    if let (file, form) = nameless(in: folder), let main = wanted.first(where: { $0.form == form }) {
      return CheckpointError(
        "\(folder): has no \(words: wanted.map(\.name).joined(separator: " and no ")); if \(file) has the weights of this model, "
          + "give it that name: mv \(shell: Files.join(folder, file)) \(shell: Files.join(folder, main.name))")
    }
    if let (file, format) = foreign(in: folder) {
      return CheckpointError(
        "\(folder): holds the weights only as \(words: format) (\(file)), of which no heads can be read; take the model that it was "
          + "made of, with \(words: wanted.map(\.name).joined(separator: " or "))")
    }
    return CheckpointError("\(folder): has no \(words: wanted.map(\.name).joined(separator: " and no "))")
  }
}
