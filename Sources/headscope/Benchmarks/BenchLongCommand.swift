import Activations
import ArgumentParser
import Canvas
import Explorer
import ExplorerViews
import Glibc
import JSON
import Models
import Support
import Terminal
import UserInput

/// Long texts: from Enter to the grid, what that takes in memory, and from keys to their frames in every view.
struct BenchLongCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "long", abstract: "Time long texts in the explorer.")

  @OptionGroup var model: ModelOption
  @Option(help: "Positions of the input.") var tokens = 8192
  @Option(help: "How many bytes of probabilities are kept at most; without it, memory decides.") var keep: Int?
  @Option(help: "How many keys are pressed on a screen.") var keys = 40
  @Option(
    help:
      "The screens, separated by commas: all without it, but those of comparisons, which compute the text once more.")
  var screens: String?
  @Flag(help: "Only compute.") var onlyCompute = false

  func run() throws {
    guard (3...1 << 20).contains(tokens), keys > 0 else { throw UsageError("at least 3 tokens and 1 key are needed") }
    let screens = try self.screens?.split(separator: ",").map { name in
      guard let screen = BenchScreen.all.first(where: { $0.name == name }) else {
        throw UsageError(
          "--screens \(name): there is no such screen; there are \(BenchScreen.all.map(\.name).joined(separator: ", "))"
        )
      }
      return screen
    }
    setenv("TERM", "xterm-256color", 1)
    setenv("COLORTERM", "truecolor", 1)
    setenv("LC_ALL", "C.UTF-8", 1)
    let line = try MainActor.assumeIsolated { try measure(screens ?? BenchScreen.all) }
    try BenchOutput().print(.object(line))
  }

  @MainActor
  private func measure(_ screens: [BenchScreen]) throws -> JSONObject {
    let model = try Model.load(self.model.locate())
    // Words of one token each, so that there are as many as are asked for, in sentences of a dozen.
    let words = ["cat", "ran", "home", "dog", "river", "the", "old", "house", "night", "light", "water"]
    let text = (0..<tokens - 2).map { place in
      place % 12 == 11 ? "." : place % 12 == 0 ? "The" : words[place * 7 % words.count]
    }.joined(separator: " ")
    var explorer = BenchExplorer(model, text: text, mostProbabilities: keep)
    var line = JSONObject([])
    let pseudoTerminal = try PseudoTerminal(columns: 120, rows: 40)
    defer { pseudoTerminal.end() }
    let terminal = try Terminal(assets: Assets.folder())
    defer { terminal.close() }
    let scales = Assets.colorScales(in: Assets.folder()).filter { $0.kind == .sequential }
    let appearance = Appearance(depth: terminal.colorDepth, glyphs: terminal.glyphs, scales: scales)
    func show() { terminal.present(draw(explorer.state, appearance: appearance, size: terminal.size)) }

    let clock = ContinuousClock()
    let begin = clock.now
    try explorer.start()
    show()
    line["tokens"] = .integer(explorer.state.positions)
    line["in_parts"] = .bool(explorer.state.isReadInParts)
    line["computed_s"] = .number((clock.now - begin) / .seconds(1))
    line["largest_mib"] = .number(try ProcessMemory.mebibytes("VmHWM"))
    line["anonymous_mib"] = .number(try ProcessMemory.mebibytes("RssAnon"))
    guard !onlyCompute else { return line }
    for screen in screens {
      let begin = clock.now
      for action in screen.actions { try explorer.take(action) }
      line[JSONString("\(screen.name)_s")] = .number((clock.now - begin) / .seconds(1))
      let first = clock.now
      show()
      line[JSONString("\(screen.name)_first_ms")] = .number((clock.now - first) / .milliseconds(1))
      var timings = Timings()
      for index in 0..<keys {
        let begin = clock.now
        let resolution = Keymap.resolve(
          .key(Self.path[index % Self.path.count]), state: explorer.state, appearance: appearance, size: terminal.size)
        var effects: [Effect] = []
        if case .action(let action) = resolution { effects = explorer.begin(action) }
        show()
        timings.add(clock.now - begin)
        // What the screen waits for comes in its own time.
        try explorer.settle(effects)
      }
      line[JSONString("\(screen.name)_p50_ms")] = .number(timings.milliseconds(0.5))
      line[JSONString("\(screen.name)_p99_ms")] = .number(timings.milliseconds(0.99))
      line[screen.isOfTwo ? "largest_mib_of_two" : "largest_mib"] = .number(try ProcessMemory.mebibytes("VmHWM"))
    }
    return line
  }

  private static let path: [Key] = [.down, .down, .right, .right, .right, .down, .left, .up, .pageDown, .pageUp]
}

/// A screen on which keys are pressed, and what leads to it.
private struct BenchScreen {
  let name: String
  let actions: [Action]
  /// Whether two texts are held for it.
  var isOfTwo = false

  static let all: [BenchScreen] =
    [
      BenchScreen(name: "grid", actions: [.show(.grid)]), BenchScreen(name: "heads", actions: [.show(.heads)]),
      BenchScreen(name: "head", actions: [.show(.head), .zoom(.fit)]),
      BenchScreen(name: "head, cells", actions: [.show(.head), .zoom(.fixed(.block))]),
      BenchScreen(name: "head, dots", actions: [.show(.head), .zoom(.fixed(.dot))]),
      BenchScreen(name: "text", actions: [.show(.head), .zoom(.fit), .document(.show(true))]),
      BenchScreen(name: "text cells", actions: [.show(.head), .zoom(.fixed(.block)), .document(.show(true))]),
      BenchScreen(
        name: "sentences",
        actions: [.show(.head), .zoom(.fit), .document(.show(true)), .segments(.show(.sentences))]),
      BenchScreen(
        name: "lines",
        actions: [.document(.show(false)), .segments(.show(nil)), .show(.head), .lines(.show(true))]),
    ]
    + StepStage.allCases.map {
      BenchScreen(name: "step \($0.rawValue)", actions: [.lines(.show(false)), .show(.steps), .steps(.stage($0))])
    } + [
      BenchScreen(
        name: "all queries", actions: [.show(.steps), .steps(.showAllQueries(true)), .steps(.stage(.vectors))]),
      BenchScreen(name: "all scores", actions: [.steps(.stage(.scale))]),
      BenchScreen(name: "all contexts", actions: [.steps(.stage(.context))]),
      BenchScreen(name: "mask view", actions: [.steps(.showAllQueries(false)), .show(.mask)]),
      BenchScreen(name: "mask view, 0 and 1", actions: [.maskView(.picture(.grid))]),
      BenchScreen(name: "what looks odd", actions: [.diagnosis(.open)]),
      BenchScreen(
        name: "words",
        actions: [
          .diagnosis(.visit(DiagnosisPlace(view: .words, head: HeadIndex(layer: 1, head: 1), query: 5, key: 5)))
        ]),
      BenchScreen(name: "flow", actions: [.show(.flow), .zoom(.fit)]),
      BenchScreen(name: "flow, cells", actions: [.zoom(.fixed(.block))]),
      BenchScreen(name: "flow of a layer", actions: [.flow(.measure(.layer))]),
      BenchScreen(
        name: "compared", actions: [.show(.head), .compare(.putAside), .mask(.causal), .show(.compare)], isOfTwo: true),
      BenchScreen(name: "compared heads", actions: [.compare(.mode(.heads))], isOfTwo: true),
    ]
}
