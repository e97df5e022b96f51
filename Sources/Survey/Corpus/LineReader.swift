import Glibc
import Support

/// Reads lines one after the other, with as much memory as the longest that is allowed needs.
struct LineReader: Sendable {
  /// What a line is.
  enum Line: Equatable {
    /// A text, without its line end, and without a byte order mark before the first line.
    case text(String)
    case notUTF8
    case tooLong
  }

  private static let blockSize = 1 << 18

  let source: any ByteSource
  private let longest: Int
  /// What was read, and not yet looked at from `used` on.
  private var block: [UInt8] = []
  private var used = 0
  private var isAtEnd = false
  /// Where the next line begins, in bytes.
  private(set) var offset: Int
  /// The number of the next line, from 1.
  private(set) var number: Int

  /// Reads from a place on at which a line begins.
  init(_ source: any ByteSource, longest: Int, from offset: Int = 0, number: Int = 1) {
    self.source = source
    self.longest = longest
    self.offset = offset
    self.number = number
  }

  /// The next line; nil behind the last one.
  mutating func next() throws(SurveyError) -> Line? {
    var searched = 0
    while true {
      if let end = lineEnd(from: used + searched) {
        return line(to: end, next: end + 1)
      }
      searched = block.count - used
      if isAtEnd { return searched == 0 ? nil : line(to: block.count, next: block.count) }
      if searched > longest + 2 { return try skipLine() }
      try readMore()
    }
  }

  /// The beginning, as far as it takes to see which format it is, at most as much as the longest line.
  mutating func beginning() throws(SurveyError) -> ArraySlice<UInt8> {
    while !isAtEnd, block.count - used <= longest, !hasTellingLine { try readMore() }
    return block[used...]
  }

  /// Whether there is a whole line that is neither empty nor a comment.
  private var hasTellingLine: Bool {
    block[used...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().contains {
      line in line.first { !$0.isSpace }.map { $0 != UInt8(ascii: "#") } ?? false
    }
  }

  private mutating func readMore() throws(SurveyError) {
    if used > 0 {
      block.removeFirst(used)
      used = 0
    }
    let more = try source.bytes(from: offset + block.count, count: Self.blockSize)
    if more.isEmpty { isAtEnd = true } else { block += more }
  }

  private func lineEnd(from place: Int) -> Int? {
    block.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress, place < buffer.count,
        let end = memchr(start + place, Int32(UInt8(ascii: "\n")), buffer.count - place)
      else { return nil }
      return UnsafeRawPointer(end) - start
    }
  }

  private mutating func line(to end: Int, next: Int) -> Line {
    var bytes = block[used..<end]
    if number == 1, offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
    let line: Line =
      bytes.count > longest ? .tooLong : String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .notUTF8
    take(next)
    return line
  }

  private mutating func take(_ next: Int) {
    offset += next - used
    used = next
    number += 1
  }

  /// Reads on to where a line that is too long ends, without keeping it.
  private mutating func skipLine() throws(SurveyError) -> Line {
    while true {
      if let end = lineEnd(from: used) {
        take(end + 1)
        return .tooLong
      }
      offset += block.count - used
      used = block.count
      if isAtEnd {
        number += 1
        return .tooLong
      }
      try readMore()
    }
  }
}
