import Glibc
import Safetensors
import Support
import TestSupport
import Testing

@testable import Encoders

/// A configuration that is larger than any model's: refused before anything is made of it.
@Suite struct OversizedFileTests {
  /// Holes take no place on the disk.
  private func folder(with file: String, bytes: Int) -> TemporaryFolder {
    let folder = TemporaryFolder()
    folder.write(Array(#"{"model_type": "bert"}"#.utf8), to: "config.json")
    folder.write([], to: file)
    #expect(truncate(folder[file], off_t(bytes)) == 0)
    return folder
  }

  @Test func aConfigurationHasALimit() {
    let folder = folder(with: "config.json", bytes: FileLimit.configuration + 1)
    let error = #expect(throws: EncoderError.self) { try loadEncoder(folder: folder.path, name: "x") }
    #expect(
      error?.description
        == "\(folder["config.json"]): is larger than the \(FileLimit.configuration) bytes that such a file may have")
  }
}
