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
}
