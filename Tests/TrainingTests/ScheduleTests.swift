import Testing

@testable import Training

@Suite struct LinearScheduleTests {
  @Test func theRateFallsToZeroAfterAWarmUp() {
    let schedule = LinearSchedule(steps: 10, warmup: 2)
    #expect((0...10).map(schedule.factor) == [0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0])
    #expect((0...4).map(LinearSchedule(steps: 4, warmup: 0).factor) == [1, 0.75, 0.5, 0.25, 0])
  }

  @Test func argumentsSayHowManyStepsThereAreAndHowLongTheRateRises() {
    var arguments = TrainingArguments()
    arguments.batchSize = 8
    #expect(arguments.schedule(sentences: 17) == LinearSchedule(steps: 9, warmup: 0))
    arguments.onlyHead = true
    #expect(arguments.stepCount(sentences: 17) == 60)
    arguments.epochs = 4
    arguments.warmup = 0.25
    #expect(arguments.schedule(sentences: 17) == LinearSchedule(steps: 12, warmup: 3))
    arguments.steps = 5
    arguments.warmup = 7
    #expect(arguments.schedule(sentences: 17) == LinearSchedule(steps: 5, warmup: 5))
  }

  /// They may come from a session, or from a command line.
  @Test func numbersOfAnySizeAreTaken() {
    var arguments = TrainingArguments()
    arguments.batchSize = .max
    #expect(arguments.batchCount(sentences: 9) == 1)
    arguments.epochs = .max
    arguments.batchSize = 1
    #expect(arguments.stepCount(sentences: 9) == .max)
    arguments.warmup = .greatestFiniteMagnitude
    #expect(arguments.schedule(sentences: 9).factor(step: 3) < 1)
    var order = BatchOrder(count: 3, batchSize: .max, shuffles: false, seed: .min)
    #expect(order.batch(step: .max) == [0, 1, 2])
    arguments.steps = .max
    arguments.warmup = 0
    #expect(arguments.schedule(sentences: 9).factor(step: 0) == 1)
  }

  @Test func theHeadHasARateOfItsOwn() {
    var arguments = TrainingArguments()
    func rates() -> [Double] { [arguments.usedLearningRate, arguments.usedHeadLearningRate] }
    #expect(rates() == [2e-4, 1e-3])
    arguments.headLearningRate = 3
    #expect(rates() == [2e-4, 3])
    arguments.learningRate = 2
    #expect(rates() == [2, 3])
    arguments.headLearningRate = nil
    #expect(rates() == [2, 2])
    arguments.learningRate = nil
    arguments.onlyHead = true
    #expect(rates() == [1e-2, 1e-2])
  }
}

@Suite struct BatchOrderTests {
  @Test func withoutShufflingTheFileIsTakenAgainAndAgain() {
    var order = BatchOrder(count: 5, batchSize: 2, shuffles: false, seed: 0)
    #expect((0..<5).map { order.batch(step: $0) } == [[0, 1], [2, 3], [4], [0, 1], [2, 3]])
    var one = BatchOrder(count: 3, batchSize: 100, shuffles: false, seed: 0)
    #expect(one.batch(step: 7) == [0, 1, 2])
  }

  @Test func everyEpochSeesEverySentenceOnceInAnOrderOfItsOwn() {
    func epochs(seed: Int) -> [[Int]] {
      var order = BatchOrder(count: 40, batchSize: 7, shuffles: true, seed: seed)
      return (0..<3).map { epoch in (0..<6).flatMap { order.batch(step: epoch * 6 + $0) } }
    }
    let found = epochs(seed: 5)
    for epoch in found { #expect(epoch.sorted() == Array(0..<40)) }
    #expect(Set(found).count == 3)
    #expect(found == epochs(seed: 5) && found != epochs(seed: 6))
    // A step says what it sees, whichever was asked for before.
    var order = BatchOrder(count: 40, batchSize: 7, shuffles: true, seed: 5)
    _ = order.batch(step: 13)
    #expect(order.batch(step: 0) == Array(found[0].prefix(7)))
  }
}
