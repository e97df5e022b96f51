import CNcurses
import Glibc
import Support

/// Descriptions of terminals for machines that have none: of an old system, in a container, far from the terminal's own machine.
enum TerminfoFallback {
  /// Reads the description of a terminal: the system's, else the one that packages of the program bring (`terminfo` among its
  /// assets). What calls itself a kind of xterm and is in neither is taken for an xterm with 256 colours, as all of them can do.
  ///
  /// - Returns: the name under which it was found; nil where it was not.
  static func read(_ name: String, assets: String?) -> String? {
    if isFound(name) { return name }
    if let folder = assets.map({ "\($0)/terminfo" }), Files.isFolder(folder) {
      // For whoever looks from here on, ncurses and `tic` among them. An empty part stands for the system's own folders.
      let others = getenv("TERMINFO_DIRS").map { String(cString: $0) } ?? ""
      if !others.hasSuffix(":\(folder)") { setenv("TERMINFO_DIRS", "\(others):\(folder)", 1) }
      if isFound(name) { return name }
    }
    let common = "xterm-256color"
    return name.hasPrefix("xterm") && isFound(common) ? common : nil
  }

  /// Whether there is such a description; it is then the current one.
  private static func isFound(_ name: String) -> Bool {
    var status: Int32 = 0
    return setupterm(name, STDOUT_FILENO, &status) == OK
  }
}
