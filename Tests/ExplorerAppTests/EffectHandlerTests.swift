import Activations
import Encoders
import Explorer
import ExplorerAppTestSupport
import Models
import Synchronization
import TestSupport
import Testing

@testable import ExplorerApp

/// What stays in memory while one result takes another's place.
@Suite struct EffectHandlerTests {
  private func handler(largeTrace: Int) throws -> (EffectHandler, TinyModel) {
    let files = TinyModel()
    let locator = ModelLocator(environment: [:], executablePath: "", currentFolder: "/")
    let model = try Model.load(try locator.locate(files.path))
    return (EffectHandler(model: model, reference: "tiny", largeTrace: largeTrace), files)
  }

  private func trace(_ handler: inout EffectHandler, _ mode: MaskMode, _ slot: Slot = .shown) throws -> AttentionTrace {
    let subject = Subject(model: "tiny", request: EncodeRequest(texts: ["The cat ran"], maskMode: mode))
    guard case .computed(let computation, slot) = try handler.answer(.encode(id: 1, slot, subject)) else {
      Issue.record("nothing was computed")
      return AttentionTrace(layers: [], hiddenStates: [])
    }
    return computation.encoding.trace
  }

  @Test func theOldResultGivesItsProbabilitiesForTheNewOne() throws {
    var (handler, files) = try handler(largeTrace: 1)
    let first = try trace(&handler, .keys)
    let before = first.layers.map { $0.attentionProbabilities.values() }
    #expect(ProbabilityMemory(of: first).bytes > 0)
    let second = try trace(&handler, .causal)
    #expect(ProbabilityMemory(of: first).bytes == 0, "the old one is released")
    #expect(ProbabilityMemory(of: second).bytes > 0, "the new one is kept")
    for (layer, before) in zip(first.layers, before) {
      for (a, b) in zip(layer.attentionProbabilities.values(), before) { #expect(abs(a - b) < 1e-6) }
    }
    withExtendedLifetime(files) {}
  }

  @Test func whatStandsBesideTheScreenTakesNothingFromIt() throws {
    var (handler, files) = try handler(largeTrace: 1)
    let first = try trace(&handler, .keys)
    let reference = try trace(&handler, .causal, .pictureA)
    #expect(ProbabilityMemory(of: first).bytes > 0)
    _ = try trace(&handler, .none)
    #expect(ProbabilityMemory(of: reference).bytes > 0)
    withExtendedLifetime(files) {}
  }

  @Test func aSmallResultStaysWhole() throws {
    var (handler, files) = try handler(largeTrace: 96 << 20)
    let first = try trace(&handler, .keys)
    _ = try trace(&handler, .causal)
    #expect(ProbabilityMemory(of: first).bytes > 0)
    withExtendedLifetime(files) {}
  }

  private static let long = String(repeating: "The cat ran over the hill. ", count: 20)

  private func reports(
    limit: Int?, _ patience: Patience, _ slot: Slot = .shown, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> [ComputationProgress] {
    let files = TinyModel()
    let model = try Model.load(
      try ModelLocator(environment: [:], executablePath: "", currentFolder: "/").locate(files.path))
    let told = Mutex<[ComputationProgress]>([])
    var handler = EffectHandler(
      model: model, reference: "tiny", mostProbabilities: limit, patience: patience,
      report: { message in
        if case .progress(let progress) = message { told.withLock { $0.append(progress) } }
      })
    let subject = Subject(model: "tiny", request: EncodeRequest(texts: [Self.long]))
    _ = try? handler.answer(.encode(id: 7, slot, subject), isCancelled: isCancelled)
    return told.withLock { $0 }
  }

  @Test("a long computation tells how much it is before it begins, and then how far it is", arguments: [nil, 0])
  func longComputations(limit: Int?) throws {
    let told = try reports(limit: limit, Patience(tokens: 64, seconds: 0, secondsInParts: 0))
    let first = try #require(told.first)
    #expect(first.id == 7 && first.tokens == 72 && first.share == 0 && first.seconds > 0)
    #expect(first.isInParts == (limit == 0))
    // 2 layers of 3 heads of size 12, hidden size 36.
    #expect(first.probabilityBytes == 124_416)
    #expect(first.otherBytes == 114_048)
    #expect(told.count > 1 && zip(told, told.dropFirst()).allSatisfy { $0.share < $1.share })
    #expect(told.allSatisfy { $0.seconds == first.seconds && $0.isInParts == first.isInParts })
  }

  @Test("what takes no time, is short, or is not for the screen, is not told of")
  func othersAreNotTold() throws {
    #expect(try reports(limit: nil, Patience(tokens: 64, seconds: 1000, secondsInParts: 0)).isEmpty)
    #expect(try reports(limit: 0, Patience(tokens: 64, seconds: 0, secondsInParts: 1000)).isEmpty)
    #expect(try reports(limit: 0, Patience(tokens: 73, seconds: 0, secondsInParts: 0)).isEmpty)
    #expect(try reports(limit: 0, Patience(tokens: 64, seconds: 0, secondsInParts: 0), .pictureA).isEmpty)
  }

  @Test("times follow from what was measured: dense layers grow with the length, attention with its square")
  func forwardTime() throws {
    let files = TinyModel()
    let locator = ModelLocator(environment: [:], executablePath: "", currentFolder: "/")
    var description = try Model.load(try locator.locate(files.path)).description
    (description.hiddenSize, description.intermediateSize) = (768, 3072)
    var time = ForwardTime(description)
    time.add(tokens: ForwardTime.leastTokens - 1, seconds: 1)
    #expect(!time.isKnown && time.seconds(tokens: 100) == nil)
    time.add(tokens: 256, seconds: 0.1)
    // Of one measurement the sizes tell the rest: more than 32 times, less than 32² times.
    let guess = try #require(time.seconds(tokens: 8192))
    #expect(guess > 3.2 && guess < 102.4)
    func seconds(_ tokens: Int) -> Double { 4e-4 * Double(tokens) + 3e-7 * Double(tokens) * Double(tokens) }
    for tokens in [256, 4096] { time.add(tokens: tokens, seconds: seconds(tokens)) }
    for tokens in [64, 512, 8192] {
      #expect(abs(try #require(time.seconds(tokens: tokens)) - seconds(tokens)) < 1e-9 * seconds(tokens))
    }
    // A machine that was busy at the wrong time makes no time negative.
    time.add(tokens: 256, seconds: 1000)
    #expect(try #require(time.seconds(tokens: 100)) > 0)
    #expect(abs(try #require(time.seconds(tokens: 4096)) - seconds(4096)) < 1e-6)
  }

  @Test("layers that see a window of neighbours take as long as the window is")
  func forwardTimeOfWindows() throws {
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/modernbert"), name: "modernbert")
    let count = min(48, encoder.description.maximumPositions)
    let ids = (0..<count).map { Int32(1 + $0 % 9) }
    let input = TokenizedInput(
      inputIDs: ids, tokenTypeIDs: ids.map { _ in 0 }, tokens: ids.map { "t\($0)" }, offsets: ids.map { _ in 0..<0 },
      specialTokensMask: ids.map { _ in false }, sequenceIDs: ids.map { _ in 0 }, attentionMask: ids.map { _ in true })
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let trace = try encoder.run(input, mask: mask)
    let seen = trace.layers.map { Double($0.mask.visibleKeys(query: count / 2)) }
    #expect(seen.contains { $0 < Double(count) } && seen.contains(Double(count)))
    var description = encoder.description
    (description.hiddenSize, description.intermediateSize) = (768, 3072)
    var time = ForwardTime(description)
    time.add(Encoding(request: EncodeRequest(texts: [""]), input: input, mask: mask, trace: trace), seconds: 1)
    func seconds(_ tokens: Double) -> Double {
      var keys = 0.0
      for window in seen { keys += window < Double(count) ? window : tokens }
      return 4e-4 * tokens + 3e-7 * tokens * keys / Double(seen.count)
    }
    for tokens in [256, 4096] { time.add(tokens: tokens, seconds: seconds(Double(tokens))) }
    for tokens in [128, 512, 8192] {
      let expected = seconds(Double(tokens))
      #expect(abs(try #require(time.seconds(tokens: tokens)) - expected) < 1e-9 * expected)
    }
  }
}
