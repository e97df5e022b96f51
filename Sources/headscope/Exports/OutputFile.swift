import Glibc
import Models
import Support

/// A file that appears under its name only when all of it is written, or a stream that is written as it comes.
///
/// A file is built beside its final place and renamed, so that no failure leaves half of it or spoils an older one.
/// Streams (standard output, a device, a pipe) get the bytes in order; what has to be written out of order is
/// collected in a nameless file first.
final class OutputFile {
  enum Destination: Equatable {
    case path(String)
    case standardOutput
  }

  /// What has to happen when everything is written.
  private enum Completion {
    case rename(from: String, to: String)
    case copy(to: Int32)
    case nothing
  }

  /// What messages call it.
  private let name: String
  private let descriptor: Int32
  private let completion: Completion
  private var isFinished = false
  private var buffer: [UInt8] = []

  private static let bufferSize = 1 << 18

  /// - Parameter randomAccess: whether `write(_:at:)` will be used, instead of `append(_:)`.
  init(_ destination: Destination, randomAccess: Bool) throws(OutputError) {
    switch destination {
    case .standardOutput:
      name = "standard output"
      (descriptor, completion) = try Self.stream(STDOUT_FILENO, randomAccess: randomAccess, name: name)
    case .path(let path):
      name = path
      // A link stays; what it points to is replaced.
      let target = Files.resolved(path) ?? path
      if Files.isFolder(target) { throw OutputError("cannot write \(path): it is a folder") }
      if access(target, F_OK) == 0, access(target, W_OK) != 0 { throw OutputError(name, errno) }
      if access(target, F_OK) == 0, !Files.isFile(target) {
        let device = open(target, O_WRONLY | O_CLOEXEC)
        guard device >= 0 else { throw OutputError(name, errno) }
        (descriptor, completion) = try Self.stream(device, randomAccess: randomAccess, name: name)
      } else {
        (descriptor, completion) = try Self.temporary(beside: target, name: name)
      }
    }
  }

  /// A nameless file to collect things in.
  init(spoolNamed name: String) throws(OutputError) {
    self.name = name
    descriptor = try Self.spool(name: name)
    completion = .nothing
  }

  deinit {
    if !isFinished, case .rename(let temporary, _) = completion { unlink(temporary) }
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  // MARK: - Writing

  /// Writes after everything that was appended before.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count > Self.bufferSize {
      try writeAll(bytes, at: nil)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }

  /// Hands on what `append` has kept back.
  func flush() throws {
    guard !buffer.isEmpty else { return }
    try buffer.withUnsafeBytes { try writeAll($0, at: nil) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes at a place of the file.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws { try writeAll(bytes, at: offset) }

  func write(_ bytes: [UInt8], at offset: Int) throws { try bytes.withUnsafeBytes { try writeAll($0, at: offset) } }

  /// Reads back from a place where something has been written.
  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw OutputError(name, count < 0 ? errno : EIO) }
      done += count
    }
  }

  /// Everything is written: the file takes its place, the stream gets what was collected.
  func finish() throws {
    try flush()
    switch completion {
    case .nothing: break
    case .copy(let stream): try copy(to: stream)
    case .rename(let temporary, let target):
      guard rename(temporary, target) == 0 else { throw OutputError(name, errno) }
    }
    isFinished = true
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int?) throws {
    try Self.writeAll(bytes, to: descriptor, at: offset, name: name)
  }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int?, name: String
  ) throws {
    var done = 0
    while done < bytes.count {
      try Interruption.check()
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count =
        if let offset {
          pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        } else {
          Glibc.write(descriptor, rest.baseAddress, rest.count)
        }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw OutputError(name, errno) }
      done += count
    }
  }

  private func copy(to stream: Int32) throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw OutputError(name, errno) }
    var chunk = [UInt8](repeating: 0, count: Self.bufferSize)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw OutputError(name, errno) }
      if count == 0 { return }
      try chunk[..<count].withUnsafeBytes { try Self.writeAll($0, to: stream, at: nil, name: name) }
    }
  }

  // MARK: - Opening

  private static func stream(
    _ descriptor: Int32, randomAccess: Bool, name: String
  ) throws(OutputError) -> (Int32, Completion) {
    randomAccess ? (try spool(name: name), .copy(to: descriptor)) : (descriptor, .nothing)
  }

  private static func temporary(beside target: String, name: String) throws(OutputError) -> (Int32, Completion) {
    let folder = target.contains("/") ? Files.parent(of: target) : "."
    guard Files.isFolder(folder) else { throw OutputError("cannot write \(name): there is no folder \(folder)") }
    let path = Files.join(folder, ".headscope-\(getpid()).part")
    unlink(path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw OutputError(name, errno) }
    var old = stat()
    if stat(target, &old) == 0 { fchmod(descriptor, old.st_mode & 0o7777) }
    return (descriptor, .rename(from: path, to: target))
  }

  private static func spool(name: String) throws(OutputError) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array(Files.join(folder, "headscope-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw OutputError("a temporary file in \(folder)", errno) }
    unlink(template)
    return descriptor
  }
}

/// Why something could not be written.
struct OutputError: Error, Equatable, CustomStringConvertible {
  let description: String
  /// Nobody reads any more.
  let isBrokenPipe: Bool

  init(_ description: String) {
    self.description = description
    isBrokenPipe = false
  }

  init(_ name: String, _ code: Int32) {
    description = "cannot write \(name): \(String(cString: strerror(code)))"
    isBrokenPipe = code == EPIPE
  }
}
