import ExplorerAppTestSupport
import JSON
import TestSupport
import Testing

/// A checkpoint whose weights hold NaN: refused where its numbers would be taken at their word, opened where somebody can
/// look at what comes of it.
@Suite struct DamagedModelTests {
  private let model = TinyModel(without: ["model.safetensors"])
  private let program = Program()
  private let tensor = "bert.encoder.layer.1.attention.self.query.weight"

  init() throws {
    var bytes = try model.original("model.safetensors")
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(JSONValue(parsing: bytes[8..<8 + length]).objectValue)
    let start = try #require(header[tensor]?["data_offsets"]?.arrayValue?.first?.intValue)
    // The third number of the first row.
    let place = 8 + length + start + 8
    bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: Float.nan) { Array($0) })
    model.folder.write(bytes, to: "tiny/model.safetensors")
  }

  @Test func itsNumbersAreNotExported() throws {
    let outcome = try program.run(
      ["export", "--model", model.path, "The cat ran.", "-o", model.folder["x.npz"]])
    #expect(outcome.status == 1)
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains("tensor '\(tensor)' holds NaN at [0, 2]; the file is damaged"))
    #expect(!model.folder.list().contains("x.npz"))
  }

  @Test func itsPictureLeadsToTheCause() throws {
    func picture(_ keys: String) throws -> String {
      let outcome = try program.run([
        "export", "--model", model.path, "The cat ran.", "--view", "grid", "--size", "100x30", "--keys", keys, "-o",
        "-",
        "--format", "txt",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return String(decoding: outcome.output, as: UTF8.self)
    }
    #expect(try picture("").contains("tensor '\(tensor)' holds NaN at [0, 2]: the file is damaged"))
    #expect(try picture("Right").contains("! traces it to its cause"))
    let list = try picture("!")
    #expect(list.contains("1. Weights that are no numbers: tensor '\(tensor)'"))
    #expect(list.contains("2. NaN among the numbers, first in the queries of layer 1 head 0"))
    #expect(list.contains("Cause: look at W_Q and b_Q of this layer"))
    let steps = try picture("! 2")
    #expect(steps.contains("NaN! ") && steps.contains("layer 1 head 0") && steps.contains("3 Steps"))
  }
}
