import Activations
import ArgumentParser
import Canvas
import Explorer
import ExplorerViews
import Glibc
import JSON
import Terminal
import UserInput

/// From a key to the finished frame: keymap, reducer, drawing, and ncurses into a pseudo-terminal.
struct BenchFramesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frames", abstract: "Time frames while moving about in computations that are made up.")

  @Option(help: "Columns of the terminal.") var columns = 200
  @Option(help: "Rows of the terminal.") var rows = 60
  @Option(help: "Layers of the model.") var layers = 12
  @Option(help: "Heads of each layer.") var heads = 12
  @Option(help: "Positions of the input.") var tokens = 24
  @Option(help: "The view to move about in: grid or head.") var view = "grid"
  @Option(help: "How many keys are pressed.") var keys = 1000

  func run() throws {
    guard let viewID = ViewID(rawValue: view) else { throw UsageError("--view \(view): there is no such view") }
    guard (1...1000).contains(columns), (1...500).contains(rows), (1...100).contains(layers), (1...100).contains(heads),
      (1...512).contains(tokens), (1...1_000_000).contains(keys)
    else { throw UsageError("1000x500 cells, 100 layers of 100 heads, 512 tokens and a million keys are the most") }
    setenv("TERM", "xterm-256color", 1)
    setenv("COLORTERM", "truecolor", 1)
    setenv("LC_ALL", "C.UTF-8", 1)
    let (timings, bytes) = try MainActor.assumeIsolated { try measure(viewID) }
    let total = bytes.reduce(0, +)
    var line = JSONObject(timings.json)
    line["view"] = JSONValue(view)
    line["size"] = JSONValue("\(columns)x\(rows)")
    line["heads"] = JSONValue("\(layers)x\(heads)")
    line["tokens"] = .integer(tokens)
    line["mean_bytes"] = .number(Double(total) / Double(bytes.count))
    line["max_bytes"] = .integer(bytes.max() ?? 0)
    try BenchOutput().print(.object(line))
  }

  /// The time of every frame, and what it wrote.
  @MainActor
  private func measure(_ view: ViewID) throws -> (Timings, [Int]) {
    let model = SyntheticModel(layers: layers, heads: heads, positions: max(tokens, 8))
    var state = State(model: model.description, texts: [model.text(tokens)])
    func perform(_ action: Action) {
      settle(&state, reduce(&state, .action(action))) { model.answer($0) }
    }
    settle(&state, start(&state)) { model.answer($0) }
    perform(.show(view))

    let pseudoTerminal = try PseudoTerminal(columns: columns, rows: rows)
    defer { pseudoTerminal.end() }
    let terminal = try Terminal(assets: Assets.folder())
    defer { terminal.close() }
    let scales = Assets.colorScales(in: Assets.folder()).filter { $0.kind == .sequential }
    let appearance = Appearance(depth: terminal.colorDepth, glyphs: terminal.glyphs, scales: scales)
    terminal.present(draw(state, appearance: appearance, size: terminal.size))
    var seen = pseudoTerminal.drained()

    let clock = ContinuousClock()
    var timings = Timings()
    var bytes: [Int] = []
    for index in 0..<keys {
      let key = Self.path[index % Self.path.count]
      let begin = clock.now
      if case .action(let action) = Keymap.resolve(
        .key(key), state: state, appearance: appearance, size: terminal.size)
      {
        perform(action)
      }
      terminal.present(draw(state, appearance: appearance, size: terminal.size))
      timings.add(clock.now - begin)
      let now = pseudoTerminal.drained()
      bytes.append(now - seen)
      seen = now
    }
    return (timings, bytes)
  }

  /// A walk that comes back to where it began, over every kind of step.
  private static let path: [Key] =
    Array(repeating: .right, count: 7) + Array(repeating: .down, count: 5) + Array(repeating: .left, count: 4)
    + Array(repeating: .up, count: 3) + [.character("l"), .character("j"), .character("h"), .character("k")]
}
