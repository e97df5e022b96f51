import Compute
import Testing

@testable import Training

@Suite struct DropoutTests {
  private func dropped(_ dropout: Dropout, at place: DropoutPlace, threads: Int = 1, count: Int = 20_000) -> [Float] {
    let numbers = Numbers<Float>(count)
    for index in 0..<count { numbers.pointer[index] = 1 }
    dropout.apply(
      to: numbers.pointer, count: count, at: place,
      on: Machine(VectorArithmetic(), team: ThreadTeam(size: threads)))
    return numbers.values
  }

  @Test func soManyAreDroppedAndTheOthersGrow() {
    for rate in [0.1, 0.5, 0.9] {
      let numbers = dropped(Dropout(rate: rate, seed: 1, step: 0), at: .embeddings)
      let share = Double(numbers.count { $0 == 0 }) / Double(numbers.count)
      // Four standard deviations.
      #expect(abs(share - rate) < 4 * (rate * (1 - rate) / 20_000).squareRoot(), "\(share) of \(rate)")
      #expect(Set(numbers) == [0, Float(1 / (1 - rate))])
    }
    #expect(Set(dropped(Dropout(rate: 0, seed: 1, step: 0), at: .embeddings)) == [1])
  }

  @Test func whichOnesFollowsFromSeedStepAndPlaceAlone() {
    let numbers = dropped(Dropout(rate: 0.5, seed: 1, step: 2), at: .feedForward(layer: 3))
    #expect(dropped(Dropout(rate: 0.5, seed: 1, step: 2), at: .feedForward(layer: 3), threads: 3) == numbers)
    let others: [(Dropout, DropoutPlace)] = [
      (Dropout(rate: 0.5, seed: 2, step: 2), .feedForward(layer: 3)),
      (Dropout(rate: 0.5, seed: 1, step: 3), .feedForward(layer: 3)),
      (Dropout(rate: 0.5, seed: 1, step: 2), .feedForward(layer: 4)),
      (Dropout(rate: 0.5, seed: 1, step: 2), .attentionOutput(layer: 3)),
      (Dropout(rate: 0.5, seed: 1, step: 2), .attention(layer: 3, sentence: 0)),
    ]
    for (dropout, place) in others {
      let found = dropped(dropout, at: place)
      let same = zip(found, numbers).count { $0 == $1 }
      #expect(abs(same - 10_000) < 400, "\(place): \(same) of 20000 are the same")
    }
  }
}
