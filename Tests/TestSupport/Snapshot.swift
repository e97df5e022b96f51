import Foundation
import Testing

/// Compares a text with the file that keeps it, `Tests/Fixtures/NAME`.
///
/// With `HEADSCOPE_RECORD=1` in the environment the file is written instead, and the test fails, so that nobody takes a
/// recording for a pass.
public func expectSnapshot(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let path = Fixtures.path(name)
  if ProcessInfo.processInfo.environment["HEADSCOPE_RECORD"] == "1" {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    Issue.record(
      "recorded \(name); look at it, then run again without HEADSCOPE_RECORD", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(contentsOfFile: path, encoding: .utf8)
  guard expected != text + "\n" else { return }
  let lines = (
    expected.split(separator: "\n", omittingEmptySubsequences: false),
    text.split(separator: "\n", omittingEmptySubsequences: false)
  )
  let first = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }
  Issue.record(
    """
    \(name) is not what it was. First difference in line \((first?.offset ?? min(lines.0.count, lines.1.count)) + 1):
    was: \(first?.element.0 ?? "")
    is:  \(first?.element.1 ?? "")
    all of it:
    \(text)
    """, sourceLocation: sourceLocation)
}
