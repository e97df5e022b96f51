import Support
import TestSupport
import Testing

@testable import Checkpoints

/// Pickles that are written by hand, in the form of before torch 1.6, which is nothing but pickles and numbers.
@Suite struct HostilePickleTests {
  /// A pickle in the making.
  private struct Pickle {
    var bytes: [UInt8] = []

    init(_ codes: String = "") { add(codes) }

    mutating func add(_ codes: String) { bytes += Array(codes.utf8) }
    mutating func add(_ codes: [UInt8]) { bytes += codes }

    mutating func text(_ text: String) {
      add([0x58] + withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { Array($0) } + Array(text.utf8))
    }

    mutating func number(_ number: Int) {
      add([0x8A, 8] + withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) })
    }

    mutating func numbers(_ numbers: [Int]) {
      add("(")
      for number in numbers { self.number(number) }
      add("t")
    }

    /// A tensor of the storage '0'.
    mutating func tensor(type: String = "FloatStorage", storage: Int, offset: Int, shape: [Int], strides: [Int]) {
      add("ctorch._utils\n_rebuild_tensor_v2\n((")
      text("storage")
      add("ctorch\n\(type)\n")
      text("0")
      text("cpu")
      number(storage)
      add("NtQ")
      number(offset)
      numbers(shape)
      numbers(strides)
      add([0x89])
      add("ccollections\nOrderedDict\n)RtR")
    }
  }

  /// A whole file: what the pickle says, and a storage '0' of so many numbers.
  private static func file(_ table: Pickle, numbers: Int = 4, announced: Int? = nil) -> [UInt8] {
    var pickles = Pickle()
    pickles.add(LegacyFile.magic + [0x80, 2])
    pickles.number(1001)
    pickles.add(".}.")
    pickles.add(table.bytes + Array(".]".utf8))
    guard numbers > 0 else { return pickles.bytes + Array(".".utf8) }
    pickles.add("(")
    pickles.text("0")
    pickles.add("e.")
    return pickles.bytes + withUnsafeBytes(of: UInt64(announced ?? numbers).littleEndian) { Array($0) }
      + [UInt8](repeating: 0, count: numbers * 4)
  }

  private static func tensor(
    type: String = "FloatStorage", storage: Int = 4, offset: Int = 0, shape: [Int], strides: [Int]
  ) -> Pickle {
    var pickle = Pickle("}")
    pickle.text("a")
    pickle.tensor(type: type, storage: storage, offset: offset, shape: shape, strides: strides)
    pickle.add("s")
    return pickle
  }

  private static func error(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { bytes in
      do throws(CheckpointError) {
        return "opened: \(try TorchFile(of: bytes, path: "FILE").tensors.map(\.entry.shape))"
      } catch {
        return error.description
      }
    }
  }

  @Test func whatIsWrittenByHandIsRead() {
    #expect(Self.error(Self.file(Self.tensor(shape: [2, 2], strides: [2, 1]))) == "opened: [[2, 2]]")
  }

  private static let tensors: [(pickle: Pickle, says: String)] = [
    (tensor(shape: [5], strides: [1]), "FILE: tensor 'a': reaches to the number 0 + 4 of a storage of 4"),
    (tensor(offset: 1, shape: [4], strides: [1]), "FILE: tensor 'a': reaches to the number 1 + 3 of a storage of 4"),
    (tensor(offset: 5, shape: [1], strides: [1]), "FILE: tensor 'a': begins at the number 5 of a storage of 4"),
    (tensor(offset: -1, shape: [1], strides: [1]), "FILE: tensor 'a': begins at the number -1 of a storage of 4"),
    (tensor(shape: [2], strides: [-1]), "FILE: tensor 'a': its size or stride is negative"),
    (tensor(shape: [-2], strides: [1]), "FILE: tensor 'a': its size or stride is negative"),
    (tensor(shape: [2], strides: [.max]), "FILE: tensor 'a': reaches to the number 0 + 9223372036854775807"),
    (tensor(shape: [.max, 2], strides: [0, 0]), "FILE: tensor 'a': its size [9223372036854775807, 2] is larger than"),
    (tensor(shape: [3, 3], strides: [.max / 2, .max / 2]), "FILE: tensor 'a': its size [3, 3] is larger than memory"),
    (tensor(shape: [1 << 40], strides: [0]), "FILE: tensor 'a': has 1099511627776 numbers, its storage only 4"),
    (tensor(shape: [1], strides: [1, 1]), "FILE: is damaged, its table of tensors has a tensor without storage"),
    (tensor(storage: 5, shape: [1], strides: [1]), "FILE: is cut off in the storage '0'"),
    (
      tensor(storage: 3, shape: [1], strides: [1]), "FILE: is damaged: the storage '0' has 4 numbers, its tensors say 3"
    ),
    (tensor(storage: .max, shape: [1], strides: [1]), "FILE: is cut off in the storage '0'"),
    (tensor(storage: -1, shape: [1], strides: [1]), "FILE: is damaged, its table of tensors refers to something"),
    (
      tensor(type: "DoubleStorage", storage: 4, shape: [1], strides: [1]), "FILE: is cut off in the storage '0'"
    ),
    (tensor(type: "ComplexFloatStorage", shape: [1], strides: [1]), "FILE: asks for 'torch.ComplexFloatStorage'"),
  ]

  @Test("a tensor that does not lie in its storage is refused", arguments: tensors.indices)
  func refusesTensors(index: Int) {
    let message = Self.error(Self.file(Self.tensors[index].pickle))
    #expect(message.hasPrefix(Self.tensors[index].says), "\(message)")
  }

  private static let damaged = "FILE: is damaged, its table of tensors "
  private static let programs: [(codes: String, says: String)] = [
    ("cos\nsystem\n(U\u{2}lst", "FILE: asks for 'os.system', which weights do not need"),
    ("cbuiltins\neval\n)R", "FILE: asks for 'builtins.eval'"),
    ("ctorch\n__dict__\n)R", "FILE: asks for 'torch.__dict__'"),
    (
      "ctorch._utils\n_rebuild_tensor_v2.__globals__\n)R",
      "FILE: asks for 'torch._utils._rebuild_tensor_v2.__globals__'"
    ),
    ("(ios\nsystem\n", "FILE: wants to make an object of a program (INST at byte "),
    ("(cos\nsystem\no", "FILE: asks for 'os.system'"),
    ("ccollections\nOrderedDict\n))R", damaged + "makes a value of what is no name"),
    ("}}U\u{1}aNs", "FILE: holds no tensors by name"),
    ("NU\u{1}aNs", damaged + "sets items of what is no dictionary"),
    ("]U\u{1}aNs", damaged + "sets items of what is no dictionary"),
    ("}(U\u{1}au", damaged + "sets items of what is no dictionary"),
    ("}Na", damaged + "appends to what is no list"),
    ("N}b", damaged + "gives a state to what is no dictionary"),
    ("}(s", damaged + "takes a value where there is none"),
    ("u", damaged + "takes values up to a mark that there is not"),
    ("h\u{7}", damaged + "asks for the value 7, which it never made"),
    ("q\u{7}", damaged + "remembers a value where there is none"),
    ("R", damaged + "takes a value where there is none"),
    ("Q", damaged + "takes a value where there is none"),
    ("NQ", damaged + "refers to something that is no storage"),
    ("ctorch\nFloatStorage\n)R", damaged + "makes a value of the name of a type"),
    ("ctorch._utils\n_rebuild_parameter\n)R", damaged + "has a parameter that is no tensor"),
    ("ctorch._utils\n_rebuild_tensor_v3\n)R", damaged + "has a tensor without a type"),
    ("X\u{7F}\u{7F}\u{7F}\u{7F}", damaged + "ends in the middle of a value"),
    ("c\(String(repeating: "x", count: 2000))", damaged + "has a name that does not end"),
    ("\u{1}", damaged + "has the instruction 0x1 at byte "),
    ("c\u{1B}[2J\n\u{202E}x\n", "FILE: asks for '␛[2J.<U+202E>x'"),
  ]

  @Test("instructions that weights do not need are refused, and nothing is called", arguments: programs.indices)
  func refusesPrograms(index: Int) {
    let message = Self.error(Self.file(Pickle(Self.programs[index].codes), numbers: 0))
    #expect(message.hasPrefix(Self.programs[index].says), "\(message)")
    #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test("values that hold themselves, or one another a million deep, are nothing special")
  func survivesDepth() {
    var itself = Pickle("}q\u{0}")
    itself.text("me")
    itself.add("h\u{0}s")
    #expect(Self.error(Self.file(itself, numbers: 0)).hasPrefix("FILE: holds no tensors by name, but me"))
    var deep = Pickle("N")
    deep.add([UInt8](repeating: 0x85, count: 1_000_000))
    #expect(Self.error(Self.file(deep, numbers: 0)).hasPrefix("FILE: holds no table of tensors"))
    var marks = Pickle()
    marks.add([UInt8](repeating: 0x28, count: 1_000_000))
    #expect(Self.error(Self.file(marks)).hasPrefix(Self.damaged))
    // Each tuple has the one before twice: 2^200 values, if they were ever counted.
    var bomb = Pickle(")")
    for level in 0..<200 { bomb.add([0x94, 0x68, UInt8(level), 0x86]) }
    #expect(Self.error(Self.file(bomb, numbers: 0)).hasPrefix("FILE: holds no table of tensors"))
  }

  @Test("no pickle makes more values than there may be, nor is longer")
  func hasLimits() {
    var values = Pickle()
    values.add([UInt8](repeating: UInt8(ascii: ")"), count: PickleReader.mostValues + 1))
    #expect(Self.error(Self.file(values)) == Self.damaged + "makes more than \(PickleReader.mostValues) values")
    var longest = Pickle()
    longest.add([0x8D] + withUnsafeBytes(of: UInt64(PickleReader.longest).littleEndian) { Array($0) })
    longest.add([UInt8](repeating: 0, count: PickleReader.longest))
    #expect(
      Self.error(Self.file(longest)) == Self.damaged
        + "is longer than the \(PickleReader.longest) bytes that it may have")
  }
}
