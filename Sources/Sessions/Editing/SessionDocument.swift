import JSON
import Support

/// A session file as it is edited: lines with everything in them, known to this version or not, so that rewriting it
/// loses nothing.
public struct SessionDocument: Sendable, Equatable {
  /// A line after the header.
  public struct Entry: Sendable, Equatable {
    /// Seconds since the start.
    public var time: Double
    /// All members of the line, as they were read.
    public var object: JSONObject

    init(time: Double, object: JSONObject) {
      self.time = time
      self.object = object
    }

    func string(_ key: String) -> String? { object[key]?.stringValue }
    var isAction: Bool { object["action"] != nil }
    /// What a lesson says beside what it does.
    var isRemark: Bool { !isAction && object["fingerprint"] == nil }
  }

  /// All members of the first line, as they were read.
  public var header: JSONObject
  /// In the order of their times.
  public internal(set) var entries: [Entry]

  /// - Throws: `SessionError` where the file is no session, or a line of it cannot be read: nothing is rewritten that
  ///   could not be kept. A torn last line is left out, as it is everywhere.
  public init(_ bytes: [UInt8], name: String) throws(SessionError) {
    let file = Lines(of: bytes)
    let (lines, hasEnd) = (file.lines, file.hasEnd)
    _ = try SessionCoding.header(from: lines.first ?? [], name: name)
    header = JSONObject()
    entries = []
    var earlier = 0.0
    for (index, line) in lines.enumerated() where !line.isEmpty {
      do throws(EventFailure) {
        let object = try SessionCoding.object(from: line)
        if index == 0 {
          header = object
        } else {
          earlier = max(earlier, try SessionCoding.time(of: object, after: earlier))
          entries.append(Entry(time: earlier, object: object))
        }
      } catch {
        if !hasEnd, index == lines.count - 1 { return }
        let problem = SessionProblem(line: index + 1, column: error.column, text: error.text)
        throw SessionError("\(name) has a mistake and is left as it is: \(problem.message)")
      }
    }
  }

  /// - Throws: `SessionError` where the file cannot be read, is no session, or has a line that could not be kept.
  public init(reading path: String) throws(SessionError) {
    try self.init(try SessionFile.bytes(of: path), name: path)
  }

  /// The title in the header; empty where there is none. Untrusted.
  public var title: String {
    get { header["title"]?.stringValue ?? "" }
    set { header["title"] = JSONValue(newValue) }
  }

  /// The name of the model in the header; empty where there is none. Untrusted.
  public var modelName: String { header["model"]?["name"]?.stringValue ?? "" }

  /// Seconds from the start to the last line.
  public var duration: Double { entries.last?.time ?? 0 }

  /// The file: lines that had a time keep it as such, lines that say how long after the one before, too.
  public var bytes: [UInt8] {
    var bytes = SessionCoding.line(header)
    var earlier = 0.0
    for entry in entries {
      var object = entry.object
      let time = SessionCoding.rounded(entry.time)
      if object["t"] == nil, object["after"] != nil {
        object["after"] = .number(SessionCoding.rounded(time - earlier))
      } else if object["t"]?.doubleValue != time {
        object = JSONObject([("t", .number(time))] + object.members.filter { $0.key != "t" }.map { ($0.key, $0.value) })
      }
      earlier = time
      bytes += SessionCoding.line(object)
    }
    return bytes
  }

  /// The session, as a replay reads it.
  public func session(name: String) throws(SessionError) -> Session {
    try SessionCoding.session(from: bytes, name: name)
  }

  /// Puts the document in the place of the file that it was read from; the old version goes to the trash beside it.
  ///
  /// - Returns: where the old version is.
  @discardableResult
  public func replace(_ path: String, now: String) throws(SessionError) -> String {
    let old = try SessionTrash(for: path).keep(path, now: now)
    try SessionFile.write(bytes, to: path)
    return old
  }

  /// Writes the document to a new file; never over one that is there.
  public func write(to path: String) throws(SessionError) {
    guard SessionFile.free(path) == path else { throw SessionError("\(path) is there already; choose another name") }
    try SessionFile.write(bytes, to: path)
  }
}
