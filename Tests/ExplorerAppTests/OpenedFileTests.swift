import Activations
import AttentionFiles
import Canvas
import Explorer
import ExplorerAppTestSupport
import ExplorerViews
import Exporting
import Insights
import Models
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

/// Attention from a file on the screen.
@Suite struct OpenedFileTests {
  private static let size = Size(columns: 120, rows: 36)
  private static let appearance = Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey])

  private static func rows(_ canvas: Canvas) -> [String] {
    (0..<canvas.size.rows).map { row in
      (0..<canvas.size.columns).map { Unicode.Scalar(canvas[$0, row].base).map(String.init) ?? "" }.joined()
    }
  }

  /// An export with its stages shows the same screens as the model did, but for the model's name.
  @Test(arguments: [MaskMode.keys, .none, .full, .causal])
  func anExportShowsWhatTheModelShowed(mode: MaskMode) throws {
    let tiny = TinyModel()
    let locator = ModelLocator(environment: [:], executablePath: "", currentFolder: "/")
    let model = try Model.load(try locator.locate(tiny.path))
    let request = EncodeRequest(
      texts: ["The cat ran", "A dog barked loudly"], padTo: 12, padSide: .left, maskMode: mode)
    let path = tiny.folder["x.safetensors"]
    try Export(
      request, inputs: model.tokenize(request), of: model, as: .safetensors, stages: true, program: "headscope test"
    ).run(to: .path(path))
    let file = try AttentionFile(path)
    #expect(file.request == request)
    for sentence in 0..<2 {
      let (ours, theirs) = (
        try file.encode(request.forSentence(sentence)), try model.encode(request.forSentence(sentence))
      )
      #expect(ours.input == theirs.input && ours.mask == theirs.mask)
      for (a, b) in zip(ours.trace.layers, theirs.trace.layers) {
        #expect(a.attentionProbabilities.values() == b.attentionProbabilities.values() && a.mask == b.mask)
        #expect(largestDifference(a.scaledScores().values(), b.scaledScores().values()) < 1e-4)
      }
      #expect(zip(ours.trace.hiddenStates, theirs.trace.hiddenStates).allSatisfy { $0.values() == $1.values() })
    }
    for view in ViewID.allCases where view != .train {
      func screen(_ source: any EncodingSource) throws -> [String] {
        var state = State(model: source.description, texts: request.texts)
        (state.exploration.padTo, state.padSide, state.maskMode) = (12, .left, mode)
        state.view = view
        state.exploration.head = HeadIndex(layer: 1, head: 2)
        state.exploration.mark(query: 9, key: 8)
        return Self.rows(
          try OffscreenExplorer(state, model: source, appearance: Self.appearance, size: Self.size).bareCanvas)
      }
      // What can be changed for a comparison is less.
      func shown(_ source: any EncodingSource) throws -> [String] {
        try screen(source).filter { view != .compare || !$0.contains("2. ") }
      }
      #expect(try shown(file) == shown(model), "\(view)")
    }
  }

  /// Files that are opened, each with what it lacks.
  private static let files: [(name: String, array: String?, mostHeld: Int)] = [
    ("plain.npy", nil, 1 << 20), ("decoder.safetensors", nil, 1 << 20), ("seq2seq.safetensors", nil, 1 << 20),
    ("seq2seq.safetensors", "cross_attentions", 1 << 20), ("seq2seq.safetensors", "cross_attentions", 0),
    ("patches.safetensors", nil, 0), ("window.npy", nil, 1 << 20),
  ]

  /// Whatever is pressed, and however small the terminal is: something is drawn, and nothing is changed that would have to be computed.
  @Test(arguments: 0..<files.count) func everyKeyDoesSomethingSensible(index: Int) throws {
    let (name, array, mostHeld) = Self.files[index]
    let file = try AttentionFile(Fixtures.path("attention/\(name)"), array: array, mostHeld: mostHeld)
    let opening = try Opening(file)
    var handler = EffectHandler(model: file, reference: file.description.name)
    var state = opening.state
    func take(_ message: Message) {
      settle(&state, reduce(&state, message)) { effect in
        do { return try handler.answer(effect) } catch { return effect.failure("\(error)") }
      }
    }
    for action in opening.actions { take(.action(action)) }
    #expect(state.failure == nil && state.encoding != nil)
    let request = state.encoding?.request
    var numbers = SeededGenerator(seed: UInt64(index) &+ 160)
    let sizes = [
      Self.size, Size(columns: 80, rows: 24), Size(columns: 40, rows: 12), Size(columns: 20, rows: 6),
      Size(columns: 200, rows: 60),
    ]
    for _ in 0..<400 {
      let size = sizes.randomElement(using: &numbers) ?? Self.size
      var appearance = Self.appearance
      if numbers.once(in: 4) { appearance = Appearance(depth: .none, glyphs: .ascii, scales: [.grey]) }
      if numbers.once(in: 5) { appearance.presentation = Presentation(theme: .dark) }
      for input in JourneyKeys.few(in: state, &numbers) where input != .key(.enter) || state.overlay == nil {
        if case .action(let action) = Keymap.resolve(input, state: state, appearance: appearance, size: size) {
          take(.action(action))
        }
        let canvas = draw(state, appearance: appearance, size: size)
        #expect(canvas.size == size)
      }
      #expect(state.failure == nil, "\(state.failure ?? "")")
      if state.wantedSource == file.description.name, let shown = state.encoding?.request, let request {
        #expect(shown.texts == request.texts && shown.maskMode == request.maskMode && shown.padTo == request.padTo)
      }
    }
  }

  @Test func whatIsMissingIsSaid() throws {
    let path = Fixtures.path("attention/seq2seq.safetensors")
    func screen(_ view: ViewID, array: String) throws -> String {
      let file = try AttentionFile(path, array: array)
      var state = State(model: file.description, texts: file.request.texts)
      state.maskMode = file.request.maskMode
      state.view = view
      return Self.rows(
        try OffscreenExplorer(state, model: file, appearance: Self.appearance, size: Self.size).canvas
      ).joined(separator: "\n")
    }
    #expect(try screen(.steps, array: "encoder_attentions").contains("Steps: this needs queries, keys and values"))
    #expect(try screen(.words, array: "encoder_attentions").contains("Words: this needs hidden states"))
    #expect(try screen(.train, array: "encoder_attentions").contains("Train: this needs the model"))
    #expect(try screen(.mask, array: "encoder_attentions").contains("Mask: this needs the attention mask"))
    #expect(try screen(.flow, array: "cross_attentions").contains("Flow: this needs queries and keys of one sentence"))
    #expect(try screen(.flow, array: "encoder_attentions").contains("rollout"))
    #expect(try screen(.mask, array: "decoder_attentions").contains("may a query (upwards) attend to a key"))
    let cross = try screen(.head, array: "cross_attentions")
    #expect(cross.contains("Q <pad> ␣Die ␣Katze K ␣The ␣cat ␣ran </s>") && cross.contains("queries 3, keys 4"))
  }

  /// What is noted of heads as they are read is what the whole gives.
  @Test(arguments: ["decoder.safetensors", "patches.safetensors"])
  func overviewsAreTheNumbersOfTheWhole(name: String) throws {
    let path = Fixtures.path("attention/\(name)")
    let (whole, parts) = (try AttentionFile(path), try AttentionFile(path, mostHeld: 0))
    let (a, b) = (try whole.encode(whole.request), try parts.encode(parts.request))
    let table = HeadStatistics.table(of: a)
    for layer in table.indices {
      let overviews = try #require(HeadOverview.layer(layer, of: b, isCancelled: { false }))
      for (head, overview) in overviews.enumerated() {
        // Masks of layers are looked at in a part of the file only.
        if name == "decoder.safetensors" {
          // Sums over some queries at a time are rounded otherwise.
          for measure in HeadStatistic.all {
            #expect(abs(overview.statistics[measure] - table[layer][head][measure]) < 1e-6, "\(measure)")
          }
          #expect(overview.statistics.offset == table[layer][head].offset)
        }
        let map = a.trace.layers[layer].probabilities(head: head)
        #expect(overview.largest == map.largest())
        #expect(overview.strongest.map { map[$0.query, $0.key] } == map.largest())
      }
    }
  }

  @Test func picturesOfLongTextsAreThoseOfAllPairs() throws {
    let (queries, keys) = (300, 300)
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<queries).flatMap { _ -> [Float] in
      let row = generator.floats(keys, in: 0...1)
      let sum = row.reduce(0, +)
      return row.map { $0 / sum }
    }
    let folder = TemporaryFolder()
    var builder = SafetensorsBuilder()
    builder.add("attentions", shape: [1, 1, queries, keys], rows)
    folder.write(builder.file, to: "long.safetensors")
    let parts = try AttentionFile(folder["long.safetensors"], mostHeld: 0)
    let encoding = try parts.encode(parts.request)
    let overview = try #require(HeadOverview.layer(0, of: encoding, isCancelled: { false })?.first)
    #expect(overview.factor == 3 && overview.columns == 100 && overview.rows == 100)
    for row in 0..<100 {
      for column in 0..<100 {
        let largest = (0..<9).map { rows[(row * 3 + $0 / 3) * keys + column * 3 + $0 % 3] }.max()
        #expect(overview.cells[row * 100 + column] == largest)
      }
    }
  }
}

extension State {
  fileprivate var wantedSource: String { exploration.model }
}
