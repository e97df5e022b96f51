import JSON
import Safetensors
import Support

/// The weight files of a folder: `model.safetensors` or `pytorch_model.bin`, or the shards that an index of these lists.
public struct Checkpoint: Sendable {
  /// The file that says where everything is, for errors about what is missing.
  public let mainFile: String
  /// The weight files; shards in the order of their names.
  public let files: [MappedFile]
  /// Every tensor of every file, by name.
  private let tensors: [String: StoredTensor]
  /// Tensors that are not stored because another has the same numbers, and which: safetensors' `save_model` writes that
  /// into a file's metadata. What the files say of themselves otherwise is here, too, so not every value is a tensor.
  public let aliases: [String: String]

  /// Maps the weight files in `folder` and checks what they say of their tensors. No weight is read yet.
  ///
  /// - Throws: where there are none, a file is damaged, or files and index do not agree.
  public init(folder: String, names: WeightNames = .model) throws(CheckpointError) {
    guard let main = names.main(in: folder) else { throw OtherWeights.nothingFound(in: folder, names) }
    mainFile = "\(folder)/\(main.name)"
    let shards = main.isIndex ? try Checkpoint.shards(of: mainFile, folder: folder) : [(mainFile, Set())]
    var files: [MappedFile] = []
    var tensors: [String: StoredTensor] = [:]
    var aliases: [String: String] = [:]
    for (path, wanted) in shards {
      let file: MappedFile
      do throws(FileError) { file = try MappedFile(path) } catch { throw CheckpointError(error.text) }
      var missing = wanted
      let (found, metadata) = try Checkpoint.tensors(of: file, main.form)
      aliases.merge(metadata) { first, _ in first }
      for tensor in found {
        let name = tensor.entry.name
        missing.remove(name)
        if let other = tensors.updateValue(tensor, forKey: name) {
          let place = other.file === file ? "twice" : "here and in \(other.file.path)"
          throw CheckpointError("\(path): tensor '\(name)' is \(place)")
        }
      }
      if let name = missing.min() {
        throw CheckpointError("\(path): has no tensor '\(name)', although \(mainFile) says so")
      }
      files.append(file)
    }
    self.files = files
    self.tensors = tensors
    self.aliases = aliases
  }

  /// The names of all tensors that are stored, in no order.
  public var names: [String] { Array(tensors.keys) }

  /// The tensor of that name, or the one that the file says is stored in its stead (`save_model`).
  public func tensor(named name: String) -> StoredTensor? { tensors[name] ?? aliases[name].flatMap { tensors[$0] } }

  /// What a file holds, and what it says of itself. Files of one form under the name of the other are read as what they are.
  private static func tensors(
    of file: MappedFile, _ form: WeightNames.Form
  ) throws(CheckpointError) -> ([StoredTensor], metadata: [String: String]) {
    switch OtherWeights.form(of: file.bytes) ?? form {
    case .safetensors:
      do throws(SafetensorsError) {
        let header = try SafetensorsHeader(of: file.bytes, path: file.path)
        return (header.entries.map { StoredTensor(entry: $0, file: file) }, header.metadata)
      } catch {
        throw CheckpointError(error.text)
      }
    case .pickle:
      let tensors = try TorchFile(of: file.bytes, path: file.path).tensors
      return (tensors.map { StoredTensor(entry: $0.entry, strides: $0.strides, file: file) }, [:])
    }
  }

  /// The shards in the order of their names, each with the tensors it should hold.
  private static func shards(
    of index: String, folder: String
  ) throws(CheckpointError) -> [(path: String, wanted: Set<String>)] {
    let document: JSONValue
    do throws(JSONFileError) { document = try JSONValue(file: index, limit: FileLimit.weightsIndex) } catch {
      throw CheckpointError(error.text)
    }
    guard let map = document["weight_map"]?.objectValue, !map.isEmpty else {
      throw CheckpointError("\(index): has no weight_map that says which file holds which tensor")
    }
    var wanted: [String: Set<String>] = [:]
    for (name, value) in map.members {
      guard let file = value.stringValue else {
        throw CheckpointError(
          "\(index): the file of tensor '\(name.string)' should be a string, it is \(value.kind)")
      }
      guard !file.isEmpty, file != ".", file != "..", !file.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
      else {
        throw CheckpointError("\(index): tensor '\(name.string)' lies in '\(file)', not a file of this folder")
      }
      wanted[file, default: []].insert(name.string)
    }
    var shards: [(path: String, wanted: Set<String>)] = []
    for (file, names) in wanted.sorted(by: { $0.key < $1.key }) {
      let path = "\(folder)/\(file)"
      guard Files.exists(path) else {
        throw CheckpointError("\(index): the file '\(file)' that it lists is not there; download it again")
      }
      shards.append((path, names))
    }
    return shards
  }
}
