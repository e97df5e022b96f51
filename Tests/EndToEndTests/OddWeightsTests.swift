import Activations
import Canvas
import Explorer
import ExplorerApp
import ExplorerAppTestSupport
import ExplorerViews
import JSON
import Models
import Pictures
import TestSupport
import Testing
import UserInput

@testable import headscope

/// A checkpoint that holds one NaN or infinity, in whichever tensor: the explorer goes through all that it has to show, and
/// every picture of it can be exported.
@Suite struct OddWeightsTests {
  /// One of each kind of tensor, and the number in it that is replaced; nil for the embedding of the first word.
  static let tensors: [(name: String, number: Int?)] = [
    ("bert.embeddings.word_embeddings.weight", nil), ("bert.embeddings.position_embeddings.weight", 40),
    ("bert.embeddings.token_type_embeddings.weight", 5), ("bert.embeddings.LayerNorm.gamma", 3),
    ("bert.embeddings.LayerNorm.beta", 3), ("bert.encoder.layer.0.attention.self.query.weight", 2),
    ("bert.encoder.layer.0.attention.self.query.bias", 13), ("bert.encoder.layer.0.attention.self.key.weight", 2),
    ("bert.encoder.layer.0.attention.self.key.bias", 2), ("bert.encoder.layer.0.attention.self.value.weight", 2),
    ("bert.encoder.layer.1.attention.self.value.bias", 30), ("bert.encoder.layer.0.attention.output.dense.weight", 7),
    ("bert.encoder.layer.0.attention.output.dense.bias", 7),
    ("bert.encoder.layer.0.attention.output.LayerNorm.gamma", 0), ("bert.encoder.layer.0.intermediate.dense.weight", 9),
    ("bert.encoder.layer.0.intermediate.dense.bias", 9), ("bert.encoder.layer.1.output.dense.weight", 1),
    ("bert.encoder.layer.1.output.LayerNorm.beta", 35), ("cls.predictions.transform.dense.weight", 2),
    ("cls.predictions.transform.LayerNorm.gamma", 2), ("cls.predictions.bias", 100),
  ]

  /// All views, with what changes their pictures.
  private static let keys = """
    J r 1 g v o V w w 2 + + g - - - - w w 0 c Down Right x a 3 Right Right Right v Right v Right Right v Right 4 v w 5 Left \
    6 r n 7 v o w w b p m 8 v o Enter Enter ! Esc e Esc A X
    """

  private static let looks: [Appearance] = [
    (ColorDepth.truecolor, GlyphSet.unicode), (.indexed256, .unicode), (.eight, .unicode), (.none, .unicode),
    (.truecolor, .ascii), (.eight, .ascii), (.none, .ascii),
  ].map { Appearance(depth: $0, glyphs: $1, scales: [.grey]) }

  /// The folder of a model that has another number at one place.
  private func model(_ value: Float, in tensor: String, at number: Int) throws -> TinyModel {
    let files = TinyModel(without: ["model.safetensors"])
    var bytes = try files.original("model.safetensors")
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(JSONValue(parsing: bytes[8..<8 + length]).objectValue)
    let start = try #require(header[tensor]?["data_offsets"]?.arrayValue?.first?.intValue, "no tensor \(tensor)")
    let place = 8 + length + start + 4 * number
    bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: value) { Array($0) })
    files.folder.write(bytes, to: "tiny/model.safetensors")
    return files
  }

  @Test(arguments: tensors.indices) func everyPictureCanBeExported(index: Int) throws {
    let sound = TinyModel()
    let tokens = try Model.load(try located(sound.path)).tokenize(EncodeRequest(texts: ["The"]))
    let word = Int(try #require(tokens.first).inputIDs[1])
    // Infinity in every tensor, too; its sign in turn.
    for (turn, value) in [Float.nan, index % 2 == 0 ? .infinity : -.infinity].enumerated() {
      let (tensor, number) = Self.tensors[index]
      let files = try model(value, in: tensor, at: number ?? word * 36 + 4)
      let damaged = try Model.load(try located(files.path), allowsDamagedWeights: true)
      var state = State(model: damaged.description, texts: ["The cat ran.", "The dog"])
      state.exploration.query = 1
      var explorer = try OffscreenExplorer(
        state, model: damaged, appearance: Self.looks[0], size: Size(columns: 90, rows: 26))
      var wasOdd = false
      for (step, name) in Self.keys.split(whereSeparator: \.isWhitespace).enumerated() {
        let key = try #require(Key(named: String(name)), "\(name)")
        // What a key means depends on where one is; not every one means something in every model.
        do { try explorer.press(key) } catch is UnusableKey {}
        wasOdd = wasOdd || explorer.state.computation?.isFinite == false
        // Every second moment, so that all of them come in one of the models.
        guard (step + index + turn) % 2 == 0 else { continue }
        let choice = (step + index) / 2 + turn
        var look = Self.looks[choice % Self.looks.count]
        if choice % 3 == 0 { look.presentation = Presentation(theme: .dark) }
        let canvas = draw(
          explorer.state, appearance: look, size: choice % 4 == 0 ? explorer.size : Size(columns: 64, rows: 18))
        let format = PictureFormat.allCases[choice % PictureFormat.allCases.count]
        #expect(!format.text(canvas, theme: nil, depth: look.depth, title: "odd").isEmpty)
      }
      #expect(wasOdd || tensor.hasPrefix("cls."), "\(tensor) \(value)")
      withExtendedLifetime(files) {}
    }
    withExtendedLifetime(sound) {}
  }

  private func located(_ path: String) throws -> ModelLocation {
    try ModelLocator(environment: [:], executablePath: "", currentFolder: "/").locate(path)
  }
}
