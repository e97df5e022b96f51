import CNcurses
import Canvas
import Glibc
import UserInput

/// The terminal that the program runs in, taken over for full-screen drawing. The only place that knows ncurses.
///
/// There can be one at a time. It is given back by `close`, and also when the program ends in any other way: `exit`, a signal,
/// a crash.
@MainActor public final class Terminal {
  /// Settings that win over what is found out.
  public struct Options: Sendable {
    /// How many colours to use at most; nil for what the environment asks for or the terminal is known to have.
    public var colorDepth: ColorDepth?

    /// Options in which nil leaves the choice to what is found out.
    public init(colorDepth: ColorDepth? = nil) { self.colorDepth = colorDepth }
  }

  /// The largest screen that is made use of.
  private static let largestSize = Size(columns: 1000, rows: 500)

  /// The size in character cells, at most 1000 × 500; `nextInput` reports when it changes.
  public private(set) var size: Size
  /// How many colours are really shown, which may be fewer than were asked for.
  public let colorDepth: ColorDepth
  /// Which characters the locale lets through.
  public let glyphs: GlyphSet
  /// Makes a waiting `nextInput` return `Input.wake`, from any thread.
  public nonisolated let waker: Waker

  private let screen: Screen
  private let restoration: Restoration
  private var decoder: InputDecoder<TerminalKeyStrokes>
  /// What to send when the screen is taken, and when it is left, beside what ncurses sends.
  private let modes: TerminalModes
  private var hasEnded = false
  private var isClosed = false
  /// Whether another program has the screen, until the job is continued.
  private var isAway = false
  private var isResized = false

  /// Says why the terminal cannot be taken over, as far as that is known without touching it.
  /// - Parameter assets: the folder of `Assets`.
  /// - Throws: the `TerminalError` that `init` throws.
  public static func check(assets: String?, environment: Environment = .process) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(stream: "standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(stream: "standard output") }
    _ = try ColorDepth.requested(by: environment)
    _ = try describe(environment, assets: assets)
  }

  /// Takes the terminal over.
  /// - Parameter assets: the folder of `Assets`; without it, there are no 24-bit colours.
  /// - Throws: a `TerminalError`, with the terminal left as it was.
  public init(assets: String?, options: Options = Options(), environment: Environment = .process)
    throws(TerminalError)
  {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(stream: "standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(stream: "standard output") }
    var requested = options.colorDepth
    if requested == nil { requested = try ColorDepth.requested(by: environment) }
    let encoding = TextEncoding.set(for: environment)
    let description = try Self.describe(environment, assets: assets)
    let depth = requested ?? .supported(by: description, environment: environment)
    var saved = termios()
    guard tcgetattr(STDIN_FILENO, &saved) == 0 else {
      throw .failed(reason: "its modes cannot be read: \(systemMessage())")
    }

    waker = try Waker()
    glyphs = encoding.glyphs
    modes = TerminalModes(description: description)
    // From here on, every end gives the terminal back.
    restoration = try Restoration(terminal: STDOUT_FILENO, modes: saved, sequences: modes.sequencesForRestoring)
    let started = Self.start(description, depth: depth, assets: assets, environment: environment)
    guard started, let strokes = TerminalKeyStrokes(file: STDIN_FILENO) else {
      restoration.end()
      throw .failed(reason: "ncurses does not start on '\(description.name)'")
    }
    decoder = InputDecoder(source: strokes)
    if encoding == .legacy { decoder.legacyCharacter = TextEncoding.legacyCharacter }
    Self.configure(environment)
    colorDepth = Self.startColors(depth)
    screen = Screen(depth: colorDepth, glyphs: glyphs, synchronizes: modes.isXtermLike)
    size = Size(columns: 0, rows: 0)
    restoration.holdMessages()
    modes.enter()
    adoptSize()
  }

  // MARK: - Output

  /// Shows a canvas, writing only what changed since the last one.
  ///
  /// What it lacks in size is blank, and what it has too much is left out. Where a key is pressed while a large change is
  /// written, the rest of it waits: for the next canvas, or for `nextInput` having nothing else to do.
  public func present(_ canvas: Canvas) {
    guard !isClosed, !isAway else { return }
    screen.present(canvas, size: size) { !hasInput }
  }

  /// Whether something can be read.
  private var hasInput: Bool {
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  /// Draws everything anew, after something else has written on the screen.
  public func redraw() {
    guard !isClosed, !isAway else { return }
    screen.repaint()
  }

  /// Asks the terminal to put a text on the clipboard. It may refuse, and does not say so.
  public func copy(_ text: String) {
    guard !isClosed, !isAway, modes.isXtermLike, let request = Clipboard.request(for: text) else { return }
    _ = Files.write(request, to: STDOUT_FILENO)
  }

  /// Stops the job, as Ctrl-Z does, with the terminal as it was before; returns when it is continued, or asked to end.
  public func suspend() {
    guard !isClosed, !isAway else { return }
    leaveScreen()
    restoration.releaseMessages()
    apply(restoration.stopJob())
    resume()
  }

  /// Makes the terminal as it was before, if the screen is ours: the one way in which it is given back, whatever the reason.
  private func leaveScreen() {
    guard !isAway else { return }
    isAway = true
    if isInForeground {
      modes.leave()
      endwin()
      restoration.setActive(false)
    } else {
      Restoration.giveBack()
    }
  }

  /// Gives back the terminal that this process has taken, if any, without ncurses: for code that ends the process at once.
  public nonisolated static func giveBack() { Restoration.giveBack() }

  /// Takes the screen again, as soon as the terminal is ours.
  private func resume() {
    while !hasEnded && !isInForeground {
      // Continued in the background. To touch the terminal there would stop us in a place where no signal gets through.
      let notices = restoration.stopJob()
      apply(notices)
      // No job control stops this process, so there is nothing to wait for.
      guard notices.contains(.resume) else { break }
    }
    guard !hasEnded else { return }
    isAway = false
    restoration.setActive(true)
    restoration.holdMessages()
    // Where the screen was given back from the background, ncurses does not know of it yet.
    if !isendwin() { endwin() }
    reset_prog_mode()
    isResized = true
    screen.repaint()
    modes.enter()
  }

  private var isInForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }

  /// Gives the terminal back. What comes after it is without effect.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    leaveScreen()
    restoration.end()
  }

