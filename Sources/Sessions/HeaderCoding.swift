import JSON

extension SessionCoding {
  /// The first line of a session.
  static func header(from line: some Collection<UInt8>, name: String) throws(SessionError) -> SessionHeader {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw SessionError("\(name) is not a Headscope session: its first line is not JSON")
    }
    guard let version = value["headscope-session"]?.intValue else {
      throw SessionError("\(name) is not a Headscope session: its first line has no \"headscope-session\"")
    }
    guard version <= Session.version else {
      throw SessionError(
        "\(name) was written by a newer Headscope (session format \(version), this program reads \(Session.version)); update headscope to replay it"
      )
    }
    guard version >= 1 else { throw SessionError("\(name) says session format \(version), which does not exist") }
    guard let model = value["model"], let modelName = model["name"]?.stringValue else {
      throw SessionError("\(name): the header names no model (\"model\": {\"name\": ...})")
    }
    func count(_ key: String) -> Int { min(max(model[key]?.intValue ?? 0, 0), 1 << 20) }
    return SessionHeader(
      title: value["title"]?.stringValue ?? "", created: value["created"]?.stringValue ?? "",
      program: value["program"]?.stringValue ?? "",
      model: SessionModel(
        name: modelName, family: model["family"]?.stringValue ?? "", layers: count("layers"), heads: count("heads"),
        hidden: count("hidden"), digest: model["digest"]?.stringValue),
      forkedFrom: value["forked-from"].flatMap(origin))
  }

  private static func origin(from value: JSONValue) -> SessionOrigin? {
    guard let session = value["session"]?.stringValue else { return nil }
    return SessionOrigin(
      session: session, time: (try? SessionCoding.time(of: value.objectValue ?? [:], after: 0)) ?? 0,
      action: max(value["action"]?.intValue ?? 0, 0))
  }
}
