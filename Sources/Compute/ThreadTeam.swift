import CProcessor
import Glibc
import Synchronization

/// Threads that compute together: each does its part of an operation, and all wait until it is complete.
///
/// A thread that waits spins for some microseconds, then lets others run, then sleeps: to spin for longer costs whole time
/// slices as soon as anything else runs on the machine.
public final class ThreadTeam: @unchecked Sendable {
  // Unchecked: `job` is written by the leader before it announces a new generation, and read by members after they have
  // seen it; everything else is atomic or constant.
  /// The team that all of the program shares.
  public static let shared = ThreadTeam(size: min(max(1, ThreadTeam.processors), ThreadTeam.most))

  /// One sentence cannot keep more threads than this busy.
  private static let most = 16

  /// As many as there are processors for this program, or as `OMP_NUM_THREADS` says, which tools of this kind follow.
  private static var processors: Int {
    if let wanted = getenv("OMP_NUM_THREADS"), let count = Int(String(cString: wanted)), count > 0 { return count }
    return headscope_processors()
  }

  /// How many threads there are, the calling one included.
  public let size: Int

  private typealias Job = (_ member: Int, _ count: Int) -> Void

  private var job: Job?
  private var jobCount = 0
  /// Rises with each operation.
  private let generation = Atomic(0)
  /// How many members have not finished the operation.
  private let unfinished = Atomic(0)
  private let isBusy = Atomic(false)
  private let wantsLowPriority = Atomic(false)
  /// Until when one processor is reserved, in nanoseconds of `now`.
  private let reservedUntil = Atomic<UInt64>(0)
  private let start = WaitCondition()
  private let finish = WaitCondition()

  /// Starts `size` - 1 threads, which wait for work.
  public init(size: Int) {
    self.size = size
    // Signals are for the program's own threads.
    var (all, previous) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    var started = 1
    for member in 1..<max(size, 1) {
      let argument = Unmanaged.passRetained(Membership(team: self, member: member))
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let membership = Unmanaged<Membership>.fromOpaque(argument).takeRetainedValue()
          membership.team.work(as: membership.member)
        }, argument.toOpaque())
      guard status == 0 else {
        argument.release()
        break
      }
      pthread_detach(thread)
      started += 1
    }
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    self.started = started
  }

  /// How many threads could be started: `size`, unless the system is short of them.
  private(set) var started = 1

  private final class Membership {
    let team: ThreadTeam
    let member: Int

    init(team: ThreadTeam, member: Int) {
      self.team = team
      self.member = member
    }
  }

  /// Calls `body` on `count` threads at most, with the thread's number and how many there are, and waits for all of them.
  ///
  /// While the team is busy with another operation, `body` is called once, on the calling thread.
  public func run(_ count: Int, _ body: (_ member: Int, _ count: Int) -> Void) {
    let count = min(count, isProcessorReserved ? max(1, started - 1) : started)
    guard count > 1, !isBusy.exchange(true, ordering: .acquiring) else { return body(0, 1) }
    defer { isBusy.store(false, ordering: .releasing) }
    withoutActuallyEscaping(body) { body in
      job = body
      jobCount = count
      unfinished.store(started - 1, ordering: .relaxed)
      generation.add(1, ordering: .sequentiallyConsistent)
      start.notify()
      body(0, count)
      finish.wait { unfinished.load(ordering: .acquiring) == 0 }
      job = nil
    }
  }

  /// Calls `body` once for every number below `parts`, on all threads, with the thread's number beside it: dynamic
  /// scheduling, because processors are not equally fast, least of all where other programs use them as well.
  /// `alone` keeps it on the calling thread.
  public func forEach(_ parts: Int, alone: Bool = false, _ body: (_ part: Int, _ member: Int) -> Void) {
    let next = Atomic(0)
    run(alone ? 1 : min(parts, size)) { member, _ in
      while case let part = next.wrappingAdd(1, ordering: .relaxed).oldValue, part < parts { body(part, member) }
    }
  }

  /// From here on the other threads, and the calling one, have a lower priority than the rest of the program.
  public func lowerPriority() {
    wantsLowPriority.store(true, ordering: .relaxed)
    ThreadTeam.lowerOwnPriority()
  }

  /// For so long one thread less computes, so that a processor is free at once for drawing, and for the terminal. A lower
  /// priority alone does not do that, because a thread keeps its processor for a time slice of some milliseconds.
  public func reserveProcessor(for duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
    reservedUntil.store(ThreadTeam.now &+ nanoseconds, ordering: .relaxed)
  }

  private var isProcessorReserved: Bool {
    let until = reservedUntil.load(ordering: .relaxed)
    return until > 0 && ThreadTeam.now < until
  }

  /// Of a clock that is read in some nanoseconds, and is as exact as a tick of the system.
  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Of the calling thread alone, as Linux understands it. Where it is refused, nothing but some milliseconds are lost.
  private static func lowerOwnPriority() { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5) }

  private func work(as member: Int) -> Never {
    var seen = 0
    var hasLowPriority = false
    while true {
      start.wait { generation.load(ordering: .acquiring) != seen }
      seen = generation.load(ordering: .acquiring)
      if !hasLowPriority, wantsLowPriority.load(ordering: .relaxed) {
        ThreadTeam.lowerOwnPriority()
        hasLowPriority = true
      }
      if member < jobCount { job?(member, jobCount) }
      if unfinished.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { finish.notify() }
    }
  }

  /// The part of 0..<count that is one member's, as even as can be.
  public static func share(of count: Int, member: Int, of members: Int) -> Range<Int> {
    count * member / members..<count * (member + 1) / members
  }

  /// The rows that are one member's: as many for each, but for the last, who may have fewer.
  public static func rows(_ rows: Int, member: Int, of members: Int) -> Range<Int> {
    let each = (rows + members - 1) / members
    return min(rows, member * each)..<min(rows, (member + 1) * each)
  }
}

/// Where threads wait for a condition that another thread makes true.
private final class WaitCondition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let sleepers = Atomic(0)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Wakes the threads that sleep. What `wait` looks at has to be written before, sequentially consistent.
  func notify() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  func wait(until isTrue: () -> Bool) {
    // Most waits are for threads that do the same as this one: they are over within microseconds.
    for _ in 0..<2000 {
      if isTrue() { return }
      headscope_pause()
    }
    for _ in 0..<50 {
      if isTrue() { return }
      sched_yield()
    }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    pthread_mutex_lock(mutex)
    while !isTrue() { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
  }
}
