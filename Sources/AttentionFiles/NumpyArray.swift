import Checkpoints
import Safetensors
import Support

/// What an `.npy` file holds (NEP 1, versions 1 to 3): numbers, or texts of a fixed length.
enum NumpyArray {
  case numbers(StoredTensor)
  case texts([String], shape: [Int])

  /// So many characters an array of texts may have together: 64 MiB of them.
  private static let mostCharacters = 16 << 20

  /// Reads the header of an array, and its texts; numbers stay where they are.
  ///
  /// - Parameters:
  ///   - range: where the `.npy` file lies in `file`, which is not trusted.
  ///   - name: what the array is called; `label` is that for errors.
  init(in file: MappedFile, _ range: Range<Int>, name: String, label: MessageText) throws(AttentionFileError) {
    func failure(_ text: MessageText) -> AttentionFileError { AttentionFileError("\(label): \(text)") }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 10 else {
      throw failure("is not an array of NumPy")
    }
    let isLong = bytes[6] >= 2
    guard (1...3).contains(bytes[6]), !isLong || bytes.count >= 12 else {
      throw failure("is of version \(Int(bytes[6])) of NumPy's format, which is not known")
    }
    let start = isLong ? 12 : 10
    let length = (8..<start).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    guard length <= bytes.count - start, length <= 1 << 16 else { throw failure("is cut off in its header") }
    let header = try NumpyHeader(String(decoding: bytes[start..<start + length], as: UTF8.self), label: label)
    let data = range.lowerBound + start + length..<range.upperBound
    let count = try NumpyArray.count(of: header.shape, label)
    if let characters = header.textLength {
      guard count <= Self.mostCharacters / max(characters, 1), count * characters * 4 == data.count else {
        throw failure("does not have the size that its shape says, or holds too many texts")
      }
      self = .texts(
        NumpyArray.texts(UnsafeRawBufferPointer(rebasing: file.bytes[data]), count: count, characters: characters),
        shape: header.shape)
      return
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: header.type.size)
    guard !overflow, size == data.count else {
      throw failure("has \(data.count) bytes of numbers, its shape and type say otherwise; save it again")
    }
    self = .numbers(
      StoredTensor(
        entry: TensorEntry(name: name, type: header.type, shape: header.shape, range: data),
        strides: header.isFortran ? NumpyArray.columnMajor(header.shape) : nil, file: file))
  }

  private static func count(of shape: [Int], _ label: MessageText) throws(AttentionFileError) -> Int {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw AttentionFileError("\(label): its shape is larger than memory can be") }
      count = product
    }
    return count
  }

  /// How far apart numbers lie where the first axis is the fastest.
  private static func columnMajor(_ shape: [Int]) -> [Int] {
    var strides: [Int] = []
    var stride = 1
    for extent in shape {
      strides.append(stride)
      stride *= extent
    }
    return strides
  }

  /// Texts of four bytes a character, filled up with zeros.
  private static func texts(_ bytes: UnsafeRawBufferPointer, count: Int, characters: Int) -> [String] {
    (0..<count).map { index in
      var text = String.UnicodeScalarView()
      for place in 0..<characters {
        let code = bytes.loadUnaligned(fromByteOffset: (index * characters + place) * 4, as: UInt32.self).littleEndian
        text.append(Unicode.Scalar(code) ?? "\u{FFFD}")
      }
      while text.last == "\0" { text.removeLast() }
      return String(text)
    }
  }
}

/// The words at the beginning of an `.npy` file: a dictionary as Python writes it.
private struct NumpyHeader {
  let type: StoredType
  /// How many characters a text has at most; nil where it holds numbers.
  let textLength: Int?
  let isFortran: Bool
  let shape: [Int]

  init(_ text: String, label: MessageText) throws(AttentionFileError) {
    guard let description = NumpyHeader.value(of: "descr", in: text),
      let order = NumpyHeader.value(of: "fortran_order", in: text),
      let shape = NumpyHeader.shape(in: text)
    else { throw AttentionFileError("\(label): its header is not one of NumPy's") }
    let name = description.filter { $0 != "'" && $0 != "\"" }
    isFortran = order == "True"
    self.shape = shape
    let kind = name.drop { "<>|=".contains($0) }
    if kind.first == "O" {
      throw AttentionFileError(
        "\(label): holds Python objects (pickle), which are not read; save arrays of numbers, and texts as np.array([...])"
      )
    }
    guard !name.hasPrefix(">") else {
      throw AttentionFileError("\(label): is stored big-endian (\(name)); save it with .astype('<f4')")
    }
    if kind.first == "U" {
      guard let length = Int(decimal: kind.dropFirst()), length <= 1 << 16 else {
        throw AttentionFileError("\(label): its texts have a length that cannot be: \(name)")
      }
      (type, textLength) = (.unknown, length)
      return
    }
    let types: [String: StoredType] = [
      "f2": .float16, "f4": .float32, "f8": .float64, "i1": .signed8, "u1": .unsigned8, "b1": .boolean, "i2": .signed16,
      "i4": .signed32, "i8": .signed64, "u2": .unsigned16, "u4": .unsigned32, "u8": .unsigned64,
    ]
    guard let type = types[String(kind)] else {
      throw AttentionFileError("\(label): is stored as \(name), which is not read; save it with .astype('<f4')")
    }
    (self.type, textLength) = (type, nil)
  }

  /// What stands behind a key, up to a comma or the end.
  private static func value(of key: String, in text: String) -> String? {
    guard let rest = rest(behind: key, in: text) else { return nil }
    return String(rest.prefix { $0 != "," && $0 != "}" }).trimmed
  }

  private static func shape(in text: String) -> [Int]? {
    guard let rest = rest(behind: "shape", in: text)?.drop(while: { $0 == " " }), rest.first == "(",
      let end = rest.firstIndex(of: ")")
    else { return nil }
    var shape: [Int] = []
    for part in rest[..<end].dropFirst().split(separator: ",") {
      let digits = String(part).trimmed
      if digits.isEmpty { continue }
      guard let extent = Int(decimal: digits) else { return nil }
      shape.append(extent)
    }
    return shape
  }

  private static func rest(behind key: String, in text: String) -> Substring? {
    for quote in ["'", "\""] {
      let wanted = Array("\(quote)\(key)\(quote):".unicodeScalars)
      let scalars = Array(text.unicodeScalars)
      guard scalars.count >= wanted.count else { continue }
      for start in 0...scalars.count - wanted.count where scalars[start..<start + wanted.count].elementsEqual(wanted) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[(start + wanted.count)...])
        return String(view)[...]
      }
    }
    return nil
  }
}

extension String {
  /// Without spaces at both ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
