import Support

/// The weight files of a model folder: `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
struct Checkpoint: Sendable {
  let folder: String
  /// The file that says where everything is, for errors about what is missing.
  let mainFile: String
  let files: [MappedFile]
  /// Takes note of weights that are not numbers; nil where they are errors.
  let damage: DamageReport?
  /// Every tensor of every file, by name.
  private let tensors: [String: (file: Int, entry: TensorEntry)]
  /// Tensors that are not stored because another has the same numbers, and which: safetensors' `save_model` writes that
  /// into a file's metadata.
  private let aliases: [String: String]

  init(folder: String, noting damage: DamageReport? = nil) throws {
    self.folder = folder
    self.damage = damage
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
      let file = try MappedFile(path: path)
      var missing = wanted
      let header = try SafetensorsHeader(of: file.bytes, path: path)
      aliases.merge(header.metadata) { first, _ in first }
      for entry in header.entries {
        missing.remove(entry.name)
        if let other = tensors.updateValue((files.count, entry), forKey: entry.name) {
          let place = other.file == files.count ? "twice" : "here and in \(files[other.file].path)"
          throw EncoderError("\(path): tensor '\(entry.name)' is \(place)")
        }
      }
      if let name = missing.min() {
        throw EncoderError("\(path): has no tensor '\(name)', although \(index) says so")
      }
      files.append(file)
    }
    self.files = files
    self.tensors = tensors
    self.aliases = aliases
  }

  var names: some Collection<String> { tensors.keys }

  func has(_ name: String) -> Bool { tensor(named: name) != nil }

  func tensor(named name: String) -> StoredTensor? {
    (tensors[name] ?? aliases[name].flatMap { tensors[$0] }).map {
      StoredTensor(entry: $0.entry, file: files[$0.file], damage: damage)
    }
  }

  /// The shards in the order of their names, each with the tensors it should hold.
  private static func shards(of index: String, folder: String) throws -> [(path: String, wanted: Set<String>)] {
    let document = try readJSON(index, limit: FileLimit.weightsIndex)
    guard let map = document["weight_map"]?.objectValue, !map.isEmpty else {
      throw EncoderError("\(index): has no weight_map that says which file holds which tensor")
    }
    var wanted: [String: Set<String>] = [:]
    for (name, value) in map.members {
      guard let file = value.stringValue else {
        throw EncoderError(
          "\(index): the file of tensor '\(name.string)' should be a string, it is \(value.kind)")
      }
      guard !file.isEmpty, file != ".", file != "..", !file.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
      else {
        throw EncoderError("\(index): tensor '\(name.string)' lies in '\(file)', not a file of this folder")
      }
      wanted[file, default: []].insert(name.string)
    }
    return try wanted.keys.sorted().map { file in
      let path = "\(folder)/\(file)"
      guard Files.exists(path) else {
        throw EncoderError("\(index): the file '\(file)' that it lists is not there; download it again")
      }
      return (path, wanted[file] ?? [])
    }
  }

  private static func nothingFound(in folder: String) -> EncoderError {
    let conversion = "from transformers import AutoModel as M; M.from_pretrained('.').save_pretrained('.')"
    for other in ["pytorch_model.bin", "pytorch_model.bin.index.json"] where Files.exists("\(folder)/\(other)") {
      return EncoderError(
        "\(folder): only \(other) is there, which Headscope does not read; convert it, in that folder, with: "
          + "python3 -c \"\(words: conversion)\"")
    }
    for other in ["tf_model.h5", "flax_model.msgpack"] where Files.exists("\(folder)/\(other)") {
      return EncoderError("\(folder): only \(other) is there; Headscope reads model.safetensors")
    }
    return EncoderError("\(folder): has no model.safetensors and no model.safetensors.index.json")
  }
}
