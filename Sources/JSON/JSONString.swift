import Support

/// A string of a JSON document: valid UTF-8, equal only to the same bytes.
///
/// Strings of a parsed document are slices of one shared buffer, so that tens of thousands of keys cost no allocation
/// each. The buffer lives as long as any of its strings; copy `string` or `bytes` to keep only a small part of a large file.
public struct JSONString: @unchecked Sendable {
  // Safe to share: the bytes are never written again once a string that refers to them can be seen.
  let start: UnsafePointer<UInt8>
  /// How many bytes of UTF-8.
  public let count: Int
  /// Keeps the bytes alive; nil where they are a literal of the program.
  private let owner: JSONBuffer?

  init(start: UnsafePointer<UInt8>, count: Int, owner: JSONBuffer?) {
    self.start = start
    self.count = count
    self.owner = owner
  }

  /// A string with memory of its own.
  public init(_ string: String) {
    var string = string
    let buffer = string.withUTF8 { JSONBuffer(copying: UnsafeRawBufferPointer($0)) }
    self.init(start: UnsafePointer(buffer.start), count: buffer.count, owner: buffer)
  }

  /// The string as Swift sees it.
  public var string: String { withUTF8 { String(decoding: $0, as: UTF8.self) } }

  /// A copy of the UTF-8 bytes.
  public var bytes: [UInt8] { withUTF8 { [UInt8]($0) } }

  /// Whether it has no bytes.
  public var isEmpty: Bool { count == 0 }

  /// Calls `body` with the UTF-8 bytes, which must not be used after it returns.
  public func withUTF8<R, E: Error>(_ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R) throws(E) -> R {
    try withExtendedLifetime(self) { () throws(E) -> R in
      try body(UnsafeBufferPointer(start: start, count: count))
    }
  }
}

extension JSONString: Hashable {
  /// Whether both have the same bytes.
  public static func == (left: JSONString, right: JSONString) -> Bool {
    left.isEqual(to: UnsafeBufferPointer(start: right.start, count: right.count))
  }

  /// Compares with text, by bytes.
  public static func == (left: JSONString, right: String) -> Bool {
    var right = right
    return right.withUTF8 { left.isEqual(to: $0) }
  }

  /// Compares with text, by bytes.
  public static func != (left: JSONString, right: String) -> Bool { !(left == right) }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  func isEqual(to other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    guard let base = other.baseAddress, count > 0 else { return true }
    return withExtendedLifetime(self) {
      for index in 0..<count where start[index] != base[index] { return false }
      return true
    }
  }
}

extension JSONString: ExpressibleByStringLiteral {
  /// A literal of the program, whose bytes are not copied.
  public init(stringLiteral value: StaticString) {
    if value.hasPointerRepresentation {
      self.init(start: value.utf8Start, count: value.utf8CodeUnitCount, owner: nil)
    } else {
      self.init(value.description)
    }
  }
}

extension JSONString: CustomStringConvertible {
  /// The text as it is, not as JSON writes it.
  public var description: String { string }
}

extension MessageText.StringInterpolation {
  /// Text from a document.
  public mutating func appendInterpolation(_ text: JSONString) { appendInterpolation(text.string) }
}

/// Bytes that many strings share.
final class JSONBuffer: @unchecked Sendable {
  // Safe to share: only the parser writes to it, before it hands out the document.
  let start: UnsafeMutablePointer<UInt8>
  let count: Int

  /// A zero byte follows the copy, so that a parser may look one byte past the end.
  init(copying source: UnsafeRawBufferPointer) {
    count = source.count
    start = .allocate(capacity: source.count + 1)
    UnsafeMutableRawBufferPointer(start: start, count: source.count).copyMemory(from: source)
    start[source.count] = 0
  }

  deinit { start.deallocate() }
}
