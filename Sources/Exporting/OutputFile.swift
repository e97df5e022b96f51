import Glibc
import Support

/// A file that appears under its name only when all of it is written, or a stream that is written as it comes.
///
/// A file is built beside its final place and renamed, so that no failure leaves half of it or spoils an older one.
/// Streams (standard output, a device, a pipe) get the bytes in order; what has to be written out of order is
/// collected in a nameless file first.
public final class OutputFile {
  /// Where the bytes go.
  public enum Destination: Equatable, Sendable {
    /// A file, or what stands at its path: a device, a pipe.
    case path(String)
    /// The program's standard output.
    case standardOutput
  }

  /// What messages call it.
  private let name: String
  /// What is written to.
  private let descriptor: Int32
  /// The file that takes its place at the end; nil for a stream.
  private var replacement: ReplacementFile?
  /// The stream that gets at the end what was collected.
  private let stream: Int32?
  private var buffer: [UInt8] = []

  private static let bufferSize = 1 << 18

  /// Opens what will be written.
  ///
  /// - Parameter randomAccess: whether `write(_:at:)` will be used, instead of `append(_:)`.
  public init(_ destination: Destination, randomAccess: Bool) throws(OutputError) {
    switch destination {
    case .standardOutput:
      name = "standard output"
      (descriptor, stream) = try Self.opened(STDOUT_FILENO, randomAccess: randomAccess, name: name)
    case .path(let path):
      name = path
      // A link stays; what it points to is replaced.
      let target = Files.resolved(path) ?? path
      if Files.isFolder(target) { throw OutputError("cannot write \(path): it is a folder") }
      if access(target, F_OK) == 0, access(target, W_OK) != 0 { throw OutputError(name, errno) }
      if access(target, F_OK) == 0, !Files.isFile(target) {
        let device = open(target, O_WRONLY | O_CLOEXEC)
        guard device >= 0 else { throw OutputError(name, errno) }
        (descriptor, stream) = try Self.opened(device, randomAccess: randomAccess, name: name)
      } else {
        let folder = Files.parent(of: target)
        guard Files.isFolder(folder) else { throw OutputError("cannot write \(path): there is no folder \(folder)") }
        let file = try Self.converting(name: path) { () throws(FileError) in try ReplacementFile(for: target) }
        (descriptor, stream) = (file.descriptor, nil)
        replacement = consume file
      }
    }
  }

  /// A nameless file to collect things in.
  init(spoolNamed name: String) throws(OutputError) {
    self.name = name
    descriptor = try Self.spool(name: name)
    stream = nil
  }

  deinit {
    for own in [descriptor, stream ?? -1] where own > STDERR_FILENO && replacement == nil { close(own) }
  }

  // MARK: - Writing

  /// Writes after everything that was appended before.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count > Self.bufferSize {
      try writeAll(bytes, at: nil)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Writes after everything that was appended before.
  public func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  /// Writes after everything that was appended before, in UTF-8.
  public func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }

  /// Hands on what `append` has kept back.
  public func flush() throws {
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
      let count = uninterrupted { pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done)) }
      guard count > 0 else { throw OutputError(name, count < 0 ? errno : EIO) }
      done += count
    }
  }

  /// Everything is written: the file takes its place, the stream gets what was collected.
  public func finish() throws {
    try flush()
    if let stream { try copy(to: stream) }
    try Self.converting(name: name) { () throws(FileError) in
      try replacement?.takePlace(isDurable: false)
      try Files.checkWritten(stream ?? descriptor, path: name)
    }
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int?) throws {
    try Self.writeAll(bytes, to: descriptor, at: offset, name: name)
  }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int?, name: String
  ) throws {
    try converting(name: name) { () throws(FileError) in
      try Files.write(bytes, to: descriptor, at: offset, path: name)
    }
  }

  private func copy(to stream: Int32) throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw OutputError(name, errno) }
    var chunk = [UInt8](repeating: 0, count: Self.bufferSize)
    while true {
      let count = uninterrupted { Glibc.read(descriptor, &chunk, chunk.count) }
      guard count >= 0 else { throw OutputError(name, errno) }
      if count == 0 { return }
      try chunk[..<count].withUnsafeBytes { try Self.writeAll($0, to: stream, at: nil, name: name) }
    }
  }

  // MARK: - Opening

  private static func opened(
    _ stream: Int32, randomAccess: Bool, name: String
  ) throws(OutputError) -> (descriptor: Int32, stream: Int32?) {
    randomAccess ? (try spool(name: name), stream) : (stream, nil)
  }

  private static func spool(name: String) throws(OutputError) -> Int32 {
    do throws(FileError) { return try Files.makeNameless() } catch { throw OutputError(error.path, error) }
  }

  private static func converting<Value: ~Copyable>(
    name: String, _ body: () throws(FileError) -> Value
  ) throws(OutputError) -> Value {
    do throws(FileError) { return try body() } catch { throw OutputError(name, error) }
  }
}

/// Why something could not be written.
public struct OutputError: TextualError, Equatable {
  /// What went wrong, in one line.
  public let text: MessageText
  /// Whether the reader has closed the pipe.
  public let isBrokenPipe: Bool

  init(_ text: MessageText) {
    self.text = text
    isBrokenPipe = false
  }

  init(_ name: String, _ code: Int32) {
    text = "cannot write \(name): \(words: systemMessage(code))"
    isBrokenPipe = code == EPIPE
  }

  init(_ name: String, _ error: FileError) {
    if case .cannotWrite(let code) = error.problem { self.init(name, code) } else { self.init(error.text) }
  }
}
