import Checkpoints
import JSON
import Safetensors
import Support

/// The arrays of a file, and what it says about them: `.safetensors`, `.npz` or `.npy`. Numbers are mapped, and read when they are
/// wanted.
struct ArrayFile: Sendable {
  let path: String
  let file: MappedFile
  /// In the order in which they lie in the file, names in the order of their numbers.
  let arrays: [StoredTensor]
  /// Arrays of texts, and how they are arranged.
  let texts: [String: (values: [String], shape: [Int])]
  /// What the file says of itself: texts by name, JSON in many.
  let metadata: [String: String]

  /// The endings of files that are read.
  static let endings = [".safetensors", ".npz", ".npy"]

  init(_ path: String) throws(AttentionFileError) {
    self.path = path
    do throws(FileError) { file = try MappedFile(path) } catch { throw AttentionFileError(error.text) }
    if file.bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
      let array = try NumpyArray(in: file, 0..<file.bytes.count, name: "", label: "\(path)")
      guard case .numbers(let tensor) = array else { throw AttentionFileError("\(path): holds texts, not attention") }
      (arrays, texts, metadata) = ([tensor], [:], [:])
    } else if file.bytes.starts(with: Array("PK".utf8)) {
      (arrays, texts, metadata) = try ArrayFile.archive(file)
    } else {
      do throws(SafetensorsError) {
        let header = try SafetensorsHeader(of: file.bytes, path: path)
        arrays = header.entries.map { [file] in StoredTensor(entry: $0, file: file) }
        (texts, metadata) = ([:], header.metadata)
      } catch {
        throw AttentionFileError(error.text)
      }
    }
  }

  private typealias Contents = (
    arrays: [StoredTensor], texts: [String: (values: [String], shape: [Int])], metadata: [String: String]
  )

  /// What `np.savez` writes: a zip file of `.npy` files.
  private static func archive(_ file: MappedFile) throws(AttentionFileError) -> Contents {
    do throws(CheckpointError) {
      return try read(try ZipDirectory(of: file.bytes, path: file.path), of: file)
    } catch {
      throw AttentionFileError(error.text)
    }
  }

  private static func read(_ directory: ZipDirectory, of file: MappedFile) throws(CheckpointError) -> Contents {
    var contents: Contents = ([], [:], [:])
    for entry in directory.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      guard entry.isStored else {
        throw CheckpointError(
          "\(file.path): is compressed (np.savez_compressed); save it with np.savez, which can be mapped")
      }
      let range = try directory.range(of: entry)
      do throws(AttentionFileError) {
        switch try NumpyArray(in: file, range, name: name, label: "\(file.path): array '\(name)'") {
        case .numbers(let tensor): contents.arrays.append(tensor)
        case .texts(let values, let shape): contents.texts[name] = (values, shape)
        }
      } catch {
        throw CheckpointError(error.text)
      }
    }
    guard !contents.arrays.isEmpty else {
      throw CheckpointError("\(file.path): is a zip file without arrays of numbers; save them with np.savez")
    }
    // An export of ours says in the comment what others have no place for.
    if let words = try? JSONValue(parsing: directory.comment), let members = words.objectValue?.members {
      for (key, value) in members where !value.isNull {
        contents.metadata[key.string] = value.stringValue ?? value.serialized()
      }
    }
    return contents
  }

  /// The array of that name.
  subscript(name: String) -> StoredTensor? { arrays.first { $0.entry.name == name } }

  /// A text that the file says of itself.
  func text(_ name: String) -> String? {
    metadata[name] ?? texts[name].flatMap { $0.values.count == 1 ? $0.values.first : nil }
  }
}
