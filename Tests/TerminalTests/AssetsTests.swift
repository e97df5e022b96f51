import Canvas
import Foundation
import Support
import TestSupport
import Testing

@testable import Terminal

@Suite final class AssetsTests {
  private let folder = NSTemporaryDirectory() + "headscope-assets-" + UUID().uuidString.prefix(8)

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ text: String, _ path: String) throws {
    let file = URL(fileURLWithPath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  @Test func assetsAreFoundWhereTheProgramIs() throws {
    try write("", "usr/bin/headscope")
    let nothing = Environment([:])
    #expect(Assets.folder(executable: "\(folder)/usr/bin/headscope", environment: nothing) == nil)
    try write("", "assets/other")
    #expect(Assets.folder(executable: "\(folder)/usr/bin/headscope", environment: nothing) == nil)
    try write("", "assets/headscope.terminfo")
    #expect(Assets.folder(executable: "\(folder)/usr/bin/headscope", environment: nothing) == "\(folder)/assets")
    #expect(
      Assets.folder(executable: "\(folder)/.build/x/release/headscope", environment: nothing) == "\(folder)/assets")
    try write("", "usr/bin/assets/headscope.terminfo")
    #expect(
      Assets.folder(executable: "\(folder)/usr/bin/headscope", environment: nothing) == "\(folder)/usr/bin/assets")
    // As Scripts/install lays them.
    try write("", "usr/share/headscope/assets/headscope.terminfo")
    #expect(
      Assets.folder(executable: "\(folder)/usr/bin/headscope", environment: nothing)
        == "\(folder)/usr/share/headscope/assets")
    let chosen = Environment(["HEADSCOPE_ASSETS": "\(folder)/assets"])
    #expect(Assets.folder(executable: "\(folder)/usr/bin/headscope", environment: chosen) == "\(folder)/assets")
    #expect(Assets.folder(executable: "/x/y", environment: Environment(["HEADSCOPE_ASSETS": "\(folder)/no"])) == nil)
    #expect(Assets.folder(executable: "headscope", environment: nothing) == nil)
  }

  @Test func theTestsOwnAssetsAreThoseOfTheSources() {
    #expect(Assets.folder(environment: Environment([:])) == "\(Fixtures.root)/assets")
    #expect(
      Assets.colorScales(in: "\(Fixtures.root)/assets").map(\.id) == ["viridis", "cividis", "paper", "difference"])
  }

  @Test func brokenScalesAreLeftOut() throws {
    try write("title: B\nkind: sequential\norder: 2\nstops:\n000000 FFFFFF", "scales/b.scale")
    try write("title: A\nkind: sequential\norder: 3\nstops:\n000000 FFFFFF", "scales/a.scale")
    try write("title: C", "scales/c.scale")
    try write(String(repeating: "#", count: 2 << 20), "scales/d.scale")
    try write("", "scales/readme.txt")
    var problems: [String] = []
    #expect(Assets.colorScales(in: folder) { problems.append($0) }.map(\.id) == ["b", "a"])
    #expect(
      problems == [
        "\(folder)/scales/c.scale: the line 'kind: …' is missing; the colour scale is left out",
        "\(folder)/scales/d.scale: the colour scale cannot be read, or is longer than 1 MB; it is left out",
      ])
  }

  @Test func withoutFilesThereIsGrey() {
    #expect(Assets.colorScales(in: nil) == [.grey])
    #expect(Assets.colorScales(in: folder) == [.grey])
  }

  // MARK: - The terminal description

  @Test func entryIsCompiledOnceAndKept() throws {
    let environment = Environment(["XDG_CACHE_HOME": folder])
    let entry = try #require(
      TerminfoEntry.prepare(for: "xterm", assets: "\(Fixtures.root)/assets", environment: environment))
    #expect(entry.name == "headscope-xterm")
    #expect(!entry.isTemporary)
    #expect(entry.folder.hasPrefix("\(folder)/headscope/terminfo/"))
    let file = "\(entry.folder)/h/headscope-xterm"
    let made = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
    let again = try #require(
      TerminfoEntry.prepare(for: "xterm", assets: "\(Fixtures.root)/assets", environment: environment))
    #expect(again.folder == entry.folder)
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date == made)
    // Nothing else is left behind.
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/headscope/terminfo").count == 1)
  }

  @Test func withoutACacheTheEntryIsTemporary() throws {
    try write("", "file")
    let environment = Environment(["XDG_CACHE_HOME": "\(folder)/file", "TMPDIR": folder])
    let entry = try #require(
      TerminfoEntry.prepare(for: "xterm", assets: "\(Fixtures.root)/assets", environment: environment))
    #expect(entry.isTemporary)
    #expect(entry.whileFound { Files.exists("\(entry.folder)/h/headscope-xterm") })
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
  }

  @Test(arguments: ["no-such-terminal", "../../etc/passwd", "x y", "", "xterm,use=vt100", ".", "xterm\n"])
  func namesThatAreNoTerminals(name: String) {
    let environment = Environment(["XDG_CACHE_HOME": folder, "TMPDIR": folder])
    #expect(TerminfoEntry.prepare(for: name, assets: "\(Fixtures.root)/assets", environment: environment) == nil)
    #expect(TerminfoEntry.prepare(for: "xterm", assets: nil, environment: environment) == nil)
    #expect(TerminfoEntry.prepare(for: "xterm", assets: folder, environment: environment) == nil)
  }
}
