import Glibc
import Support
import TestSupport
import Testing

@testable import Tokenizers

/// Files that are larger than any tokenizer's: refused before anything is made of them.
@Suite struct OversizedFileTests {
  @Test(arguments: [
    ("tokenizer.json", FileLimit.tokenizer), ("vocab.txt", FileLimit.tokenizer),
    ("tokenizer_config.json", FileLimit.tokenizerSettings), ("special_tokens_map.json", FileLimit.tokenizerSettings),
  ])
  func everyFileHasALimit(file: String, limit: Int) {
    let folder = TestSupport.TemporaryFolder()
    // Holes take no place on the disk.
    folder.write([], to: file)
    #expect(truncate(folder[file], off_t(limit + 1)) == 0)
    let error = #expect(throws: TokenizerError.self) { try TokenizerFolder(folder.path) }
    #expect(error?.description.hasSuffix("is larger than the \(limit) bytes that such a file may have") == true)
  }
}
