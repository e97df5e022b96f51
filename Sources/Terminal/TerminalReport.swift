import CNcurses
import Canvas
import Glibc
import Support
import UserInput

/// What can be said of a terminal without taking it over.
public struct TerminalReport: Sendable, Equatable {
  /// What the terminfo database has under the terminal's name.
  public enum Entry: Sendable, Equatable {
    /// TERM is not set, so there is no name.
    case unnamed
    case unknown
    case cannotMoveCursor
    case usable
  }

  /// How the description with 24-bit colours comes about.
  public enum ColorEntry: Sendable, Equatable {
    case notNeeded
    /// In the user's cache.
    case kept
    /// Made anew at every start, because the cache cannot be written.
    case temporary
    /// There is no `tic`, or no template.
    case impossible
  }

  /// TERM. Untrusted.
  public var name: String?
  /// What terminfo has under that name.
  public var entry: Entry
  /// The name of the description that stands in for one that there is not; nil where there is one.
  public var standIn: String?
  /// How many colours the description has.
  public var describedColors: Int
  /// How many colours the program uses there.
  public var depth: ColorDepth
  /// How the description with 24-bit colours comes about.
  public var colorEntry: ColorEntry
  /// The value of HEADSCOPE_COLORS where the program refuses it. Untrusted.
  public var refusedColors: String?
  /// What the locale is to be, as the environment says. Untrusted.
  public var locale: String
  /// The encoding of the locale that there is.
  public var codeset: String
  /// Which characters the locale lets through.
  public var glyphs: GlyphSet
  /// Whether the mouse is asked for.
  public var takesMouse: Bool
  /// Whether standard input is a terminal.
  public var isInput: Bool
  /// Whether standard output is a terminal.
  public var isOutput: Bool
  /// The size of the terminal that any of the standard streams leads to, or else of the one that controls this process.
  public var size: Size?
  /// What ncurses says of its version.
  public var library: String

  /// A report put together by hand, for tests: of an ordinary terminal, unless changed.
  public init(name: String?, size: Size?) {
    self.name = name
    entry = name == nil ? .unnamed : .usable
    describedColors = 256
    depth = .indexed256
    colorEntry = .notNeeded
    locale = "C.UTF-8"
    codeset = "UTF-8"
    glyphs = .unicode
    takesMouse = true
    isInput = size != nil
    isOutput = size != nil
    self.size = size
    library = "ncurses"
  }

  /// Looks at the terminal of this process.
  /// - Parameter assets: the folder of `Assets`.
  @MainActor public init(assets: String?, environment: Environment = .process) {
    let size = Self.windowSize()
    self.init(name: environment["TERM"], size: size)
    isInput = isatty(STDIN_FILENO) == 1
    isOutput = isatty(STDOUT_FILENO) == 1
    library = String(cString: curses_version())
    locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
    glyphs = TextEncoding.set(for: environment).glyphs
    codeset = String(cString: nl_langinfo(nl_item(CODESET)))
    describedColors = 0
    depth = .none
    takesMouse = false
    do throws(TerminalError) {
      let description = try Terminal.describe(environment, assets: assets)
      if description.name != name { standIn = description.name }
      describedColors = max(0, description.colors)
      takesMouse = TerminalModes(description: description).isXtermLike
      depth = .supported(by: description, environment: environment)
      if let requested = try ColorDepth.requested(by: environment) { depth = requested }
      if depth == .truecolor { prepareColors(description, assets: assets, environment: environment) }
    } catch {
      switch error {
      case .noTerminalName: entry = .unnamed
      case .noCursorMovement: entry = .cannotMoveCursor
      case .badColors(let value): refusedColors = value
      default: entry = .unknown
      }
    }
  }

  /// Does what the program does when it starts on a terminal with 24-bit colours.
  private mutating func prepareColors(_ description: TerminalDescription, assets: String?, environment: Environment) {
    guard let entry = TerminfoEntry.prepare(for: description.name, assets: assets, environment: environment) else {
      colorEntry = .impossible
      if describedColors < 0x100_0000 { depth = describedColors >= 256 ? .indexed256 : .eight }
      return
    }
    colorEntry = entry.isTemporary ? .temporary : .kept
    if entry.isTemporary { Files.remove(Files.parent(of: entry.folder)) }
  }

  private static func windowSize() -> Size? {
    let own = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    defer { if own >= 0 { close(own) } }
    for descriptor in [STDOUT_FILENO, STDIN_FILENO, STDERR_FILENO, own] where descriptor >= 0 {
      var window = winsize()
      if isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
        window.ws_row > 0
      {
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
      }
    }
    return nil
  }
}
