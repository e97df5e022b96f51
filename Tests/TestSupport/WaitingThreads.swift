import Foundation
import Testing

/// Threads of their own for tests that mostly wait, for terminals and other programs: those that compute go on meanwhile on as many
/// threads as there are processors. No more than a few wait at once, so that what they wait for has room.
final class WaitingThreads: TaskExecutor {
  static let shared = WaitingThreads(count: 4)

  private let condition = NSCondition()
  nonisolated(unsafe) private var jobs: [UnownedJob] = []

  private init(count: Int) {
    for _ in 0..<count {
      let thread = Thread { [unowned self] in
        while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.signal()
    }
  }

  private func next() -> UnownedJob {
    condition.withLock {
      while jobs.isEmpty { condition.wait() }
      return jobs.removeFirst()
    }
  }
}

/// What mostly waits, in a suite or a test: it runs on threads of its own.
public struct Waits: SuiteTrait, TestTrait, TestScoping {
  /// What a suite has, all of its tests have.
  public var isRecursive: Bool { true }

  /// Runs one call of a test on a thread that may wait.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
  }

  /// Each call of a test has a scope of its own; a suite and a test as a whole have none.
  public func scopeProvider(for test: Test, testCase: Test.Case?) -> Waits? { testCase == nil ? nil : self }
}

extension Trait where Self == Waits {
  /// It mostly waits.
  public static var waits: Waits { Waits() }
}
