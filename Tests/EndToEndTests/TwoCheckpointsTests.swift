import JSON
import TestSupport
import Testing

/// Two checkpoints of one architecture, head by head: one is the other with its last layer's queries changed, as
/// fine-tuning changes most of all the last layers.
@Suite struct TwoCheckpointsTests {
  private let folder = TemporaryFolder()
  private let program: Program

  init() throws {
    for name in ["first", "second"] {
      for (file, place) in [
        ("config.json", "encoders/bert-mlm-cased"), ("model.safetensors", "encoders/bert-mlm-cased"),
        ("tokenizer.json", "tokenizers/wordpiece-cased"),
      ] where name == "first" || file != "model.safetensors" {
        folder.link("\(name)/\(file)", to: Fixtures.path("\(place)/\(file)"))
      }
    }
    var bytes = try contents(of: Fixtures.path("encoders/bert-mlm-cased/model.safetensors"))
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(JSONValue(parsing: bytes[8..<8 + length]).objectValue)
    let tensor = try #require(header["bert.encoder.layer.1.attention.self.query.weight"])
    let offsets = try #require(tensor["data_offsets"]?.arrayValue?.compactMap { $0.intValue })
    // Head 2 of the last layer, whose rows are the last third, asks the opposite.
    let rows = 8 + length + offsets[0] + (offsets[1] - offsets[0]) / 3 * 2
    for place in stride(from: rows, to: 8 + length + offsets[1], by: 4) { bytes[place + 3] ^= 0x80 }
    folder.write(bytes, to: "second/model.safetensors")
    program = Program(environment: ["HEADSCOPE_MODELS": folder.path])
  }

  private func picture(_ keys: String) throws -> [String] {
    let outcome = try program.run([
      "export", "--model", "first", "The cat ran.", "--view", "grid", "--size", "120x40", "--keys", keys, "-o", "-",
      "--format", "txt",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  @Test func theHeadThatChangedComesFirstAndTheOthersAreTheSame() throws {
    let rows = try picture("b M Down Enter 8 v")
    #expect(rows.contains { $0.contains("A put aside: first") && $0.contains("B now: second") })
    let numbers = rows.compactMap { $0.firstMatch(of: /(L\d H\d) +(-?[01](?:\.\d{4,})?)\s/) }.map { match in
      (head: String(match.1), cosine: Double(match.2) ?? .nan)
    }
    #expect(numbers.count == 6)
    #expect(numbers.first?.head == "L1 H2")
    #expect(try #require(numbers.first).cosine < 0.99)
    #expect(numbers.dropFirst().allSatisfy { $0.cosine == 1 })
    // The pictures of the head that changed, by name.
    let tokens = try picture("b M Down Enter J L L 8")
    #expect(tokens.contains { $0.contains("A put aside L1 H2: first") && $0.contains("B now L1 H2: second") })
    #expect(tokens.contains { $0.hasPrefix("The largest changes") })
  }

  @Test func theOtherWayRoundItIsTheSameDistance() throws {
    let there = try picture("b M Down Enter 8 v").joined()
    let back = try picture("M Down Enter b M Up Enter 8 v").joined()
    func cosine(_ text: String) throws -> Substring {
      try #require(text.firstMatch(of: /L1 H2 +(-?[01]\.\d{4})/)).1
    }
    #expect(try cosine(there) == cosine(back))
  }
}
