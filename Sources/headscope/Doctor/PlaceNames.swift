import Support

/// What folders are called where nothing personal may be named: by the variable that leads to them, or from the home folder.
struct PlaceNames {
  /// Variables and what they hold, the longest folders first.
  private let variables: [(name: String, folder: String)]

  /// - Parameter environment: the variables of the process.
  init(environment: [String: String]) {
    let names = [
      "HEADSCOPE_MODELS", "HEADSCOPE_SESSIONS", "HEADSCOPE_ASSETS", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME",
      "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME",
    ]
    variables = names.compactMap { name in
      var folder = environment[name] ?? ""
      while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
      return folder.isEmpty || folder == "/" ? nil : (name, folder)
    }.sorted { $0.folder.utf8.count > $1.folder.utf8.count }
  }

  /// A folder that the program itself chose, below one of the variables; nil where none of them leads to it.
  func name(of folder: String) -> String? {
    for variable in variables where folder == variable.folder || folder.hasPrefix(variable.folder + "/") {
      return (variable.name == "HOME" ? "~" : "$\(variable.name)") + folder.dropFirst(variable.folder.count)
    }
    return nil
  }

  /// A text in which no folder is named: words that are paths become "...".
  static func withoutPaths(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let start = word.firstIndex { !"'\"(`".contains($0) } ?? word.startIndex
      let path = word[start...]
      guard path.hasPrefix("/") || path.hasPrefix("~/") || path.hasPrefix("./") || path.hasPrefix("../") else {
        return String(word)
      }
      let end = path.lastIndex { !"'\"),:;.`".contains($0) }.map { path.index(after: $0) } ?? path.endIndex
      return word[..<start] + "..." + path[end...]
    }.joined(separator: " ")
  }
}
