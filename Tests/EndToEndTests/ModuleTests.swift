import Foundation
import TestSupport
import Testing

/// The modules are what `Package.swift` says: the compiler finds any module that is built, whether it was declared or not.
@Suite struct ModuleTests {
  private static let root = Fixtures.root

  /// What each module of `Package.swift` may import, by its name.
  private static func declared() throws -> [String: Set<String>] {
    let package = String(decoding: Fixtures.bytes("\(root)/Package.swift"), as: UTF8.self)
    var modules: [String: Set<String>] = [:]
    for match in package.matches(of: /module\(\s*"(\w+)"(?:,\s*uses:\s*\[([^\]]*)\])?/) {
      let uses = (match.2 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
      modules[String(match.1)] = Set(uses)
    }
    return modules
  }

  @Test func everyImportIsDeclared() throws {
    let modules = try Self.declared()
    #expect(modules.count > 15)
    let own = Set(modules.keys)
    for (module, uses) in modules {
      let folder = "\(Self.root)/Sources/\(module)"
      for file in try FileManager.default.subpathsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
        let text = String(decoding: Fixtures.bytes("\(folder)/\(file)"), as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix("import ") {
          let name = String(line.dropFirst("import ".count))
          #expect(!own.contains(name) || uses.contains(name), "\(file) imports \(name)")
        }
      }
    }
  }

  /// What `make docs` begins with names all modules that declare anything for others.
  @Test func theDocumentationNamesEveryModule() throws {
    let page = String(decoding: Fixtures.bytes("\(Self.root)/docs/Headscope.docc/Headscope.md"), as: UTF8.self)
    let named = page.matches(of: /^- ``\/(\w+)``/.anchorsMatchLineEndings()).map { String($0.1) }
    let sources = "\(Self.root)/Sources"
    var declaring: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: sources) where file.hasSuffix(".swift") {
      let text = String(decoding: Fixtures.bytes("\(sources)/\(file)"), as: UTF8.self)
      if text.contains(#/^ *public /#.anchorsMatchLineEndings()) { declaring.insert(String(file.prefix { $0 != "/" })) }
    }
    // The program's own are for its library of commands; the last two are links to the sources of VectorKernels.
    #expect(Set(named) == declaring.subtracting(["headscope", "VectorKernelsAVX2", "VectorKernelsAVX512"]))
    #expect(named.count == Set(named).count)
  }

  /// State, reducer and keys know no drawing, whichever way.
  @Test func whatIsExploredKnowsNoDrawing() throws {
    let modules = try Self.declared()
    var reached: Set<String> = []
    var waiting = ["Explorer"]
    while let module = waiting.popLast() {
      for name in modules[module] ?? [] where reached.insert(name).inserted { waiting.append(name) }
    }
    #expect(reached.contains("Insights"))
    #expect(reached.isDisjoint(with: ["Canvas", "Pictures", "Terminal", "ExplorerViews", "ExplorerApp"]))
  }

  /// The examples of how to add things (docs/how-to-add), with the number of source files that they change; all others are new.
  @Test(arguments: [("view", 3), ("statistic", 1), ("action", 1), ("key", 1), ("family", 1), ("format", 1)])
  func theExampleOfAnAdditionAppliesAndTouchesLittle(name: String, changed: Int) throws {
    let file = "docs/how-to-add/\(name).diff"
    let outcome = try Program.shell("git apply --check \(file)", in: Self.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = String(decoding: Fixtures.bytes("\(Self.root)/\(file)"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("--- a/Sources/") } == changed)
    #expect(lines.allSatisfy { !$0.hasPrefix("+++ ") || $0.hasPrefix("+++ b/Sources/") })
  }
}
