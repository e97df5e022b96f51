import Glibc
import Synchronization
import Testing

@testable import Compute

@Suite struct ThreadTeamTests {
  private final class Counters: Sendable {
    let calls = Atomic(0)
    let members = Atomic(0)
  }

  @Test("calls every member once and waits for all", arguments: [1, 2, 3, 5])
  func callsEveryMember(size: Int) {
    let team = ThreadTeam(size: size)
    for round in 0..<2000 {
      let counters = Counters()
      let asked = 1 + round % (size + 1)
      team.run(asked) { member, count in
        counters.calls.add(1, ordering: .relaxed)
        counters.members.add(1 << member, ordering: .relaxed)
        if count != min(asked, size) { counters.calls.add(1000, ordering: .relaxed) }
      }
      let expected = min(asked, size)
      #expect(counters.calls.load(ordering: .relaxed) == expected)
      #expect(counters.members.load(ordering: .relaxed) == (1 << expected) - 1)
    }
  }

  @Test("a call from within or from elsewhere while it is busy is served by its caller")
  func servesOthers() async {
    let team = ThreadTeam(size: 3)
    let counters = Counters()
    team.run(3) { _, _ in
      team.run(3) { member, count in
        if member == 0, count == 1 { counters.calls.add(1, ordering: .relaxed) }
      }
    }
    #expect(counters.calls.load(ordering: .relaxed) == 3)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<500 {
            let sum = Atomic(0)
            team.run(3) { member, count in
              for index in ThreadTeam.share(of: 100, member: member, of: count) {
                sum.add(index, ordering: .relaxed)
              }
            }
            if sum.load(ordering: .relaxed) == 4950 { counters.members.add(1, ordering: .relaxed) }
          }
        }
      }
    }
    #expect(counters.members.load(ordering: .relaxed) == 2000)
  }

  @Test("every part is done once, on one thread where that is wanted", arguments: [1, 2, 4])
  func doesEveryPart(size: Int) {
    let team = ThreadTeam(size: size)
    for count in [0, 1, 5, 300] {
      let seen = Mutex<[Int]>([])
      team.forEach(count) { part, member in
        #expect(member < size)
        seen.withLock { $0.append(part) }
      }
      #expect(seen.withLock { $0.sorted() } == Array(0..<count))
    }
    let members = Mutex<Set<Int>>([])
    team.forEach(100, alone: true) { _, member in members.withLock { _ = $0.insert(member) } }
    #expect(members.withLock { $0 } == [0])
  }

  @Test("one thread less computes while keys are pressed, and all of them afterwards")
  func reservesProcessor() {
    for size in [1, 2, 4] {
      let team = ThreadTeam(size: size)
      func members() -> Int {
        let counters = Counters()
        team.run(size) { _, _ in counters.calls.add(1, ordering: .relaxed) }
        return counters.calls.load(ordering: .relaxed)
      }
      #expect(members() == size)
      team.reserveProcessor(for: .seconds(3600))
      for _ in 0..<3 { #expect(members() == max(1, size - 1)) }
      team.reserveProcessor(for: .zero)
      #expect(members() == size)
    }
  }

  @Test("what gives way has a lower priority on every thread")
  func lowersPriority() {
    let team = ThreadTeam(size: 3)
    let priorities = Mutex<[Int32]>([])
    func look() {
      priorities.withLock { $0 = [] }
      team.run(3) { _, _ in
        let own = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        priorities.withLock { $0.append(own) }
      }
    }
    // Who leads has to be a thread of its own: its priority cannot be raised again.
    onNewThread {
      look()
      let before = priorities.withLock { $0 }
      team.lowerPriority()
      look()
      let after = priorities.withLock { $0 }
      #expect(before.count == 3 && after.count == 3)
      #expect((before.max() ?? 0) < (after.min() ?? 0), "a larger number is a lower priority")
    }
  }

  private func onNewThread(_ body: @escaping () -> Void) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Work(body))
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, argument.toOpaque())
    #expect(status == 0)
    if status == 0 { pthread_join(thread, nil) } else { argument.release() }
  }

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  @Test("shares cover everything once")
  func sharesCoverEverything() {
    for members in 1...7 {
      for count in 0...40 {
        #expect((0..<members).flatMap { ThreadTeam.share(of: count, member: $0, of: members) } == Array(0..<count))
        let rows = (0..<members).map { ThreadTeam.rows(count, member: $0, of: members) }
        #expect(rows.flatMap { $0 } == Array(0..<count))
        let each = (count + members - 1) / members
        #expect(rows.allSatisfy { $0.count <= each && ($0.isEmpty || $0.lowerBound % max(each, 1) == 0) })
      }
    }
  }
}
