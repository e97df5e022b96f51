import Glibc
import JSON
import Support

/// Reads what a list says of sessions, thousands of them in a moment.
///
/// A line as this program writes it (`{"t":1.25,"action":"...`) is known by its first bytes, and most are counted and
/// not read any further. Every other line is read as JSON. Lines are not checked here: `SessionProofreader` does that.
struct SummaryScanner: ~Copyable {
  private var buffer: UnsafeMutableRawBufferPointer

  init() { buffer = .allocate(byteCount: 1 << 16, alignment: 16) }

  deinit { buffer.deallocate() }

  /// - Throws: `SessionError` where the file cannot be read or is no session.
  mutating func scan(_ path: String) throws(SessionError) -> SessionSummary {
    let count = try fill(from: path)
    return try SummaryScanner.summary(of: UnsafeRawBufferPointer(rebasing: buffer[..<count]), path: path)
  }

  /// Reads a file into the buffer, which grows where it must, and says how many bytes there are.
  private mutating func fill(from path: String) throws(SessionError) -> Int {
    let file = try orSessionError { () throws(FileError) in try InputFile(path) }
    var used = 0
    while true {
      do throws(FileError) {
        used += try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[used...]), from: used)
      } catch {
        throw SessionError(error)
      }
      guard used == buffer.count else { return used }
      guard used < SessionFile.largest else {
        throw SessionError(FileError(path, .isTooLarge(limit: SessionFile.largest)))
      }
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 4, alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
      buffer.deallocate()
      buffer = larger
    }
  }

  static func summary(of bytes: UnsafeRawBufferPointer, path: String) throws(SessionError) -> SessionSummary {
    var lines = LineCursor(bytes)
    guard let first = lines.next(), !first.isEmpty else { throw SessionError("\(path) is empty: it holds no session") }
    var summary = SessionSummary(path: path, header: try SessionCoding.header(from: first, name: path))
    /// The newest text in the prompt: it counts when it is kept.
    var typed: UnsafeRawBufferPointer?
    while let line = lines.next() {
      guard let (time, rest) = start(of: line) else {
        read(line, into: &summary, &typed)
        continue
      }
      if begins(rest, with: "action\":\"") {
        summary.duration = max(summary.duration, time)
        summary.actions += 1
        let name = UnsafeRawBufferPointer(rebasing: rest.dropFirst(9))
        summary.hasChanges = !begins(name, with: "begin\"")
        for known in ["texts", "type", "keepText"] as [StaticString] where begins(name, with: known) {
          let end = name.dropFirst(known.utf8CodeUnitCount).first
          if end == UInt8(ascii: "\"") { take(line, named: known.description, into: &summary, &typed) }
        }
      } else if begins(rest, with: "fingerprint\":") {
        summary.duration = max(summary.duration, time)
      } else {
        read(line, into: &summary, &typed)
      }
    }
    return summary
  }

  /// The time of a line as this program writes it, and what follows the quote of its second key.
  private static func start(of line: UnsafeRawBufferPointer) -> (Double, UnsafeRawBufferPointer)? {
    guard begins(line, with: "{\"t\":") else { return nil }
    var place = 5
    var digits = DecimalDigits()
    var point: Int?
    // Numbers that are longer than any time that is written here are read as JSON.
    while place < min(line.count, 5 + 24) {
      let byte = line[place]
      if let digit = decimalDigit(byte) {
        digits.append(digit)
      } else if byte == UInt8(ascii: "."), point == nil {
        point = place
      } else {
        guard byte == UInt8(ascii: ","), place + 1 < line.count, line[place + 1] == UInt8(ascii: "\""),
          isNumber(UnsafeRawBufferPointer(rebasing: line[5..<place])),
          let time = digits.exactDouble(exponent: point.map { $0 + 1 - place } ?? 0), time < SessionCoding.timeLimit
        else { return nil }
        return (time, UnsafeRawBufferPointer(rebasing: line.dropFirst(place + 2)))
      }
      place += 1
    }
    return nil
  }

  /// Whether digits with at most one point between them are a number as JSON has it.
  private static func isNumber(_ digits: UnsafeRawBufferPointer) -> Bool {
    guard let first = digits.first, let last = digits.last, decimalDigit(first) != nil, decimalDigit(last) != nil else {
      return false
    }
    return first != UInt8(ascii: "0") || digits.count == 1 || digits[1] == UInt8(ascii: ".")
  }

  private static func begins(_ bytes: UnsafeRawBufferPointer, with text: StaticString) -> Bool {
    guard let base = bytes.baseAddress, bytes.count >= text.utf8CodeUnitCount else { return false }
    return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  /// A line that has to be read as a whole; nothing comes of one that is broken.
  private static func read(
    _ line: UnsafeRawBufferPointer, into summary: inout SessionSummary, _ typed: inout UnsafeRawBufferPointer?
  ) {
    guard !line.isEmpty, let value = try? JSONValue(parsing: line), case .object(let object) = value,
      let time = try? SessionCoding.time(of: object, after: summary.duration)
    else { return }
    summary.duration = max(summary.duration, time)
    if let name = object["action"]?.stringValue {
      summary.actions += 1
      summary.hasChanges = name != "begin"
      take(line, named: name, into: &summary, &typed)
    } else if let title = object["mark"]?.stringValue {
      summary.marks.append(.init(time: time, title: title))
    } else if let text = object["note"]?.stringValue {
      summary.notes += 1
      summary.texts.append(text)
    } else if object["guess"] != nil {
      summary.hasChanges = true
    } else if let text = object["question"]?.stringValue {
      summary.questions += 1
      summary.texts.append(text)
    }
  }

  /// Takes the sentences of an action.
  private static func take(
    _ line: UnsafeRawBufferPointer, named name: String, into summary: inout SessionSummary,
    _ typed: inout UnsafeRawBufferPointer?
  ) {
    switch name {
    case "texts":
      guard let value = try? JSONValue(parsing: line) else { return }
      summary.texts += (value["texts"]?.arrayValue ?? []).compactMap(\.stringValue)
    case "type": typed = line
    case "keepText":
      guard let line = typed, let text = (try? JSONValue(parsing: line))?["text"]?.stringValue else { return }
      summary.texts.append(text)
      typed = nil
    default: break
    }
  }
}

/// The lines of a file, one after the other, without their ends.
private struct LineCursor {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  mutating func next() -> UnsafeRawBufferPointer? {
    guard let base = rest.baseAddress, !rest.isEmpty else { return nil }
    let length = memchr(base, Int32(UInt8(ascii: "\n")), rest.count).map { UnsafeRawPointer($0) - base } ?? rest.count
    defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(length + 1)) }
    return UnsafeRawBufferPointer(rebasing: rest[..<length])
  }
}
