import COniguruma
import Synchronization

/// A regular expression in the syntax and with the engine that Hugging Face's `tokenizers` uses, Oniguruma.
final class Regex: @unchecked Sendable {
  // Safe to share: a compiled expression is only read by searches.
  private let expression: OnigRegex

  /// What is wrong with an expression.
  struct Failure: Error {
    let message: String
  }

  init(_ pattern: String) throws(Failure) {
    RegexLibrary.prepare()
    var expression: OnigRegex?
    var info = OnigErrorInfo()
    var pattern = pattern
    let status = pattern.withUTF8 { pattern in
      RegexLibrary.compiling.withLock { _ in
        // The empty pattern has no address, which the library needs.
        let start = pattern.baseAddress ?? UnsafePointer(bitPattern: 1)
        return onig_new(
          &expression, start, start?.advanced(by: pattern.count), OnigOptionType(ONIG_OPTION_NONE),
          headscope_onig_utf8(), headscope_onig_syntax(), &info)
      }
    }
    guard status == ONIG_NORMAL, let expression else {
      var buffer = [UInt8](repeating: 0, count: Int(ONIG_MAX_ERROR_MESSAGE_LEN))
      let length = headscope_onig_error_message(&buffer, status, &info)
      throw Failure(message: String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self))
    }
    self.expression = expression
  }

  deinit { onig_free(expression) }

  /// Calls `body` with the place of every match, from left to right. Matches do not overlap; an empty one does not follow
  /// another match directly.
  func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    guard let start = text.baseAddress, let region = onig_region_new() else { return }
    defer { onig_region_free(region, 1) }
    let end = start + text.count
    var offset = 0
    var lastEnd: Int?
    while offset <= text.count {
      // A failure, such as too much backtracking, counts as no match.
      guard onig_search(expression, start, end, start + offset, end, region, OnigOptionType(ONIG_OPTION_NONE)) >= 0
      else { return }
      let match = Int(region.pointee.beg[0])..<Int(region.pointee.end[0])
      if match.isEmpty, match.upperBound == lastEnd {
        offset += offset < text.count ? utf8Length(ofFirstByte: text[offset]) : 1
        continue
      }
      offset = match.upperBound
      lastEnd = offset
      body(match)
    }
  }
}

enum RegexLibrary {
  /// The library does not promise that two expressions can be compiled at once.
  static let compiling = Mutex<Void>(())

  /// Makes the library ready; done once.
  static func prepare() { _ = isReady }

  private static let isReady: Bool = {
    var encodings: [OnigEncoding?] = [headscope_onig_utf8()]
    guard onig_initialize(&encodings, 1) == ONIG_NORMAL else { return false }
    // The installed library may know an older Unicode version than the one that comes with Hugging Face's tokenizers.
    define("L", .letter)
    define("N", .number)
    return true
  }()

  /// Gives the property `name` the characters of a class.
  private static func define(_ name: StaticString, _ kind: CharacterClass) {
    let known = name.withUTF8Buffer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { headscope_onig_property($0.baseAddress, Int32($0.count)) }
    }
    guard let known else { return }
    var ranges: [(first: UInt32, last: UInt32)] = []
    // What the library knows, without the code points of which the list says something, and then what the list says.
    var first = UInt32(0)
    func add(_ first: UInt32, _ last: UInt32) {
      guard first <= last else { return }
      if let previous = ranges.last, previous.last + 1 == first {
        ranges[ranges.count - 1].last = last
      } else {
        ranges.append((first, last))
      }
    }
    func addKnown(from first: UInt32, to last: UInt32) {
      for range in 0..<Int(known[0]) {
        add(max(first, UInt32(known[1 + 2 * range])), min(last, UInt32(known[2 + 2 * range])))
      }
    }
    let rows = UnicodeDifferences.classes
    for row in stride(from: 0, to: rows.count, by: 3) {
      if rows[row] > first { addKnown(from: first, to: rows[row] - 1) }
      if CharacterClass(rawValue: UInt16(truncatingIfNeeded: rows[row + 2])).contains(kind) {
        add(rows[row], rows[row + 1])
      }
      first = rows[row + 1] + 1
    }
    addKnown(from: first, to: 0x10FFFF)
    // The library keeps the ranges for as long as the program runs.
    let table = UnsafeMutablePointer<OnigCodePoint>.allocate(capacity: 1 + 2 * ranges.count)
    table[0] = OnigCodePoint(ranges.count)
    for (index, range) in ranges.enumerated() {
      table[1 + 2 * index] = range.first
      table[2 + 2 * index] = range.last
    }
    _ = name.withUTF8Buffer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { onig_unicode_define_user_property($0.baseAddress, table) }
    }
  }
}