  // MARK: - Input

  /// The next input; waits for it, at most so many milliseconds if given, and is nil if none came.
  ///
  /// After `Input.end`, only `Input.end` comes.
  public func nextInput(timeoutMilliseconds: Int? = nil) -> Input? {
    let deadline = timeoutMilliseconds.map { decoder.source.now.addingReportingOverflow(max($0, 0)).partialValue }
    while true {
      if isClosed || hasEnded { return .end }
      takeNotices()
      if hasEnded { return .end }
      if isResized {
        isResized = false
        if adoptSize() { return .resized(size) }
      }
      switch decoder.next() {
      case .input(let input): return input
      case .nothing: continue
      case nil: break
      }
      if waker.drain() { return .wake }
      let remaining = deadline.map { max($0 - decoder.source.now, 0) }
      if screen.isUnfinished, remaining != 0, !isAway, !hasInput {
        screen.finish(size: size) { !hasInput }
        continue
      }
      guard wait(remaining) else { return nil }
    }
  }

  private func takeNotices() {
    let notices = restoration.notices()
    apply(notices)
    guard !hasEnded else { return }
    if notices.contains(.stop) {
      suspend()
    } else if notices.contains(.resume) {
      // Something stopped us without asking, and the shell has had the terminal meanwhile: begin from the start.
      leaveScreen()
      resume()
    }
  }

  private func apply(_ notices: [Restoration.Notice]) {
    if notices.contains(.end) { hasEnded = true }
    if notices.contains(.resize) { isResized = true }
  }

  /// Waits until something can be read; false after the time given.
  private func wait(_ milliseconds: Int?) -> Bool {
    var requests = [STDIN_FILENO, restoration.readEnd, waker.readEnd].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let count = poll(&requests, nfds_t(requests.count), milliseconds.map { Int32(clamping: $0) } ?? -1)
    if count == 0 { return false }
    guard count > 0 else { return true }
    let state = Int32(requests[0].revents)
    var available: Int32 = 0
    if state & (POLLHUP | POLLERR | POLLNVAL) != 0 {
      hasEnded = true
    } else if state & POLLIN != 0, ioctl(STDIN_FILENO, UInt(FIONREAD), &available) != 0 || available == 0 {
      // Readable, and nothing to read: the other side is gone.
      hasEnded = true
    }
    return true
  }

  // MARK: - Size

  /// Makes the screen as large as the terminal is now, and says whether that is a change.
  @discardableResult
  private func adoptSize() -> Bool {
    var window = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0 && window.ws_row > 0
    let found =
      isKnown
      ? Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
      : Size(columns: Int(hs_columns()), rows: Int(hs_lines()))
    let new = Size(
      columns: min(found.columns, Self.largestSize.columns), rows: min(found.rows, Self.largestSize.rows))
    if new.columns != Int(hs_columns()) || new.rows != Int(hs_lines()) {
      resize_term(Int32(new.rows), Int32(new.columns))
    }
    guard new != size else { return false }
    size = new
    screen.forget()
    return true
  }
}

// MARK: - Starting

extension Terminal {
  static func describe(
    _ environment: Environment, assets: String?
  ) throws(TerminalError) -> TerminalDescription {
    guard let asked = environment["TERM"] else { throw .noTerminalName }
    guard let name = TerminfoFallback.read(asked, assets: assets) else { throw .unknownTerminal(name: asked) }
    defer { hs_forget_description() }
    guard hs_capability("cup") != nil else { throw .noCursorMovement(name: name) }
    let direct = tigetflag("RGB") > 0 || tigetflag("Tc") > 0 || tigetnum("RGB") > 0 || hs_capability("RGB") != nil
    return TerminalDescription(name: name, colors: Int(tigetnum("colors")), direct: direct)
  }

  private static func start(
    _ description: TerminalDescription, depth: ColorDepth, assets: String?, environment: Environment
  ) -> Bool {
    // LINES and COLUMNS of the environment do not follow when the window changes.
    use_env(false)
    use_tioctl(true)
    if depth == .truecolor,
      let entry = TerminfoEntry.prepare(for: description.name, assets: assets, environment: environment),
      entry.whileFound({ hs_start(entry.name) })
    {
      return true
    }
    return hs_start(description.name)
  }

  private static func configure(_ environment: Environment) {
    // Every key as it is pressed, Ctrl-C and Ctrl-Z among them; signals from elsewhere still come as signals.
    raw()
    noecho()
    nonl()
    if environment["ESCDELAY"] == nil { set_escdelay(50) }
    idlok(hs_screen(), false)
    idcok(hs_screen(), false)
    scrollok(hs_screen(), false)
    leaveok(hs_screen(), true)
    curs_set(0)
  }

  /// Starts colours, and says how many there really are.
  private static func startColors(_ wanted: ColorDepth) -> ColorDepth {
    guard wanted != .none, has_colors(), start_color() == OK else { return .none }
    use_default_colors()
    switch hs_colors() {
    case 0x100_0000...: return wanted
    case 256...: return wanted == .eight ? .eight : .indexed256
    case 8...: return .eight
    default: return .none
    }
  }
}
