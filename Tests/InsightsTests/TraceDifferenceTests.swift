import Activations
import TestSupport
import Testing

@testable import Insights

@Suite struct TraceDifferenceTests {
  @Test(
    "agrees with the largest difference found one by one",
    arguments: [(Made(), Made(seed: 2)), (Made(pad: 3), Made(pad: 5, side: .left, seed: 3)), (Made(), Made(pad: 9))])
  func agrees(a: Made, b: Made) throws {
    let (a, b) = (Encoding(a), Encoding(b))
    let found = try #require(TraceDifference(a, b))
    let pairs = Array(zip(a.input.realPositions, b.input.realPositions))
    var attention: Float = 0
    var most: HeadIndex?
    for (layer, (layerA, layerB)) in zip(a.trace.layers, b.trace.layers).enumerated() {
      for head in 0..<a.trace.heads {
        for query in pairs {
          for key in pairs {
            let difference = abs(
              layerA.attentionProbabilities[head, query.0, key.0]
                - layerB.attentionProbabilities[head, query.1, key.1])
            if difference > attention { (attention, most) = (difference, HeadIndex(layer: layer, head: head)) }
          }
        }
      }
    }
    var hidden: Float = 0
    let (lastA, lastB) = (a.trace.hiddenStates[a.trace.layers.count], b.trace.hiddenStates[b.trace.layers.count])
    for pair in pairs {
      for i in 0..<lastA.shape[1] { hidden = max(hidden, abs(lastA[pair.0, i] - lastB[pair.1, i])) }
    }
    #expect(found == TraceDifference(attention: attention, hidden: hidden, mostDifferent: most))
    #expect(attention > 0.1)
  }

  @Test("positions with holes between them are compared one by one")
  func holes() throws {
    var input = TokenizedInput(["cat"], pad: 1)
    input.attentionMask = [true, false, true, true]
    let a = Encoding(
      [[0.1, 0.2, 0.3, 0.4], [1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25], [0, 0, 0, 1]], input, mode: .none)
    let b = Encoding([[0.1, 0.5, 0.4], [0.2, 0.3, 0.5], [0, 0.125, 0.875]], TokenizedInput(["cat"]))
    let found = try #require(TraceDifference(a, b))
    #expect(found == TraceDifference(attention: 0.25, hidden: 0, mostDifferent: HeadIndex(layer: 0, head: 0)))
  }

  @Test("NaN in either is not lost, whatever follows it")
  func notANumber() throws {
    var rows = [[Float]].even(3)
    let clean = Encoding(rows, TokenizedInput(["cat"]))
    rows[0][1] = .nan
    let spoilt = Encoding(rows, TokenizedInput(["cat"]))
    #expect(try #require(TraceDifference(clean, spoilt)).attention.isNaN)
    #expect(try #require(TraceDifference(spoilt, clean)).attention.isNaN)
  }

  @Test("other numbers of tokens, layers or heads cannot be compared")
  func incomparable() {
    let one = Encoding(Made())
    #expect(TraceDifference(one, Encoding(Made(words: ["cat"]))) == nil)
    #expect(TraceDifference(one, Encoding(Made(layers: 3))) == nil)
    #expect(TraceDifference(one, Encoding(Made(heads: 2))) == nil)
  }

  @Test("the largest number of a tensor", arguments: [1, 7, 8, 9, 64, 100])
  func largestNumber(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    var numbers = (0..<count).map { _ in random.float(0...1) }
    let tensor = Tensor(shape: [count], numbers)
    #expect(tensor.largest() == numbers.max())
    numbers[count / 2] = .nan
    #expect(Tensor(shape: [count], numbers).largest() == numbers.filter { !$0.isNaN }.max() ?? 0)
    #expect(Tensor(shape: [count], numbers.map { _ in -1 }).largest() == 0)
    #expect(Tensor(shape: [0], []).largest() == 0)
  }

  @Test("ranks count from 1, equal ones share the better place")
  func ranks() {
    #expect((0..<4).map { rank(of: $0, in: [0.2, 0.4, 0.2, 0.1]) } == [2, 1, 2, 4])
    #expect(rank(of: 4, in: [1]) == 0)
  }
}
