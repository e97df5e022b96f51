// A program that shows what comes in through a terminal, for the tests of Terminal: every input as a line of text, a strip of
// colours, and ways to end badly. Tests run it in tmux.

import Canvas
import Glibc
import Terminal
import UserInput

@main @MainActor struct TerminalProbe {
  static func main() {
    do throws(TerminalError) {
      let probe = try Probe(arguments: Set(CommandLine.arguments.dropFirst()))
      exit(probe.run())
    } catch {
      say("terminal-probe: \(error.description)\n", on: STDERR_FILENO)
      exit(64)
    }
  }
}

@MainActor final class Probe {
  private let terminal: Terminal
  private let scale: ColorScale
  private let arguments: Set<String>
  private var lines: [String] = []
  private var count = 0
  /// Which picture is in the lower half, if any; no two look the same.
  private var pictures = 0

  init(arguments: Set<String>) throws(TerminalError) {
    self.arguments = arguments
    let assets = Assets.folder()
    scale = Assets.colorScales(in: assets)[0]
    terminal = try Terminal(assets: assets)
  }

  /// Runs until it is asked to end, and returns the exit status.
  func run() -> Int32 {
    let waker = terminal.waker
    while true {
      terminal.present(canvas())
      guard let input = terminal.nextInput(timeoutMilliseconds: arguments.contains("--timeout") ? 50 : nil) else {
        note("timeout")
        continue
      }
      note(Self.describe(input))
      switch input {
      case .end:
        terminal.close()
        print("ended")
        return 3
      case .key(.control("c")):
        terminal.close()
        print("closed")
        return 0
      case .key(.control("z")): terminal.suspend()
      case .key(.control("l")): terminal.redraw()
      case .key(.character("W")):
        startThread {
          for _ in 0..<1000 { waker.wake() }
        }
      case .key(.character("P")): storm()
      case .key(.character("C")): pictures += 1
      case .key(.character("D")): say("dirt all over the screen", on: STDOUT_FILENO)
      case .key(.character("E")): say("a message for later\n", on: STDERR_FILENO)
      case .key(.function(12)): crash()
      case .key(.function(11)): exit(5)
      case .key(.function(10)): abort()
      case .key(.function(9)): _ = Self.overflow(depth: 1)
      default: break
      }
    }
  }

  /// Many frames in which every cell has two new colours: more than there are numbers for pairs of colours.
  private func storm() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let start = time
    var color: UInt32 = 1
    let frames = 100
    for _ in 0..<frames {
      var canvas = Canvas(size: terminal.size)
      for row in 0..<canvas.size.rows {
        for column in 0..<canvas.size.columns {
          color = color &* 1_664_525 &+ 1_013_904_223
          canvas[column, row] = Cell(
            base: terminal.glyphs == .unicode ? "▀" : "=",
            style: Style(foreground: Color(color >> 8), background: Color(color >> 4)))
        }
      }
      terminal.present(canvas)
    }
    clock_gettime(CLOCK_MONOTONIC, &time)
    let milliseconds = (time.tv_sec - start.tv_sec) * 1000 + (time.tv_nsec - start.tv_nsec) / 1_000_000
    note("storm: \(milliseconds / frames) ms a frame")
  }

  private func note(_ line: String) {
    count += 1
    lines.append("\(count) \(line)")
    lines = lines.suffix(500)
  }

  private func canvas() -> Canvas {
    let size = terminal.size
    var canvas = Canvas(size: size)
    let glyphs = terminal.glyphs
    canvas.draw(
      "probe \(size.columns)x\(size.rows) \(terminal.colorDepth) \(glyphs) é漢e\u{301}|", column: 0, row: 0,
      style: Style(attributes: .bold), glyphs: glyphs)
    for column in 0..<size.columns {
      let upper = scale.color(at: Float(column) / Float(max(size.columns - 1, 1)))
      let lower = scale.color(at: 1 - Float(column) / Float(max(size.columns - 1, 1)))
      canvas[column, 1] = Cell(base: glyphs == .unicode ? "▀" : "=", style: Style(foreground: upper, background: lower))
    }
    canvas.draw("text", column: 0, row: 2, style: Style(foreground: Color(0x80_8080), background: Color(0x70_7070)))
    canvas.draw("under", column: 5, row: 2, style: Style(attributes: [.underline, .reverse]))
    canvas.draw("orange", column: 11, row: 2, style: Style(foreground: Color(0xFF_8800)))
    let room = max(size.rows - 3, 0)
    for (row, line) in lines.suffix(room).enumerated() {
      canvas.draw(line, column: 0, row: row + 3, glyphs: glyphs)
    }
    if pictures > 0 {
      for row in size.rows / 2..<size.rows {
        for column in 0..<size.columns {
          let color = UInt32(truncatingIfNeeded: (row * size.columns + column + pictures) * 40_503)
          canvas[column, row] = Cell(
            base: glyphs == .unicode ? "▄" : "#",
            style: Style(foreground: Color(color & 0xFF_FFFF), background: Color((color >> 2) & 0xFF_FFFF)))
        }
      }
    }
    if arguments.contains("--cursor") {
      canvas.cursor = Point(column: min(7, size.columns - 1), row: min(4, size.rows - 1))
    }
    return canvas
  }

  private static func describe(_ input: Input) -> String {
    switch input {
    case .key(let key): "key \(key)"
    case .paste(let text): "paste \(text.utf8.count) \(text.prefix(40))"
    case .mouse(let event): "\(event.kind) \(event.point.column),\(event.point.row)"
    case .resized(let size): "resized \(size.columns)x\(size.rows)"
    case .wake: "wake"
    case .end: "end"
    }
  }

  private func crash() {
    let nothing: [Int] = []
    lines.append("\(nothing[count])")
  }

  private static func overflow(depth: Int) -> Int {
    depth > 0 ? overflow(depth: depth &+ 1) &+ getpid().trailingZeroBitCount : 0
  }
}

private func say(_ text: String, on file: Int32) {
  _ = Array(text.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body))
  pthread_create(
    &thread, nil,
    { context in
      if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
      return nil
    }, box.toOpaque())
  pthread_detach(thread)
}

private final class Box: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
