import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

struct ScreenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let size: Size
    let appearance: Appearance
    let state: State
    var testDescription: String { name }
  }

  private static let cases: [Case] = {
    let small = Size(columns: 80, rows: 24)
    let medium = Size(columns: 120, rows: 40)
    func state(
      _ words: [String] = ["the", "cat", "ran"], pad: Int = 0, _ mode: MaskMode = .keys,
      _ change: (inout State) -> Void = { _ in }
    ) -> State {
      var state = Synthetic.state(words: words, pad: pad, mode: mode)
      change(&state)
      return state
    }
    let long = (0..<60).map { "w\($0)" }
    return [
      Case(name: "grid-80x24-ascii", size: small, appearance: Synthetic.ascii, state: state()),
      Case(
        name: "grid-80x24", size: small, appearance: Synthetic.colorless,
        state: state { $0.head = HeadIndex(layer: 3, head: 7) }),
      Case(name: "grid-120x40-padded", size: medium, appearance: Synthetic.colorless, state: state(pad: 3, .full)),
      Case(name: "grid-20x6", size: Frame.smallest, appearance: Synthetic.colorless, state: state()),
      Case(name: "grid-12x5", size: Size(columns: 12, rows: 5), appearance: Synthetic.colorless, state: state()),
      Case(
        name: "head-80x24", size: small, appearance: Synthetic.colorless,
        state: state(pad: 3) { ($0.view, $0.query, $0.key) = (.head, 2, 1) }),
      Case(
        name: "head-120x40-truecolor", size: medium, appearance: Synthetic.truecolor,
        state: state(pad: 3) { ($0.view, $0.query, $0.key) = (.head, 2, 1) }),
      Case(
        name: "head-80x24-blocks", size: small, appearance: Synthetic.colorless,
        state: state(long.prefix(14).map { $0 }) { ($0.view, $0.query, $0.key) = (.head, 4, 5) }),
      Case(
        name: "head-80x24-long", size: small, appearance: Synthetic.colorless,
        state: state(long) { ($0.view, $0.query, $0.key) = (.head, 40, 31) }),
      Case(
        name: "head-80x24-scrolled", size: small, appearance: Synthetic.colorless,
        state: state(long) { ($0.view, $0.query, $0.key, $0.zoom) = (.head, 40, 31, .fixed(.number)) }),
      Case(
        name: "prompt-80x24", size: small, appearance: Synthetic.colorless,
        state: state { $0.prompt = Prompt(text: "the cat 猫 ran", cursor: 9, original: "") }),
      Case(
        name: "help-80x24", size: small, appearance: Synthetic.colorless, state: state { $0.overlay = .help(scroll: 0) }
      ),
      Case(
        name: "help-200x60", size: Size(columns: 200, rows: 60), appearance: Synthetic.colorless,
        state: state { $0.overlay = .help(scroll: 0) }),
      Case(
        name: "models-80x24", size: small, appearance: Synthetic.colorless,
        state: state {
          $0.overlay = .models(marked: 0)
          $0.models = models
        }),
      // Little room: the list keeps a few lines, and the marked one is among them.
      Case(
        name: "models-40x10", size: Size(columns: 40, rows: 10), appearance: Synthetic.colorless,
        state: state {
          $0.overlay = .models(marked: 3)
          $0.models = models
        }),
    ]
  }()

  private static let models = [
    ModelChoice(
      reference: "synthetic", name: "synthetic", origin: .modelsFolder, summary: "bert, 6 layers, 12 heads, 5 MB",
      place: "/models/synthetic"),
    ModelChoice(
      reference: "odd", name: "odd\u{1B}[31m", origin: .modelsFolder, summary: "incomplete", place: "/models/odd",
      obstacle: "/models/odd lacks tokenizer.json"),
    ModelChoice(
      reference: "org/cached", name: "org/cached", origin: .cache, summary: "mpnet, 12 layers, 12 heads, 438 MB",
      place: "/cache/models--org--cached/snapshots/1"),
    ModelChoice(
      reference: "org/part", name: "org/part", origin: .partlyDownloaded, summary: "41 MB so far",
      place: "/cache/models--org--part",
      obstacle: "go on with: headscope models pull org/part (model.safetensors is missing)"),
  ]

  @Test(arguments: cases) func screen(_ test: Case) throws {
    let canvas = draw(test.state, appearance: test.appearance, size: test.size)
    try expectSnapshot(canvas.text, "screens/\(test.name).txt")
  }

  /// Every size, every view, every appearance: nothing traps, nothing is drawn that a terminal would obey.
  @Test func everySizeCanBeDrawn() {
    var states = [Synthetic.state(), Synthetic.state(words: (0..<40).map { "w\($0)" }, pad: 5, mode: .full)]
    states.append(State(model: Synthetic.model(layers: 24, heads: 16)))
    for appearance in [Synthetic.truecolor, Synthetic.ascii] {
      for base in states {
        for columns in stride(from: 0, through: 130, by: 7) {
          for rows in stride(from: 0, through: 44, by: 5) {
            // What lies over a view is the same in all of them.
            let scenes: [(view: ViewID, overlay: Overlay?)] =
              ViewID.allCases.map { ($0, nil) } + [(.grid, .help(scroll: 3)), (.grid, .models(marked: 0))]
            for scene in scenes {
              var state = base
              (state.view, state.overlay) = scene
              let canvas = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows))
              #expect(canvas.size == Size(columns: columns, rows: rows))
            }
          }
        }
      }
    }
  }

  /// Until the first action, the screen says how to read a picture, where lessons are, and what to press.
  @Test(arguments: [Synthetic.truecolor, Synthetic.ascii]) func theFirstScreenExplainsItself(appearance: Appearance) {
    var state = Synthetic.state()
    state.head = HeadIndex(layer: 0, head: 1)
    (state.isFresh, state.lessonCount) = (true, 24)
    func text(_ columns: Int, _ rows: Int) -> String {
      draw(state, appearance: appearance, size: Size(columns: columns, rows: rows)).text
    }
    #expect(text(40, 12).contains("24 lessons") && text(40, 12).contains("i: type"))
    for (columns, rows) in [(80, 24), (120, 40), (200, 60), (300, 80)] {
      let screen = text(columns, rows)
      for words in ["is a head", "24 lessons", "own sentence", "class", "Enter", "layer 0 head 1", "previous"] {
        let isThere = screen.contains(words) || words == "is a head" && screen.contains("is one attention head")
        #expect(isThere, "\(words) at \(columns)x\(rows): \(screen)")
      }
      for jargon in ["softmax", "sqrt", "nats"] { #expect(!screen.contains(jargon), "\(screen)") }
    }
    _ = reduce(&state, .notice("a key that means nothing"))
    #expect(state.isUntouched)
    _ = reduce(&state, .action(.selectHead(HeadIndex(layer: 0, head: 0))))
    #expect(!text(80, 24).contains("24 lessons"))
    #expect(text(80, 24).contains("(self)") && text(80, 24).contains("nats"))
  }

  /// The pattern of a head stands beside its number in every view, but not where a question asks about it.
  @Test func thePatternStandsBesideTheHead() {
    for (head, name) in [(0, "self"), (1, "previous")] {
      var state = Synthetic.state(words: ["the", "cat", "ran", "over", "there"])
      state.head = HeadIndex(layer: 0, head: head)
      for view in ViewID.allCases {
        state.view = view
        state.playback = nil
        let size = Size(columns: 120, rows: 40)
        let status = { (state: State) in
          draw(state, appearance: Synthetic.truecolor, size: size).text.split(
            separator: "\n", omittingEmptySubsequences: false)[38]
        }
        #expect(status(state).contains("layer 0 head \(head) (\(name))"), "\(status(state))")
        var question = QuestionStatus(Question("Which?"))
        question.isRevealed = false
        state.playback = PlaybackStatus(
          title: "", position: 0, count: 1, time: 0, duration: 1, isPaused: true, speed: 1)
        state.playback?.question = question
        #expect(!status(state).contains("(\(name))"), "\(status(state))")
      }
    }
  }

  /// A hint that does not fit is left out. Leaving is the last to go.
  @Test func hintsAreWhole() throws {
    var playing = Synthetic.state()
    playing.playback = PlaybackStatus(
      title: "", position: 0, count: 1, time: 0, duration: 1, isPaused: true, speed: 1)
    var typing = Synthetic.state()
    typing.prompt = Prompt(text: "the cat", cursor: 0, original: "")
    for appearance in [Synthetic.colorless, Synthetic.ascii] {
      let known = KeyBinding.all.compactMap { binding in
        binding.keys.first.flatMap { key in binding.hint.map { "\(key.name(appearance.glyphs)) \($0)" } }
      }
      let scenes = ViewID.allCases.map { (Synthetic.state(), $0) } + [(playing, .grid), (typing, .grid)]
      for (scene, view) in scenes {
        var state = scene
        state.view = view
        for columns in Array(8...60) + stride(from: 61, through: 260, by: 7) {
          let size = Size(columns: columns, rows: 24)
          var canvas = Canvas(size: size)
          let frame = Frame(state: state, size: size)
          HintLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
          var line = try #require(
            canvas.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(23).first)
          if state.playback != nil { line = line.dropFirst(min(max(columns * 3 / 8, 18), columns)) }
          let hints = line.split(separator: "  ").map { $0.split(separator: " ").joined(separator: " ") }
          #expect(hints.allSatisfy { $0.isEmpty || known.contains($0) }, "\(view) at \(columns): \(line)")
          #expect(columns < 40 || hints.count > 1, "\(view) at \(columns): \(line)")
        }
      }
    }
  }

  @Test func theStatusLineAlwaysHasThePlainWords() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
      var state = Synthetic.state(pad: 3, mode: .full)
      state.head = HeadIndex(layer: 3, head: 7)
      for view in ViewID.allCases {
        state.view = view
        let text = draw(state, appearance: Synthetic.truecolor, size: Size(columns: columns, rows: rows)).text
        for words in ["layer 3 head 7", "mask full", "pad 8", "tokens 5"] { #expect(text.contains(words), "\(words)") }
      }
    }
    let unpadded = draw(Synthetic.state(), appearance: Synthetic.ascii, size: Size(columns: 80, rows: 24)).text
    #expect(unpadded.contains("pad off"))
  }

  @Test func noTokenIsDroppedByZoomingOut() {
    for positions in 1...70 {
      for dots in 1...70 {
        var seen = Set<Int>()
        for dot in 0..<dots { seen.formUnion(HeatImage.covered(dot, of: dots, among: positions)) }
        #expect(seen == Set(0..<positions), "\(positions) on \(dots)")
      }
    }
  }

  @Test func aDotIsTheMaximumOfItsPairs() {
    let values = (0..<36).map { Float(($0 * 29) % 37) / 37 }
    let tensor = Tensor(shape: [6, 6], values)
    var mask = AttentionMask(.none, attentionMask: Array(repeating: true, count: 6))
    for query in 0..<2 { for key in 0..<2 { mask[query, key] = false } }
    let image = HeatImage(tensor, mask: mask, columns: 3, rows: 3)
    #expect(image[0, 0] == nil)
    for row in 0..<3 {
      for column in 0..<3 where (column, row) != (0, 0) {
        let pairs = [(0, 0), (0, 1), (1, 0), (1, 1)].map { tensor[row * 2 + $0.0, column * 2 + $0.1] }
        #expect(image[column, row] == pairs.max())
      }
    }
  }

  @Test("what a long computation takes, how long, and how far it is, is said in every size", arguments: [false, true])
  func waiting(isInParts: Bool) {
    for size in [Size(columns: 24, rows: 8), Size(columns: 80, rows: 24), Size(columns: 160, rows: 50)] {
      var state = Synthetic.state()
      _ = reduce(&state, .action(.pad(to: 8)))
      let before = draw(state, appearance: Synthetic.ascii, size: size).text
      _ = reduce(&state, .progress(Synthetic.progress(id: 2, share: 0.34, isInParts: isInParts)))
      let text = draw(state, appearance: Synthetic.ascii, size: size).text
      #expect(before != text)
      #expect(text.contains("8,192 tokens"))
      #expect(text.contains("[###") && text.contains("...]"))
      guard size.columns >= 80 else { continue }
      #expect(text.contains("Computing 8,192 tokens: about 2 min"))
      #expect(text.contains("34 %, about 66 s to go; Esc stops it"))
      #expect(
        text.contains(
          isInParts ? "Attention (71 GB) is computed in parts; 2.3 GB are kept." : "It takes 73 GB of memory."))
    }
    // Of a short one nothing is said.
    var state = Synthetic.state()
    _ = reduce(&state, .progress(Synthetic.progress(id: 1, share: 0.34)))
    #expect(!draw(state, appearance: Synthetic.ascii, size: Size(columns: 80, rows: 24)).text.contains("8,192"))
  }
}
