import Glibc
import Support

/// Sessions that were deleted, or replaced by a newer version of themselves. Nothing is ever lost by a command: a file
/// goes to the folder `.trash` beside it, under a name that says when, and can be taken back.
public struct SessionTrash: Sendable {
  /// A file in the trash.
  public struct Item: Sendable, Equatable {
    /// Where the file is now, inside the trash.
    public var path: String
    /// The name that the file had.
    public var name: String
  }

  /// The folder of the sessions; the trash is inside.
  public let folder: String

  /// The trash in a folder of sessions; it is made when the first file goes there.
  public init(folder: String) { self.folder = folder }

  /// The trash that a file would go to.
  public init(for path: String) { self.init(folder: Files.parent(of: path)) }

  private var trash: String { folder + "/.trash" }

  /// Moves a file into the trash, and says where it is now.
  ///
  /// - Throws: `SessionError` where the file is being recorded, or cannot be moved.
  @discardableResult
  public func take(_ path: String, now: String) throws(SessionError) -> String {
    try SessionFile.requireNotRecording(path)
    guard mkdir(trash, 0o755) == 0 || errno == EEXIST else {
      throw SessionError("cannot make the trash folder \(trash): \(SessionFile.reason())")
    }
    let target = try freePath(for: path, now: now)
    try SessionFile.move(path, to: target)
    return target
  }

  /// Puts a copy of a file into the trash: the file itself is about to be replaced.
  @discardableResult
  func keep(_ path: String, now: String) throws(SessionError) -> String {
    try SessionFile.requireNotRecording(path)
    guard mkdir(trash, 0o755) == 0 || errno == EEXIST else {
      throw SessionError("cannot make the trash folder \(trash): \(SessionFile.reason())")
    }
    let target = try freePath(for: path, now: now)
    try SessionFile.write(try SessionFile.bytes(of: path), to: target)
    return target
  }

  /// What is in the trash, the newest last.
  public func items() -> [Item] {
    Files.list(trash).compactMap { name in
      guard let tilde = name.firstIndex(of: "~") else { return nil }
      return Item(path: trash + "/" + name, name: String(name[name.index(after: tilde)...]))
    }
  }

  /// Takes the newest file of that name, or the newest of all, out of the trash. Where a file of that name is there by
  /// now, the one from the trash gets another.
  ///
  /// - Returns: where it is now.
  public func restore(_ name: String? = nil) throws(SessionError) -> String {
    let items = items()
    guard
      let item = name == nil ? items.last : items.last(where: { $0.name == name || $0.name == "\(name ?? "").jsonl" })
    else {
      throw SessionError(
        name.map { "there is no \($0) in the trash of \(folder)" } ?? "the trash of \(folder) is empty")
    }
    let target = SessionFile.free(folder + "/" + item.name)
    try SessionFile.move(item.path, to: target)
    return target
  }

  /// `.trash/20260131-120000.0~name.jsonl`: the time, and a number for what comes within a second, sort as they happened.
  private func freePath(for path: String, now: String) throws(SessionError) -> String {
    let stamp = String(now.filter { $0.isASCII && $0.isNumber })
    let name = Files.name(of: path)
    let taken = Set(items().map { String($0.path.dropFirst(trash.count + 1).prefix { $0 != "~" }) })
    for number in 0..<10_000 {
      let digits = String(number)
      let label = stamp + "." + String(repeating: "0", count: 4 - digits.count) + digits
      if !taken.contains(label) { return "\(trash)/\(label)~\(name)" }
    }
    throw SessionError("the trash folder \(trash) is full")
  }
}
