/// Where the files that tests read lie, found from the place of this source file.
public enum Fixtures {
  /// The root of the checkout.
  public static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// The path of a file or folder in `Tests/Fixtures`.
  public static func path(_ relative: String) -> String { "\(root)/Tests/Fixtures/\(relative)" }
}
