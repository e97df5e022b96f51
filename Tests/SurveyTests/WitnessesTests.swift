import Testing

@testable import Survey

@Suite struct WitnessesTests {
  /// Whole numbers that are hard to write down come back.
  @Test func numbersComeBack() throws {
    let numbers: [Int128] = [0, 1, -1, 63, -64, 64, .max >> 1, .min >> 1, 1 << 70, -(1 << 100)]
    var writer = StateWriter()
    for number in numbers { writer.write(number) }
    writer.write(Int.max)
    writer.write(Int.min)
    writer.write(sparse: [0, 0, 7, 0, -3])
    writer.write("naïve 🧠")
    var reader = StateReader(writer.bytes)
    for number in numbers { #expect(try reader.readWide() == number) }
    #expect(try reader.read() == Int.max)
    #expect(try reader.read() == Int.min)
    #expect(try reader.readSparse(count: 5) == [0, 0, 7, 0, -3])
    #expect(try reader.readText() == "naïve 🧠")
    #expect(reader.isAtEnd)
    #expect(throws: SurveyError.self) { try reader.read() }
  }

  /// What is kept depends neither on the order nor on the split.
  @Test func orderAndSplitChangeNothing() {
    let sentences = (0..<60).map { SurveyedSentence(identity: "s\($0)", text: "text \($0)", seed: 7) }
    func kept(_ order: [Int]) -> Witnesses {
      var all = Witnesses()
      for index in order {
        let value = Double(index % 12)
        all.add(Witness(sentences[index], value: value), value: value, hash: sentences[index].hash)
      }
      return all
    }
    let whole = kept(Array(0..<60))
    #expect(whole.strongest.map(\.value) == [11, 11, 11, 11, 11])
    #expect(kept(Array((0..<60).reversed())) == whole)
    var merged = kept(Array(stride(from: 1, to: 60, by: 2)))
    merged.merge(kept(Array(stride(from: 0, to: 60, by: 2))), isOfPairs: false)
    #expect(merged == whole)
  }

  /// The weights are Poisson numbers of mean 1: over many sentences, mean and variance come near it.
  @Test func weightsArePoisson() {
    let weights = (0..<2000).flatMap { BootstrapWeights.weights(of: SentenceHash(seed: 1, identity: "s\($0)")) }
      .map(Double.init)
    let mean = weights.reduce(0, +) / Double(weights.count)
    let variance = weights.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(weights.count)
    #expect(abs(mean - 1) < 0.01)
    #expect(abs(variance - 1) < 0.02)
  }
}
