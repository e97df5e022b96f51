import Testing

@testable import Training

@Suite struct LinearScheduleTests {
  @Test func theRateFallsToZeroAfterAWarmUp() {
    let schedule = LinearSchedule(steps: 10, warmup: 2)
    #expect((0...10).map(schedule.factor) == [0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0])
  }
}
