import Safetensors
import Support

/// Reads what `torch.save` writes of a table of weights, and nothing else.
///
/// A pickle is a program for a machine with a stack (Python's `pickletools` describes it), and Python's machine calls what it is told
/// to. This one knows the instructions and names that weights need and refuses all others; *nothing is ever called*. Memory is
/// bounded by the length of the pickle and by `mostValues`; nothing is done recursively.
struct PickleReader {
  /// How many bytes a pickle may have: a tensor takes about 150.
  static let longest = 32 << 20
  /// How many values it may make, those in lists and tuples counted again.
  static let mostValues = 4 << 20

  private let bytes: UnsafeRawBufferPointer
  /// What errors call the file.
  private let path: String
  /// Where the next instruction is.
  private(set) var position: Int
  private(set) var objects = PickleObjects()
  private var stack: [PickleValue] = []
  /// How high the stack was at each mark.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var room = mostValues

  /// - Parameters:
  ///   - bytes: what the pickle lies in, from `position` on; nothing in it is trusted.
  ///   - path: for errors.
  init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0, path: String) {
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(position + min(bytes.count - position, Self.longest)))
    self.position = position
    self.path = path
  }

  /// Runs to the end of one pickle.
  ///
  /// - Returns: the value that it leaves.
  mutating func read() throws(CheckpointError) -> PickleValue {
    memo = [:]
    stack = []
    marks = []
    while true {
      let place = position
      let code = try byte()
      guard let instruction = Instruction(rawValue: code) else { throw refusal(of: code, at: place) }
      if instruction == .stop { return try pop() }
      try run(instruction)
    }
  }

  /// A text of the pickle.
  func string(_ value: PickleValue) -> String? {
    guard case .text(let start, let count) = value else { return nil }
    return String(decoding: bytes[Int(start)..<Int(start) + Int(count)], as: UTF8.self)
  }

  // MARK: - Instructions

  /// Those that weights need, by Python's names of them.
  private enum Instruction: UInt8 {
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2E
    case mark = 0x28
    case none = 0x4E
    case newTrue = 0x88
    case newFalse = 0x89
    case binInt = 0x4A
    case binInt1 = 0x4B
    case binInt2 = 0x4D
    case long1 = 0x8A
    case binFloat = 0x47
    case shortBinString = 0x55
    case binString = 0x54
    case binUnicode = 0x58
    case shortBinUnicode = 0x8C
    case binUnicode8 = 0x8D
    case emptyDict = 0x7D
    case emptyList = 0x5D
    case emptyTuple = 0x29
    case tuple = 0x74
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case append = 0x61
    case appends = 0x65
    case setItem = 0x73
    case setItems = 0x75
    case binPut = 0x71
    case longBinPut = 0x72
    case memoize = 0x94
    case binGet = 0x68
    case longBinGet = 0x6A
    case global = 0x63
    case stackGlobal = 0x93
    case binPersistentID = 0x51
    case reduce = 0x52
    case build = 0x62
  }

  private mutating func run(_ instruction: Instruction) throws(CheckpointError) {
    switch instruction {
    case .proto: _ = try byte()
    case .frame: _ = try skip(8)
    case .stop: break
    case .mark:
      try take(1)
      marks.append(stack.count)
    case .none: try push(.none)
    case .newTrue: try push(.bool(true))
    case .newFalse: try push(.bool(false))
    case .binInt: try push(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
    case .binInt1: try push(.integer(try number(1)))
    case .binInt2: try push(.integer(try number(2)))
    case .long1: try push(longInteger(count: try number(1)))
    case .binFloat:
      _ = try skip(8)
      try push(.otherNumber)
    case .shortBinString, .shortBinUnicode: try pushText(count: try number(1))
    case .binString, .binUnicode: try pushText(count: try number(4))
    case .binUnicode8: try pushText(count: try number(8))
    case .emptyDict: try pushDictionary()
    case .emptyList:
      objects.lists.append([])
      try push(.list(UInt32(objects.lists.count - 1)))
    case .emptyTuple: try pushTuple([])
    case .tuple: try pushTuple(try popToMark())
    case .tuple1: try pushTuple(try pop(1))
    case .tuple2: try pushTuple(try pop(2))
    case .tuple3: try pushTuple(try pop(3))
    case .append: try append([try pop()])
    case .appends: try append(try popToMark())
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popToMark())
    case .binPut: try remember(as: try number(1))
    case .longBinPut: try remember(as: try number(4))
    case .memoize: try remember(as: memo.count)
    case .binGet: try recall(try number(1))
    case .longBinGet: try recall(try number(4))
    case .global: try pushName(module: try line(), name: try line())
    case .stackGlobal:
      let parts = try pop(2)
      guard let module = string(parts[0]), let name = string(parts[1]) else {
        throw damaged("has a name that is no text")
      }
      try pushName(module: module, name: name)
    case .binPersistentID: try pushStorage(try pop())
    case .reduce: try reduce()
    case .build:
      // What a state dict has beside its items (`_metadata`) says nothing of the weights.
      _ = try pop()
      guard case .dictionary? = stack.last else { throw damaged("gives a state to what is no dictionary") }
    }
  }

  // MARK: - Reading

  func damaged(_ text: MessageText) -> CheckpointError {
    CheckpointError("\(path): is damaged, its table of tensors \(text)")
  }

  private func refusal(of code: UInt8, at place: Int) -> CheckpointError {
    let digits = String(code, radix: 16)
    let callers: [UInt8: String] = [
      0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 0x69: "INST", 0x6F: "OBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
    ]
    if let name = callers[code] {
      return CheckpointError(
        "\(path): wants to make an object of a program (\(words: name) at byte \(place)), which weights do not need: it is "
          + "refused, and nothing of it was run")
    }
    return damaged("has the instruction 0x\(words: digits) at byte \(place), which weights do not need")
  }

  private mutating func skip(_ count: Int) throws(CheckpointError) -> Int {
    guard count >= 0, count <= bytes.count - position else {
      if bytes.count >= Self.longest { throw damaged("is longer than the \(Self.longest) bytes that it may have") }
      throw damaged("ends in the middle of a value; download the file again")
    }
    position += count
    return position - count
  }

  private mutating func byte() throws(CheckpointError) -> UInt8 { bytes[try skip(1)] }

  /// Of so many bytes, little-endian; what is too large for an `Int` is larger than any file.
  private mutating func number(_ count: Int) throws(CheckpointError) -> Int {
    let start = try skip(count)
    return Int(clamping: bytes[start..<start + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  private mutating func longInteger(count: Int) throws(CheckpointError) -> PickleValue {
    let start = try skip(count)
    guard count <= 8 else { return .otherNumber }
    let number = bytes[start..<start + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let unused = UInt64(64 - 8 * count)
    // In two's complement: the highest bit that is there is the sign.
    return .integer(count == 0 ? 0 : Int(Int64(bitPattern: number << unused) >> Int64(unused)))
  }

  private mutating func pushText(count: Int) throws(CheckpointError) {
    let start = try skip(count)
    try push(.text(start: UInt32(clamping: start), count: UInt32(clamping: count)))
  }

  /// Up to the end of the line.
  private mutating func line() throws(CheckpointError) -> String {
    let rest = bytes[position...].prefix(1025)
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw damaged("has a name that does not end") }
    defer { position = end + 1 }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  // MARK: - The stack

  /// Takes so many values of those that there may be.
  private mutating func take(_ count: Int) throws(CheckpointError) {
    room -= count
    guard room >= 0 else { throw damaged("makes more than \(Self.mostValues) values") }
  }

  private mutating func push(_ value: PickleValue) throws(CheckpointError) {
    try take(1)
    stack.append(value)
  }

  private mutating func pop() throws(CheckpointError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw damaged("takes a value where there is none")
    }
    return value
  }

  private mutating func pop(_ count: Int) throws(CheckpointError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw damaged("takes a value where there is none") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged("takes values up to a mark that there is not") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func remember(as index: Int) throws(CheckpointError) {
    guard stack.count > marks.last ?? 0, let value = stack.last else {
      throw damaged("remembers a value where there is none")
    }
    try take(1)
    memo[index] = value
  }

  private mutating func recall(_ index: Int) throws(CheckpointError) {
    guard let value = memo[index] else { throw damaged("asks for the value \(index), which it never made") }
    try push(value)
  }

  // MARK: - What holds values

  private mutating func pushTuple(_ values: [PickleValue]) throws(CheckpointError) {
    try take(values.count)
    let start = objects.elements.count
    objects.elements += values
    try push(.tuple(start: UInt32(start), count: UInt32(values.count)))
  }

  private mutating func pushDictionary() throws(CheckpointError) {
    objects.dictionaries.append([])
    try push(.dictionary(UInt32(objects.dictionaries.count - 1)))
  }

  private mutating func append(_ values: [PickleValue]) throws(CheckpointError) {
    guard stack.count > marks.last ?? 0, case .list(let index)? = stack.last else {
      throw damaged("appends to what is no list")
    }
    try take(values.count)
    objects.lists[Int(index)] += values
  }

  private mutating func setItems(_ values: [PickleValue]) throws(CheckpointError) {
    guard stack.count > marks.last ?? 0, case .dictionary(let index)? = stack.last, values.count % 2 == 0 else {
      throw damaged("sets items of what is no dictionary")
    }
    try take(values.count)
    for item in stride(from: 0, to: values.count, by: 2) {
      objects.dictionaries[Int(index)].append((values[item], values[item + 1]))
    }
  }

  // MARK: - Names, and what stands for calling them

  private mutating func pushName(module: String, name: String) throws(CheckpointError) {
    guard let known = PickleName(module: module, name: name) else {
      throw CheckpointError(
        "\(path): asks for '\(module).\(name)', which weights do not need: only tables of tensors are read (what "
          + "save_pretrained writes), no programs and no whole pickled modules; nothing of it was run")
    }
    try push(.name(known))
  }

  /// `('storage', type, key, location, count)`, and before torch 1.6 what of a larger storage it is.
  private mutating func pushStorage(_ identity: PickleValue) throws(CheckpointError) {
    guard let parts = objects.tuple(identity).map(Array.init), (5...6).contains(parts.count),
      string(parts[0]) == "storage",
      case .name(let name) = parts[1], let key = string(parts[2]), case .integer(let count) = parts[4], count >= 0
    else { throw damaged("refers to something that is no storage of numbers") }
    if parts.count == 6 {
      guard case .none = parts[5] else {
        throw CheckpointError(
          "\(path): has a storage that is part of another, as torch before 0.4 wrote them; load it with torch and save it "
            + "again")
      }
    }
    let type: StoredType?
    switch name {
    case .typedStorage(let known): type = known
    case .untypedStorage: type = nil
    default: throw damaged("refers to a storage of an unknown type")
    }
    objects.storages.append(PickledStorage(key: key, type: type, count: count))
    try push(.storage(UInt32(objects.storages.count - 1)))
  }

  private mutating func reduce() throws(CheckpointError) {
    let values = try pop(2)
    guard case .name(let name) = values[0], let arguments = objects.tuple(values[1]).map(Array.init) else {
      throw damaged("makes a value of what is no name with its arguments")
    }
    switch name {
    case .orderedDictionary: try pushOrderedDictionary(arguments)
    case .rebuildTensor: try pushTensor(arguments, type: nil)
    case .rebuildTypedTensor:
      guard arguments.count >= 7, case .name(.type(let type)) = arguments[6] else {
        throw damaged("has a tensor without a type")
      }
      try pushTensor(arguments, type: type)
    case .rebuildParameter:
      guard let first = arguments.first, case .tensor = first else {
        throw damaged("has a parameter that is no tensor")
      }
      try push(first)
    case .typedStorage, .untypedStorage, .type: throw damaged("makes a value of the name of a type")
    }
  }

  /// Empty, or of pairs, as Python 2 writes it.
  private mutating func pushOrderedDictionary(_ arguments: [PickleValue]) throws(CheckpointError) {
    try pushDictionary()
    guard let first = arguments.first else { return }
    guard arguments.count == 1, case .list(let index) = first else { throw damaged("has a dictionary of no pairs") }
    var items: [PickleValue] = []
    for pair in objects.lists[Int(index)] {
      guard case .list(let index) = pair, objects.lists[Int(index)].count == 2 else {
        throw damaged("has a dictionary of no pairs")
      }
      items += objects.lists[Int(index)]
    }
    try setItems(items)
  }

  /// Storage, offset, size and stride; what follows matters to training alone.
  private mutating func pushTensor(_ arguments: [PickleValue], type: StoredType?) throws(CheckpointError) {
    guard arguments.count >= 4, case .storage(let index) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3]), shape.count == strides.count
    else { throw damaged("has a tensor without storage, offset, size and stride") }
    let storage = objects.storages[Int(index)]
    guard let type = type ?? storage.type else { throw damaged("has a tensor without a type") }
    try take(shape.count * 2)
    objects.tensors.append(
      PickledTensor(storage: storage, type: type, offset: offset, shape: shape, strides: strides))
    try push(.tensor(UInt32(objects.tensors.count - 1)))
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard let values = objects.tuple(value), values.count <= 64 else { return nil }
    var result: [Int] = []
    for value in values {
      guard case .integer(let number) = value else { return nil }
      result.append(number)
    }
    return result
  }
}
