import Safetensors

/// A value of a pickle. Whatever holds others holds numbers of a table (`PickleObjects`): so a value that holds itself, or lies ten
/// million deep, is nothing special, and no value is larger than two words.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// A number that is not whole, or too large for a machine's.
  case otherNumber
  /// Where its bytes lie in the pickle: untrusted, and perhaps no UTF-8.
  case text(start: UInt32, count: UInt32)
  case name(PickleName)
  /// Where its elements lie in the table of all tuples' elements.
  case tuple(start: UInt32, count: UInt32)
  case list(UInt32)
  case dictionary(UInt32)
  case storage(UInt32)
  case tensor(UInt32)
}

/// The names that a checkpoint may use. Nothing is looked up and nothing is called by them: each stands for what the reader itself
/// does.
enum PickleName: Equatable {
  case orderedDictionary
  /// `torch._utils._rebuild_tensor`, `..._v2`, `..._v3`: storage, offset, size, stride ...
  case rebuildTensor
  case rebuildTypedTensor
  /// `torch._utils._rebuild_parameter`, `..._with_state`: a tensor, and what training needs to know of it.
  case rebuildParameter
  /// `torch.FloatStorage` and its like; `untypedStorage` counts bytes, whose type the tensor says.
  case typedStorage(StoredType)
  case untypedStorage
  case type(StoredType)

  /// Nil for everything that weights do not need.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch.storage", "UntypedStorage"): self = .untypedStorage
    case ("torch", _):
      if let type = Self.storages[name] {
        self = .typedStorage(type)
      } else if let type = Self.types[name] {
        self = .type(type)
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let storages: [String: StoredType] = [
    "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
    "LongStorage": .signed64, "IntStorage": .signed32, "ShortStorage": .signed16, "CharStorage": .signed8,
    "ByteStorage": .unsigned8, "BoolStorage": .boolean,
  ]

  private static let types: [String: StoredType] = [
    "float32": .float32, "float16": .float16, "bfloat16": .bfloat16, "float64": .float64, "int64": .signed64,
    "int32": .signed32, "int16": .signed16, "int8": .signed8, "uint8": .unsigned8, "bool": .boolean,
    "uint16": .unsigned16, "uint32": .unsigned32, "uint64": .unsigned64, "float8_e5m2": .float8e5m2,
    "float8_e4m3fn": .float8e4m3,
  ]
}

/// Numbers in a checkpoint's file, as its pickle announces them.
struct PickledStorage {
  /// What the file has them under.
  var key: String
  /// Nil where it is counted in bytes.
  var type: StoredType?
  /// How many numbers, or bytes.
  var count: Int
}

/// A tensor as a pickle announces it: which numbers of a storage it is. Nothing of this is checked yet.
struct PickledTensor {
  var storage: PickledStorage
  var type: StoredType
  /// In numbers from the start of the storage, as `strides` are.
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}

/// All that a pickle's values hold.
struct PickleObjects {
  var elements: [PickleValue] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []

  func tuple(_ value: PickleValue) -> ArraySlice<PickleValue>? {
    guard case .tuple(let start, let count) = value else { return nil }
    return elements[Int(start)..<Int(start) + Int(count)]
  }
}
