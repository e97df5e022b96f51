import Encoders
import TestSupport
import Testing

@testable import Training

@Suite struct UntrainedFamiliesTests {
  @Test(
    "a family without a backward pass is refused in a line",
    arguments: ["gpt2", "jina_bert", "data2vec-text", "deberta"])
  func refuses(family: String) throws {
    let configuration = try Configuration(folder: Fixtures.path("families/\(family)"))
    let error = #expect(throws: EncoderError.self) { try Architecture(configuration) }
    let text = error?.text.description ?? ""
    #expect(text.contains("is '\(family)', which Headscope cannot train"), "\(text)")
  }
}
