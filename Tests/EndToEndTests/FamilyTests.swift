import Foundation
import TestSupport
import Testing

/// Every family as a person has it: opened in a real terminal, padded, masked in every mode, recorded, and replayed.
@Suite(.waits) struct FamilyTests {
  /// The fixture of an encoder, and a tokenizer whose ids it knows.
  private static let families = [
    ("albert", "unigram-albert"), ("bert-mlm-cased", "wordpiece-cased"), ("deberta-v2", "unigram-deberta"),
    ("distilbert", "wordpiece-mpnet"), ("electra", "wordpiece-mpnet"), ("modernbert", "bytelevel-bpe-modernbert"),
    ("mpnet", "wordpiece-mpnet"), ("roberta", "bytelevel-bpe-roberta"), ("xlm-roberta", "unigram-xlmr"),
  ]

  @Test(arguments: families)
  func opensPadsMasksRecordsAndReplays(family: String, tokenizer: String) throws {
    let folder = TemporaryFolder()
    for file in ["config.json", "model.safetensors"] {
      folder.link("\(family)/\(file)", to: Fixtures.path("encoders/\(family)/\(file)"))
    }
    for file in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"] {
      folder.link("\(family)/\(file)", to: Fixtures.path("tokenizers/\(tokenizer)/\(file)"))
    }
    let session = folder["session.jsonl"]
    let terminal = try TmuxTerminal(
      columns: 100, rows: 30, environment: ["HEADSCOPE_MODELS": folder.path],
      command: [BuiltPrograms.path("headscope"), "The cat ran", "--model", family, "--session", session])
    try terminal.waitUntil("the first picture") { $0.contains("layer ") && $0.contains("mask keys") }
    try terminal.send(keys: "p")
    try terminal.waitUntil("padding") { !$0.contains("pad off") && !$0.contains("computing") }
    for mode in ["none", "full", "causal", "keys"] {
      try terminal.send(keys: "m")
      try terminal.waitUntil("mask \(mode)") { $0.contains("mask \(mode)") && !$0.contains("computing") }
    }
    // From wherever a new exploration starts in this model.
    try terminal.send(keys: "PPage", "Home", "Right", "Enter")
    try terminal.waitUntil("one head") { $0.contains("layer 0 head 1") && $0.contains("rank") }
    try terminal.send(keys: "q")
    #expect(try terminal.waitForEnd() == .status(0))

    let recorded = try String(contentsOfFile: session, encoding: .utf8)
    #expect(recorded.components(separatedBy: "\"fingerprint\"").count - 1 >= 5)
    var program = Program()
    program.environment = ["HEADSCOPE_MODELS": folder.path]
    let check = try program.run("replay", "--check", session)
    #expect(check.status == 0 && check.text.contains("the same as recorded"), "\(check.text)\(check.errors)")
  }
}
