import Glibc
import TestSupport
import Testing

@testable import Models

/// Models by their weights, where their names lead nowhere.
@Suite struct WeightsIndexTests {
  let folder = TemporaryFolder()

  private var locator: ModelLocator { folder.locator(["XDG_STATE_HOME": folder["state"]]) }
  private var index: WeightsIndex { WeightsIndex(folder: folder["state/headscope/weights"]) }

  /// A model with weights of its own.
  private func makeModel(_ relative: String, weights: String) throws -> (location: ModelLocation, digest: String) {
    folder.makeModel(relative)
    folder.write(weights, to: "\(relative)/model.safetensors")
    let location = try locator.locate(folder[relative])
    return (location, try #require(WeightsDigest.digest(of: location.weightFiles)))
  }

  @Test func aFolderIsFoundAgainByItsWeights() throws {
    let (location, digest) = try makeModel("far/away/bert", weights: "weights: one")
    #expect(throws: ModelError.self) { try locator.knowing(digest, of: "bert").locate("bert") }
    locator.remember(location, weights: digest)
    #expect(try locator.knowing(digest, of: "bert").locate("bert").folder == folder["far/away/bert"])
    // A name is not enough, and neither are other weights.
    #expect(throws: ModelError.self) { try locator.locate("bert") }
    #expect(throws: ModelError.self) { try locator.knowing(digest, of: "bert").locate("roberta") }
    let other = WeightsDigest.prefix + "0123456789abcdef"
    #expect(throws: ModelError.self) { try locator.knowing(other, of: "bert").locate("bert") }
  }

  /// What has changed since is not believed; of several folders, another one may still have the weights.
  @Test func oldEntriesAreLookedAtFirst() throws {
    let (first, digest) = try makeModel("a/bert", weights: "weights: one")
    let (second, _) = try makeModel("b/bert", weights: "weights: one")
    locator.remember(first, weights: digest)
    locator.remember(second, weights: digest)
    #expect(index.folders(of: digest) == [folder["b/bert"], folder["a/bert"]])
    folder.write("weights: two", to: "b/bert/model.safetensors")
    let knowing = locator.knowing(digest, of: "bert")
    #expect(try knowing.locate("bert").folder == folder["a/bert"])
    #expect(unlink(folder["a/bert/model.safetensors"]) == 0)
    #expect(throws: ModelError.self) { try knowing.locate("bert") }
  }

  @Test func otherWeightsOfTheSameNameGiveWay() throws {
    let (remembered, digest) = try makeModel("far/bert", weights: "weights: one")
    _ = try makeModel("models/bert", weights: "weights: two")
    let knowing = locator.knowing(digest, of: "bert")
    #expect(try knowing.locate("bert").folder == folder["models/bert"])
    locator.remember(remembered, weights: digest)
    #expect(try knowing.locate("bert").folder == folder["far/bert"])
    #expect(try locator.locate("bert").folder == folder["models/bert"])
    folder.write("weights: one", to: "models/bert/model.safetensors")
    #expect(try knowing.locate("bert").folder == folder["models/bert"])
  }

  /// Sessions can say anything: it becomes no path.
  @Test(arguments: [
    "", "sampled-fnv1a64:", "sampled-fnv1a64:../../../../x", "sampled-fnv1a64:0123456789abcde/",
    "sampled-fnv1a64:0123456789ABCDEF", "sha256:0123456789abcdef", "sampled-fnv1a64:0123456789abcdef0",
  ])
  func whatIsNoDigestIsNotLookedUp(digest: String) {
    index.remember("/somewhere", of: digest)
    #expect(index.folders(of: digest) == [])
    #expect(folder.list() == [])
  }

  @Test func itStaysSmall() {
    func digest(_ number: Int) -> String {
      let digits = String(number, radix: 16)
      return WeightsDigest.prefix + String(repeating: "0", count: 16 - digits.count) + digits
    }
    for number in 0..<WeightsIndex.mostWeights + 20 { index.remember("/\(number)", of: digest(number)) }
    #expect(TemporaryFolder.names(in: index.folder).count == WeightsIndex.mostWeights)
    for number in 0..<20 { index.remember("/place-\(number)", of: digest(1 << 40)) }
    #expect(index.folders(of: digest(1 << 40)) == (12..<20).reversed().map { "/place-\($0)" })
    index.remember("/a\nb", of: digest(1 << 40))
    index.remember("relative", of: digest(1 << 40))
    #expect(index.folders(of: digest(1 << 40)).first == "/place-19")
  }

  @Test func whereNothingCanBeWrittenNothingIsRemembered() throws {
    folder.write("in the way", to: "state")
    let (location, digest) = try makeModel("far/bert", weights: "weights: one")
    locator.remember(location, weights: digest)
    #expect(index.folders(of: digest) == [])
    #expect(folder.locator(["HF_HUB_CACHE": folder["hub"]]).weightsIndex == nil)
  }
}
