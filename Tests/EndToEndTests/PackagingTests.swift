import Support
import TestSupport
import Testing

@testable import headscope

/// What a release takes from one place each.
@Suite struct PackagingTests {
  private func file(_ name: String) -> String { String(decoding: Fixtures.bytes(atRootPath: name), as: UTF8.self) }

  @Test func thereIsOneVersion() throws {
    let outcome = try Program.shell("Packaging/version", in: Fixtures.root)
    #expect(outcome.text == "\(programVersion)\n", "\(outcome.errors)")
    #expect(file("CITATION.cff").split(separator: "\n").contains("version: \(programVersion)"))
    #expect(file("CHANGELOG.md").contains("\n## [\(programVersion)]"))
  }

  /// The bill of materials and the file of licences speak of the same things, and of every package that is linked.
  @Test func licencesAndBillAreComplete() throws {
    let outcome = try Program.shell(
      "Packaging/bill --licences && Packaging/bill '\(Program.path)'", in: Fixtures.root,
      environment: ["SOURCE_DATE_EPOCH": "0"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for match in file("Package.swift").matches(of: /\.package\(url: "[^"]*\/([^"\/]+)"/) {
      #expect(outcome.text.contains("\"name\": \"\(match.1)\""))
    }
    for match in file("Package.swift").matches(of: /cLibrary\("C([A-Za-z0-9]+)"/) where match.1 != "Curl" {
      #expect(outcome.text.contains("\"name\": \"\(match.1.lowercased())\""))
    }
  }

  /// A tarball's scripts put files into a prefix and take them out again, beside those of others.
  @Test func whatATarballInstallsItRemoves() throws {
    let folder = TemporaryFolder()
    let (tree, prefix) = (folder["tree"], folder["a prefix"])
    folder.write("program", to: "tree/bin/headscope")
    folder.write("library", to: "tree/lib/headscope/library.so")
    folder.write("lesson", to: "tree/share/headscope/sessions/a lesson.jsonl")
    folder.write("mine", to: "a prefix/share/headscope/models/mine")
    let outcome = try Program.shell(
      """
      cp Packaging/tarball-scripts/* '\(tree)' && HOME='\(prefix)' '\(tree)/install' '\(prefix)' >/dev/null &&
      cat '\(prefix)/share/headscope/sessions/a lesson.jsonl' && '\(prefix)/share/headscope/uninstall' && cd '\(prefix)' && find .
      """, in: Fixtures.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      Set(outcome.text.split(separator: "\n")) == [
        "lessonremoved \(prefix)/bin/headscope", ".", "./share", "./share/headscope", "./share/headscope/models",
        "./share/headscope/models/mine",
      ])
  }
}
