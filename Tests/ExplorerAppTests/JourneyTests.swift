import Foundation
import Testing

/// What was recorded is what was seen, whatever was done: random journeys, and their replays.
///
/// `HEADSCOPE_JOURNEYS` says how many, `HEADSCOPE_JOURNEY_SEED` with which seed they begin; `Tools/campaign_journeys` runs
/// thousands.
struct JourneyTests {
  private static func setting(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @MainActor @Test func everyReplayShowsWhatWasSeen() throws {
    let count = Self.setting("HEADSCOPE_JOURNEYS") ?? 200
    let first = Self.setting("HEADSCOPE_JOURNEY_SEED") ?? 1
    let keys = Int(Self.setting("HEADSCOPE_JOURNEY_KEYS") ?? 12)
    let models = try JourneyModels()
    let handler = RememberingHandler(models)
    var comparisons = 0
    let start = Date()
    for seed in first..<first + count {
      let journey = Journey(seed: seed, models: models, handler: handler)
      do { try journey.run(keys: keys) } catch {
        Issue.record("seed \(seed): \(error)\n  \(journey.log.joined(separator: " "))")
      }
      comparisons += journey.comparisons
      for problem in journey.problems {
        Issue.record("seed \(seed): \(problem)\n  \(journey.log.joined(separator: " "))")
      }
      if seed % 100 == 0 { handler.forget() }
    }
    print(
      "\(count) journeys with the seeds \(first) to \(first + count - 1): \(comparisons) moments compared in "
        + "\(Date().timeIntervalSince(start)) s")
    #expect(comparisons > count)
  }
}
