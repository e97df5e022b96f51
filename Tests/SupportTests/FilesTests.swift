import Glibc
import TestSupport
import Testing

@testable import Support

struct FilesTests {
  private let folder = TemporaryFolder()

  private func problem(_ path: String) -> FileError.Problem? {
    do throws(FileError) {
      _ = try InputFile(path).bytes(limit: 100)
      return nil
    } catch {
      return error.problem
    }
  }

  /// None of these may be waited for.
  @Test func onlyFilesAreOpened() throws {
    try #require(mkfifo(folder["pipe"], 0o600) == 0)
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: folder["socket"].utf8) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    folder.write("twelve bytes", to: "file")
    folder.link("link", to: "file")
    folder.link("link-to-pipe", to: "pipe")
    #expect(problem(folder["file"]) == nil)
    #expect(problem(folder["link"]) == nil)
    #expect(problem(folder["pipe"]) == .isNoFile(.pipe))
    #expect(problem(folder["link-to-pipe"]) == .isNoFile(.pipe))
    #expect(problem(folder["socket"]) == .isNoFile(.socket))
    #expect(problem(folder.path) == .isNoFile(.folder))
    #expect(problem("/dev/zero") == .isNoFile(.device))
    #expect(problem("/dev/null") == .isNoFile(.device))
    #expect(problem(folder["nothing"]) == .cannotOpen(ENOENT))
    #expect(
      FileError(folder["pipe"], .isNoFile(.pipe)).description
        == "\(folder["pipe"]): is a pipe, not a file; write what comes out of it into a file first")
  }

  @Test func bytesAreReadUpToALimit() throws {
    folder.write([UInt8](0..<100), to: "file")
    #expect(Files.read(folder["file"], limit: 100) == [UInt8](0..<100))
    #expect(Files.read(folder["file"], limit: 99) == nil)
    let file = try InputFile(folder["file"])
    #expect(try file.bytes(from: 90, count: 20) == [UInt8](90..<100))
    #expect(try file.bytes(from: 100, count: 20) == [])
    // A file of the system says that it has no bytes.
    #expect(Files.read("/proc/self/status", limit: 1 << 20)?.starts(with: "Name:".utf8) == true)
    #expect(throws: FileError("/proc/self/status", .isTooLarge(limit: 10))) {
      try InputFile("/proc/self/status").bytes(limit: 10)
    }
  }

  @Test(arguments: [true, false])
  func aReplacedFileKeepsItsPermissionsAndItsLinks(canBeNameless: Bool) throws {
    folder.write("old", to: "real")
    chmod(folder["real"], 0o640)
    folder.link("link", to: "real")
    var file = try ReplacementFile(for: folder["link"], canBeNameless: canBeNameless)
    try Files.write(Array("new".utf8), to: file.descriptor, path: "file")
    #expect(Files.read(folder["real"], limit: 10) == Array("old".utf8))
    try file.takePlace(isDurable: true)
    #expect(Files.read(folder["real"], limit: 10) == Array("new".utf8))
    #expect(TemporaryFolder.linkTarget(folder["link"]) == "real")
    var status = stat()
    #expect(stat(folder["real"], &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(folder.list() == ["link", "real"])
  }

  @Test(arguments: [true, false])
  func aNewFileAppearsOnlyWhenAllOfItIsThere(canBeNameless: Bool) throws {
    var file = try ReplacementFile(for: folder["new"], permissions: 0o600, canBeNameless: canBeNameless)
    try Files.write(Array("whole".utf8), to: file.descriptor, path: "file")
    #expect(!folder.list().contains("new"))
    try file.takePlace(isDurable: false)
    #expect(folder.list() == ["new"])
    #expect(Files.read(folder["new"], limit: 10) == Array("whole".utf8))
    var status = stat()
    #expect(stat(folder["new"], &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test(arguments: [true, false])
  func whatIsNotFinishedLeavesNothingAndHarmsNothing(canBeNameless: Bool) throws {
    folder.write("old", to: "file")
    do {
      let file = try ReplacementFile(for: folder["file"], canBeNameless: canBeNameless)
      try Files.write(Array("half".utf8), to: file.descriptor, path: "file")
    }
    #expect(folder.list() == ["file"])
    #expect(Files.read(folder["file"], limit: 10) == Array("old".utf8))
    #expect(throws: FileError(folder["none/file"], .cannotWrite(ENOENT))) {
      try Files.replace(folder["none/file"], with: [])
    }
    #expect(throws: FileError(folder.path, .isNoFile(.folder))) { try Files.replace(folder.path, with: []) }
  }

  /// Names that repeat could be put there beforehand, by somebody else, as links.
  @Test func namesOfUnfinishedFilesAreNotRepeated() {
    let names = Set((0..<1000).map { _ in Files.unguessableName() })
    #expect(names.count == 1000)
    #expect(names.allSatisfy { $0.hasPrefix(".headscope-") && $0.hasSuffix(".part") && $0.utf8.count == 32 })
  }

  @Test func aFileForAWhileHasNoName() throws {
    let descriptor = try Files.makeNameless()
    defer { close(descriptor) }
    var status = stat()
    #expect(fstat(descriptor, &status) == 0 && status.st_nlink == 0)
  }

  /// Those of files that are in their place are used again.
  @Test(arguments: [true, false]) func namesForSignalsDoNotPileUp(canBeNameless: Bool) throws {
    folder.write("old", to: "file")
    let before = Leftovers.room
    for _ in 0..<500 {
      var file = try ReplacementFile(for: folder["file"], canBeNameless: canBeNameless)
      try file.takePlace(isDurable: false)
    }
    #expect(Leftovers.room < before + 100)
    #expect(folder.list() == ["file"])
  }

  @Test func whatASystemKeptBackIsSaid() {
    #expect(throws: FileError("x", .cannotWrite(EBADF))) { try Files.checkWritten(-1, path: "x") }
  }

  @Test func theWaysOfPaths() {
    #expect(["/a/b", "/a", "a", "a/b", "/", "a/"].map(Files.parent) == ["/a", "/", ".", "a", "/", "."])
    #expect(["/a/b", "/a", "a", "a/b/"].map(Files.name) == ["b", "a", "a", "b"])
    #expect(Files.join("/a", "b") == "/a/b" && Files.join("/", "b") == "/b")
  }
}
