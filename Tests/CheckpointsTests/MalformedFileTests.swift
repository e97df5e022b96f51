import TestSupport
import Testing

@testable import Checkpoints

/// What opening a folder says.
func openingError(_ folder: TemporaryFolder) -> String {
  do throws(CheckpointError) {
    _ = try Checkpoint(folder: folder.path)
    return "opened"
  } catch {
    return error.description
  }
}

@Suite struct MalformedFileTests {
  typealias Damage = CheckpointDamage

  /// Small matrices and a vector.
  static let intact: SafetensorsBuilder = {
    var builder = SafetensorsBuilder()
    for (name, shape) in [(query, [24, 24]), (bias, [24]), (key, [24, 24]), (value, [24, 24])] {
      builder.add(name, shape: shape, [Float](repeating: 0.5, count: shape.reduce(1, *)))
    }
    return builder
  }()
  static let query = Damage.query
  static let bias = "encoder.layer.0.attention.self.query.bias"
  static let key = "encoder.layer.0.attention.self.key.weight"
  static let value = "encoder.layer.0.attention.self.value.weight"
  private static let tensor = "FILE: tensor '\(query)'"

  static let damages: [Damage] = [
    Damage("empty", says: "FILE: is empty; download it again") {
      _ in
      []
    },
    Damage(
      "seven bytes", says: "FILE: is not a safetensors file: it has 7 bytes, the length of its header alone takes 8"
    ) { Array($0.file.prefix(7)) },
    Damage("header cut off", says: "FILE: is cut off: it announces a header of 445 bytes, but only 192 follow") {
      Array($0.file.prefix(200))
    },
    Damage(
      "oversized header",
      says: "FILE: is not a safetensors file, or damaged: it announces a header of 100000001 bytes, more than the "
        + "100000000 allowed"
    ) { withUnsafeBytes(of: UInt64(100_000_001).littleEndian) { Array($0) } + $0.file.dropFirst(8) },
    Damage(
      "header longer than any number",
      says: "FILE: is not a safetensors file, or damaged: it announces a header of 18446744073709551615 bytes, more "
        + "than the 100000000 allowed"
    ) { [UInt8](repeating: 255, count: 8) + $0.file.dropFirst(8) },
    Damage(
      "not safetensors at all",
      says:
        "FILE: is not a safetensors file, or damaged: it announces a header of 7142757887371321409 bytes, more than "
        + "the 100000000 allowed"
    ) { _ in Array("A cat, certainly no checkpoint, and a dog".utf8) },
    Damage(
      "Git LFS pointer", says: "FILE: is only Git LFS's pointer to the file; fetch that with: git -C FOLDER lfs pull"
    ) { _ in Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 133466304\n".utf8) },
    Damage(
      "data cut off",
      says:
        "FILE: tensor '\(value)': ends at byte 7008 of the data, but the file is cut off after 7002"
    ) { $0.file.dropLast(6) },
    Damage("bytes after the data", says: "FILE: 5 bytes at the end belong to no tensor") { $0.file + [1, 2, 3, 4, 5] },
    .header(
      "header not JSON", says: "FILE: its header is not JSON: line 1, column 2: expected a key, found k", "{key}"),
    .header("header an array", says: "FILE: its header should be an object, it is an array", "[]"),
    .header("tensor not an object", says: "FILE: tensor 'a': has no dtype", #"{"a":17}"#),
    .header("no shape", says: "FILE: tensor 'a': has no shape", #"{"a":{"dtype":"F32"}}"#),
    .header(
      "no offsets", says: "FILE: tensor 'a': has no data_offsets with a begin and an end",
      #"{"a":{"dtype":"F32","shape":[1]}}"#),
    .header(
      "three offsets", says: "FILE: tensor 'a': has no data_offsets with a begin and an end",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#),
    .header(
      "offsets not whole", says: "FILE: tensor 'a': has no data_offsets with a begin and an end",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0.5,4]}}"#),
    .header(
      "offsets backwards", says: "FILE: tensor 'a': its data_offsets [4, 0] are not a begin and an end",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#),
    .header(
      "negative offset", says: "FILE: tensor 'a': its data_offsets [-4, 0] are not a begin and an end",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#),
    .header(
      "duplicate names", says: "FILE: its header is not JSON: line 1, column 55: the key \"a\" occurs twice",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#),
    .header(
      "names that look the same", says: "FILE: tensor '\u{E9}' is twice",
      #"{"\u00e9":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"e\u0301":{"dtype":"F32","shape":[1751],"data_offsets":[4,7008]}}"#
    ),
    .entry("negative shape", says: "\(tensor): its shape holds something that is not a whole number of at least 0") {
      $0.shape = "[-24,-24]"
    },
    .entry("shape of fractions", says: "\(tensor): its shape holds something that is not a whole number of at least 0")
    {
      $0.shape = "[24.5,24]"
    },
    .entry("huge shape", says: "\(tensor): its shape [4611686018427387904, 24] is larger than memory can be") {
      $0.shape = "[4611686018427387904,24]"
    },
    .entry("shape beyond Int", says: "\(tensor): its shape holds something that is not a whole number of at least 0") {
      $0.shape = "[99999999999999999999,24]"
    },
    .entry("shape and size differ", says: "\(tensor): F32 [24, 25] takes 2400 bytes, its data_offsets span 2304") {
      $0.shape = "[24,25]"
    },
    Damage("overlap", says: "FILE: tensor 'encoder.layer.0.attention.self.query.bias' overlaps tensor '\(query)'") {
      var builder = $0
      let index = builder.index(of: "encoder.layer.0.attention.self.query.bias")
      builder.entries[index].offsets.0 -= 4
      builder.entries[index].offsets.1 -= 4
      return builder.file
    },
    Damage(
      "same place",
      says: "FILE: tensor 'encoder.layer.0.attention.self.value.weight' overlaps tensor "
        + "'encoder.layer.0.attention.self.key.weight'"
    ) {
      var builder = $0
      let (key, value) = (
        builder.index(of: "encoder.layer.0.attention.self.key.weight"),
        builder.index(of: "encoder.layer.0.attention.self.value.weight")
      )
      builder.entries[value].offsets = builder.entries[key].offsets
      return builder.file
    },
    Damage(
      "hole", says: "FILE: 8 bytes before tensor '\(bias)' belong to no tensor"
    ) {
      var builder = $0
      for index in 1..<builder.entries.count {
        builder.entries[index].offsets.0 += 8
        builder.entries[index].offsets.1 += 8
      }
      builder.data.insert(contentsOf: [UInt8](repeating: 0, count: 8), at: builder.entries[0].offsets.1)
      return builder.file
    },
  ]

  @Test("says in one line what is wrong with a file", arguments: damages)
  func saysWhatIsWrong(damage: Damage) {
    let folder = TemporaryFolder()
    folder.write(Self.intact.file, to: "model.safetensors")
    #expect(openingError(folder) == "opened")
    folder.write(damage.file(Self.intact), to: "model.safetensors")
    #expect(
      openingError(folder)
        == damage.message.replacing("FILE", with: "\(folder.path)/model.safetensors")
        .replacing("FOLDER", with: folder.path))
  }

  @Test("never traps on a damaged header", arguments: 0..<16)
  func survivesMutations(seed: Int) {
    let folder = TemporaryFolder()
    let intact = Self.intact.file
    let header = 8 + Self.intact.header.utf8.count
    var generator = SeededGenerator(seed: UInt64(seed))
    let digits = Array(#"0123456789-+.eE,:[]{}" "#.utf8)
    var rejected = 0
    for _ in 0..<40 {
      var file = intact
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<header, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: file[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: file[position] = digits.randomElement(using: &generator) ?? 0
        case 2: file.remove(at: position)
        default: file.insert(digits.randomElement(using: &generator) ?? 0, at: position)
        }
      }
      if Bool.random(using: &generator) {
        // As long as the header became.
        let length = UInt64(header - 8 + file.count - intact.count)
        file.replaceSubrange(0..<8, with: withUnsafeBytes(of: length.littleEndian) { Array($0) })
      }
      folder.write(file, to: "model.safetensors")
      let message = openingError(folder)
      if message != "opened" {
        rejected += 1
        #expect(message.hasPrefix("\(folder.path)/model.safetensors: "), "\(message)")
        #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control })
      }
    }
    #expect(rejected > 20)
  }
}
