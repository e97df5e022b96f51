/// How numbers are stored in a safetensors file; the raw values are the format's `dtype`s.
public enum StoredType: String, Sendable, CaseIterable {
  case boolean = "BOOL"
  case unsigned8 = "U8"
  case signed8 = "I8"
  case float8e5m2 = "F8_E5M2"
  case float8e4m3 = "F8_E4M3"
  case signed16 = "I16"
  case unsigned16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case signed32 = "I32"
  case unsigned32 = "U32"
  case float32 = "F32"
  case float64 = "F64"
  case signed64 = "I64"
  case unsigned64 = "U64"

  /// One of a `dtype` that is not known here: nothing can be read of it.
  case unknown = "?"

  /// How many bytes a number takes; of what is not known, 1.
  public var size: Int {
    switch self {
    case .boolean, .unsigned8, .signed8, .float8e5m2, .float8e4m3, .unknown: 1
    case .signed16, .unsigned16, .float16, .bfloat16: 2
    case .signed32, .unsigned32, .float32: 4
    case .float64, .signed64, .unsigned64: 8
    }
  }

  /// Whether it is one that weights are read from: floating point of at least 16 bits.
  public var isWeight: Bool { isWritten || self == .float64 }

  /// Whether it is one that weights are written as: float32, float16 or bfloat16.
  public var isWritten: Bool { self == .float32 || self == .float16 || self == .bfloat16 }
}
