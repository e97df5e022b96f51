import JSON
import Support

/// What the files of weights are called, in a folder as Hugging Face's libraries write it.
public struct WeightNames: Sendable, Equatable {
  /// How a file holds its tensors.
  public enum Form: Sendable {
    case safetensors
    /// What `torch.save` writes of a state dict.
    case pickle
  }

  /// One file, or the index of several.
  public struct Main: Sendable, Equatable {
    /// The file's name.
    public let name: String
    /// How it, or what it lists, holds tensors.
    public let form: Form
    /// Whether it lists the files.
    public let isIndex: Bool
  }

  /// In the order in which they are looked for, which is that of transformers.
  public let candidates: [Main]

  /// Those of a model.
  public static let model = WeightNames(safetensors: "model.safetensors", pickle: "pytorch_model.bin")

  /// Names of one file each; an index has `.index.json` behind it.
  public init(safetensors: String, pickle: String) {
    candidates = [(safetensors, Form.safetensors), (pickle, Form.pickle)].flatMap { name, form in
      [
        Main(name: name, form: form, isIndex: false),
        Main(name: "\(name).index.json", form: form, isIndex: true),
      ]
    }
  }

  /// The first of them that is there.
  public func main(in folder: String) -> Main? { candidates.first { Files.exists(Files.join(folder, $0.name)) } }

  /// The names of the files as they should be: those that an index lists, or the one file. Names that an index says are untrusted.
  public func files(in folder: String) -> [String] {
    guard let main = main(in: folder) else { return [candidates[0].name] }
    guard main.isIndex else { return [main.name] }
    guard let bytes = Files.read(Files.join(folder, main.name), limit: FileLimit.weightsIndex),
      let document = try? JSONValue(parsing: bytes), let map = document["weight_map"]?.objectValue, !map.isEmpty
    else { return [candidates[0].name] }
    return Set(map.members.compactMap { $0.value.stringValue }).sorted()
  }
}
