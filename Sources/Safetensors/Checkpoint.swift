import JSON
import Support

/// The weight files of a model folder: `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
public struct Checkpoint: Sendable {
  /// The file that says where everything is, for errors about what is missing.
  public let mainFile: String
  /// The weight files; shards in the order of their names.
  public let files: [MappedFile]
  /// Every tensor of every file, by name.
  private let tensors: [String: (file: Int, entry: TensorEntry)]
  /// Tensors that are not stored because another has the same numbers, and which: safetensors' `save_model` writes that
  /// into a file's metadata. What the files say of themselves otherwise is here, too, so not every value is a tensor.
  public let aliases: [String: String]

  /// Maps the weight files in `folder` and checks their headers. No weight is read yet.
  ///
  /// - Throws: where there are none, a file is damaged, or files and index do not agree.
  public init(folder: String) throws(SafetensorsError) {
    let single = "\(folder)/model.safetensors"
    let index = "\(folder)/model.safetensors.index.json"
    var shards: [(path: String, wanted: Set<String>)]
    if Files.exists(single) {
      mainFile = single
      shards = [(single, [])]
    } else if Files.exists(index) {
      mainFile = index
      shards = try Checkpoint.shards(of: index, folder: folder)
    } else {
      throw Checkpoint.nothingFound(in: folder)
    }
    var files: [MappedFile] = []
    var tensors: [String: (file: Int, entry: TensorEntry)] = [:]
    var aliases: [String: String] = [:]
    for (path, wanted) in shards {
      let file: MappedFile
      do throws(FileError) { file = try MappedFile(path) } catch { throw SafetensorsError(error.text) }
      var missing = wanted
      let header = try SafetensorsHeader(of: file.bytes, path: path)
      aliases.merge(header.metadata) { first, _ in first }
      for entry in header.entries {
        missing.remove(entry.name)
        if let other = tensors.updateValue((files.count, entry), forKey: entry.name) {
          let place = other.file == files.count ? "twice" : "here and in \(files[other.file].path)"
          throw SafetensorsError("\(path): tensor '\(entry.name)' is \(place)")
        }
      }
      if let name = missing.min() {
        throw SafetensorsError("\(path): has no tensor '\(name)', although \(index) says so")
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
  public func tensor(named name: String) -> StoredTensor? {
    (tensors[name] ?? aliases[name].flatMap { tensors[$0] }).map {
      StoredTensor(entry: $0.entry, file: files[$0.file])
    }
  }

  /// The shards in the order of their names, each with the tensors it should hold.
  private static func shards(
    of index: String, folder: String
  ) throws(SafetensorsError) -> [(path: String, wanted: Set<String>)] {
    let document: JSONValue
    do throws(JSONFileError) { document = try JSONValue(file: index, limit: FileLimit.weightsIndex) } catch {
      throw SafetensorsError(error.text)
    }
    guard let map = document["weight_map"]?.objectValue, !map.isEmpty else {
      throw SafetensorsError("\(index): has no weight_map that says which file holds which tensor")
    }
    var wanted: [String: Set<String>] = [:]
    for (name, value) in map.members {
      guard let file = value.stringValue else {
        throw SafetensorsError(
          "\(index): the file of tensor '\(name.string)' should be a string, it is \(value.kind)")
      }
      guard !file.isEmpty, file != ".", file != "..", !file.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
      else {
        throw SafetensorsError("\(index): tensor '\(name.string)' lies in '\(file)', not a file of this folder")
      }
      wanted[file, default: []].insert(name.string)
    }
    var shards: [(path: String, wanted: Set<String>)] = []
    for (file, names) in wanted.sorted(by: { $0.key < $1.key }) {
      let path = "\(folder)/\(file)"
      guard Files.exists(path) else {
        throw SafetensorsError("\(index): the file '\(file)' that it lists is not there; download it again")
      }
      shards.append((path, names))
    }
    return shards
  }

  private static func nothingFound(in folder: String) -> SafetensorsError {
    let conversion = "from transformers import AutoModel as M; M.from_pretrained('.').save_pretrained('.')"
    for other in ["pytorch_model.bin", "pytorch_model.bin.index.json"] where Files.exists("\(folder)/\(other)") {
      return SafetensorsError(
        "\(folder): only \(other) is there, which Headscope does not read; convert it, in that folder, with: "
          + "python3 -c \"\(words: conversion)\"")
    }
    for other in ["tf_model.h5", "flax_model.msgpack"] where Files.exists("\(folder)/\(other)") {
      return SafetensorsError("\(folder): only \(other) is there; Headscope reads model.safetensors")
    }
    return SafetensorsError("\(folder): has no model.safetensors and no model.safetensors.index.json")
  }
}
