import Dispatch
import Glibc
import Synchronization

/// A server on this machine that speaks the hub's endpoints, and fails as it is told to.
package final class HubServer: Sendable {
  /// What goes wrong with one request.
  package enum Fault: Sendable {
    case status(Int, headers: [String] = [])
    /// The connection ends after so many bytes of the body.
    case cut(after: Int)
    /// After so many bytes of the body nothing comes any more, until whoever asked hangs up.
    case stall(after: Int)
    /// The body is as long as it should be, but its last byte is wrong.
    case corrupt
    /// Everything is sent, whatever range was asked for.
    case ignoreRange
    /// What is sent begins a byte later than what was asked for, and says so.
    case otherRange
    /// A body that never ends, until whoever asked hangs up; with a length in its header, or without one.
    case endless(status: Int = 200, length: Int? = nil, headers: [String] = [])
    /// A header that never ends.
    case endlessHeader
    /// A byte at a time, with nothing in between until whoever asked has had enough.
    case drip
  }

  package struct Request: Sendable, Equatable {
    package var method: String
    package var path: String
    package var headers: [String: String]
  }

  package struct Settings: Sendable {
    package var files: [String: [UInt8]] = [:]
    /// Large files: named by their SHA-256, and sent by redirecting.
    package var large: Set<String> = []
    /// Entity tags of the files.
    package var tags: [String: String] = [:]
    /// Whether the list of files says how large they are.
    package var listsSizes = false
    /// Bytes that are announced for files; nil: nothing is. What is not in here has its own.
    package var announced: [String: Int?] = [:]
    package var commit = "0123456789abcdef0123456789abcdef01234567"
    package var revisions: Set<String> = ["main"]
    /// Faults of the next answers with a body to a path's last part, one an answer.
    package var faults: [String: [Fault]] = [:]
    package var requests: [Request] = []
    /// Where large files are sent from; nil: this server.
    package var storage: String?
    /// Answers every path of this id with a redirect to the model's name.
    package var oldID: String?
    /// Without this token nothing is given.
    package var token: String?

    package init() {}
  }

  package static let id = "org/tiny"

  package let port: UInt16
  /// Signalled when an answer has stalled.
  package let stalled = DispatchSemaphore(value: 0)
  private let listener: Int32
  private let settings: Mutex<Settings>

  package var endpoint: String { "http://127.0.0.1:\(port)" }
  package var requests: [Request] { settings.withLock { $0.requests } }

  package init(_ settings: Settings = Settings()) throws {
    self.settings = Mutex(settings)
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isListening else { throw SystemError(code: errno) }
    port = UInt16(bigEndian: address.sin_port)
    signal(SIGPIPE, SIG_IGN)
    // The thread that accepts closes the socket, too: another server's could get its number while this one still asks for it.
    inThread { [weak self] in
      defer { close(descriptor) }
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 || errno == EINTR else { return }
        guard connection >= 0 else { continue }
        guard let self else {
          close(connection)
          return
        }
        inThread {
          self.answer(connection)
          close(connection)
        }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  package func change(_ body: @Sendable (inout Settings) -> Void) { settings.withLock { body(&$0) } }

  // MARK: -

  private func answer(_ connection: Int32) {
    guard var request = read(connection) else { return }
    request.path = request.path.split(separator: "?").first.map(String.init) ?? ""
    let (state, fault) = settings.withLock { state -> (Settings, Fault?) in
      state.requests.append(request)
      let name = request.path.split(separator: "/").last.map(String.init) ?? ""
      let isRedirected = state.large.contains(name) && !request.path.hasPrefix("/cdn/")
      guard request.method == "GET", !isRedirected, var faults = state.faults[name], !faults.isEmpty else {
        return (state, nil)
      }
      let fault = faults.removeFirst()
      state.faults[name] = faults
      return (state, fault)
    }
    switch fault {
    case .status(let status, let headers)?: return send(connection, status, headers)
    case .endless(let status, let length, let headers)?:
      let lines = length.map { ["Content-Length: \($0)"] } ?? []
      return sendForever(connection, head: head(status, lines + headers), [UInt8](repeating: 0x20, count: 1 << 16))
    case .endlessHeader?:
      return sendForever(connection, head: "HTTP/1.1 200 OK\r\n", Array("X-More: more\r\n".utf8))
    default: break
    }
    if let token = state.token, request.headers["authorization"] != "Bearer \(token)", !request.path.hasPrefix("/cdn/")
    {
      return send(connection, 401)
    }
    if let old = state.oldID, request.path.firstRange(of: "/\(old)/") != nil {
      return send(connection, 307, ["Location: \(request.path.replacing(old, with: Self.id))"])
    }
    route(request, state, fault, connection)
  }

  private func route(_ request: Request, _ state: Settings, _ fault: Fault?, _ connection: Int32) {
    let list = "/api/models/\(Self.id)/revision/"
    let resolve = "/\(Self.id)/resolve/\(state.commit)/"
    if request.path.hasPrefix(list) {
      let revision = String(request.path.dropFirst(list.count)).replacing("%2F", with: "/")
      guard state.revisions.contains(revision) || revision == state.commit else {
        return send(connection, 404, ["X-Error-Code: RevisionNotFound"])
      }
      let siblings = state.files.sorted { $0.key < $1.key }.map { name, content in
        "{\"rfilename\": \"\(name)\"" + (state.listsSizes ? ", \"size\": \(content.count)" : "") + "}"
      }.joined(separator: ", ")
      let body = "{\"sha\": \"\(state.commit)\", \"siblings\": [\(siblings)]}"
      return send(connection, 200, body: Array(body.utf8))
    }
    if request.path.hasPrefix("/api/models/") { return send(connection, 404, ["X-Error-Code: RepoNotFound"]) }
    if request.path.hasPrefix(resolve) {
      let name = String(request.path.dropFirst(resolve.count))
      guard let content = state.files[name], let tag = state.tags[name] else {
        return send(connection, 404, ["X-Error-Code: EntryNotFound"])
      }
      let commit = "X-Repo-Commit: \(state.commit)"
      guard state.large.contains(name) else {
        return sendFile(
          content, ["ETag: \(tag.hasPrefix("W/") ? tag : "\"\(tag)\"")", commit], request, fault, connection,
          announced: state.announced[name] ?? content.count)
      }
      let place = "\(state.storage ?? endpoint)/cdn/\(name)"
      return send(
        connection, 302,
        [
          "X-Linked-ETag: \"\(tag)\"", "X-Linked-Size: \(content.count)", "ETag: \"another\"", commit,
          "Location: \(place)",
        ])
    }
    if request.path.hasPrefix("/cdn/"), let content = state.files[String(request.path.dropFirst(5))] {
      return sendFile(content, ["ETag: \"of the storage\""], request, fault, connection)
    }
    send(connection, 404)
  }

  private func sendFile(
    _ content: [UInt8], _ headers: [String], _ request: Request, _ fault: Fault?, _ connection: Int32,
    announced: Int? = nil
  ) {
    if request.method == "HEAD", announced != content.count {
      let length = announced.map { ["Content-Length: \($0)"] } ?? []
      write(connection, Array(head(200, length + headers).utf8))
      return
    }
    var body = content
    var status = 200
    var headers = headers
    if let range = request.headers["range"], let start = Int(range.dropFirst(6).dropLast()) {
      if case .ignoreRange? = fault {
      } else if start >= content.count {
        return send(connection, 416)
      } else {
        var start = start
        if case .otherRange? = fault { start += 1 }
        body = Array(content[start...])
        status = 206
        headers.append("Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)")
      }
    }
    if case .corrupt? = fault, !body.isEmpty { body[body.count - 1] ^= 1 }
    switch fault {
    case .cut(let bytes)?: send(connection, status, headers, body: body, cut: bytes)
    case .stall(let bytes)?:
      send(connection, status, headers, body: body, cut: bytes)
      stalled.signal()
      var byte: UInt8 = 0
      while Glibc.read(connection, &byte, 1) > 0 {}
    case .drip?:
      send(connection, status, headers, body: body, cut: 1)
      var byte: UInt8 = 0
      while Glibc.read(connection, &byte, 1) > 0 {}
    default: send(connection, status, headers, body: body, head: request.method == "HEAD")
    }
  }

  private func send(
    _ connection: Int32, _ status: Int, _ headers: [String] = [], body: [UInt8] = [], head: Bool = false,
    cut: Int? = nil
  ) {
    var bytes = Array(self.head(status, ["Content-Length: \(body.count)"] + headers).utf8)
    if !head { bytes += cut.map { Array(body.prefix($0)) } ?? body }
    write(connection, bytes)
  }

  private func head(_ status: Int, _ headers: [String]) -> String {
    (["HTTP/1.1 \(status) Status", "Connection: close"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
  }

  @discardableResult
  private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(connection, $0.baseAddress, $0.count) }
      if count <= 0 { return false }
      done += count
    }
    return true
  }

  private func sendForever(_ connection: Int32, head: String, _ bytes: [UInt8]) {
    guard write(connection, Array(head.utf8)) else { return }
    while write(connection, bytes) {}
  }

  private func read(_ connection: Int32) -> Request? {
    var text = ""
    var chunk = [UInt8](repeating: 0, count: 4096)
    while !text.hasSuffix("\r\n\r\n") {
      let count = Glibc.read(connection, &chunk, chunk.count)
      guard count > 0 else { return nil }
      text += String(decoding: chunk[..<count], as: UTF8.self)
    }
    let lines = text.split(separator: "\r\n").map(String.init)
    let words = lines[0].split(separator: " ").map(String.init)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = String(parts[1].dropFirst())
    }
    return Request(method: words[0], path: words[1], headers: headers)
  }
}

struct SystemError: Error { let code: Int32 }

/// Runs in a thread of its own, which nobody waits for.
private func inThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { context in
      if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  pthread_detach(thread)
}
