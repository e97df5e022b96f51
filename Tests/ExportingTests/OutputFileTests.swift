import TestSupport
import Testing

@testable import Exporting

/// Nothing half-written, whatever happens.
@Suite struct OutputFileTests {
  let folder = TemporaryFolder()

  @Test func anAbandonedFileLeavesTheOldOne() throws {
    folder.write("old", to: "x")
    do {
      let file = try OutputFile(.path(folder["x"]), randomAccess: false)
      try file.append("new")
    }
    #expect(try contents(of: folder["x"]) == Array("old".utf8))
    #expect(folder.list() == ["x"])
  }

  @Test func aLinkStaysALink() throws {
    folder.write("old", to: "real")
    folder.link("x", to: "real")
    let file = try OutputFile(.path(folder["x"]), randomAccess: false)
    try file.append("new")
    try file.finish()
    #expect(try contents(of: folder["real"]) == Array("new".utf8))
    #expect(folder.list() == ["real", "x"])
  }

  @Test func aDeviceIsWrittenInto() throws {
    for randomAccess in [true, false] {
      let file = try OutputFile(.path("/dev/null"), randomAccess: randomAccess)
      if randomAccess { try file.write([1], at: 0) } else { try file.append([1]) }
      try file.finish()
    }
    let error = #expect(throws: OutputError.self) {
      let file = try OutputFile(.path("/dev/full"), randomAccess: true)
      try file.write([1], at: 0)
      try file.finish()
    }
    #expect(error?.description == "cannot write /dev/full: No space left on device")
  }

  @Test func whatCannotBeWrittenIsSaidBeforeAnythingIsComputed() {
    folder.makeFolder("folder")
    func message(_ path: String) -> String? {
      do throws(OutputError) {
        _ = try OutputFile(.path(path), randomAccess: true)
        return nil
      } catch { return error.description }
    }
    #expect(message(folder["folder"]) == "cannot write \(folder["folder"]): it is a folder")
    #expect(message(folder["no/x"]) == "cannot write \(folder["no/x"]): there is no folder \(folder["no"])")
  }
}
