import Support
import TestSupport
import Testing

/// Made-up machines, as files below a folder.
@Suite struct AvailableMemoryTests {
  private let root = TemporaryFolder()
  private let mebibyte = 1 << 20

  private func write(_ text: String, to path: String) { root.write(Array(text.utf8), to: path) }

  private func machine(available kibibytes: Int) {
    write("MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   \(kibibytes) kB\n", to: "proc/meminfo")
    write("3 1 1 1 0 1 0\n", to: "proc/self/statm")
  }

  private func now(addressSpace: Int? = nil) -> AvailableMemory? {
    AvailableMemory.now(root: root.path, addressSpace: addressSpace)
  }

  @Test func whatIsAvailableCountsAndNotWhatIsBuiltIn() {
    machine(available: 512 * 1024)
    #expect(now() == AvailableMemory(bytes: 512 * mebibyte, limit: .machine))
  }

  @Test func aGroupOfTheSecondVersionLimits() {
    machine(available: 8 << 20)
    write("0::/user.slice/run-7.scope\n", to: "proc/self/cgroup")
    write("max\n", to: "sys/fs/cgroup/user.slice/run-7.scope/memory.max")
    write("\(50 * mebibyte)\n", to: "sys/fs/cgroup/user.slice/run-7.scope/memory.current")
    #expect(now() == AvailableMemory(bytes: 8 << 30, limit: .machine))
    // The group above has the limit; pages of files can be given up.
    write("\(300 * mebibyte)\n", to: "sys/fs/cgroup/user.slice/memory.max")
    write("\(120 * mebibyte)\n", to: "sys/fs/cgroup/user.slice/memory.current")
    #expect(now() == AvailableMemory(bytes: 180 * mebibyte, limit: .group))
    write(
      "anon 1\nactive_file \(20 * mebibyte)\ninactive_file \(40 * mebibyte)\n",
      to: "sys/fs/cgroup/user.slice/memory.stat"
    )
    #expect(now() == AvailableMemory(bytes: 240 * mebibyte, limit: .group))
  }

  @Test func aGroupOfTheFirstVersionLimits() {
    machine(available: 8 << 20)
    write("4:cpu,cpuacct:/a\n5:memory:/docker/abc\n0::/\n", to: "proc/self/cgroup")
    // The container sees its own group as the root.
    write("\(200 * mebibyte)\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
    write("\(150 * mebibyte)\n", to: "sys/fs/cgroup/memory/memory.usage_in_bytes")
    write("inactive_file 5\ntotal_inactive_file \(10 * mebibyte)\n", to: "sys/fs/cgroup/memory/memory.stat")
    #expect(now() == AvailableMemory(bytes: 60 * mebibyte, limit: .group))
    // More used than allowed, as happens while a group is shrunk.
    write("\(500 * mebibyte)\n", to: "sys/fs/cgroup/memory/memory.usage_in_bytes")
    #expect(now() == AvailableMemory(bytes: 0, limit: .group))
    write("9223372036854771712\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
    #expect(now()?.limit == .machine)
  }

  @Test func theLimitOfAddressSpaceCountsLessWhatIsTaken() throws {
    machine(available: 8 << 20)
    let found = try #require(now(addressSpace: 100 * mebibyte))
    #expect(found.limit == .process)
    #expect(found.bytes < 100 * mebibyte && found.bytes > 99 * mebibyte)
    #expect(now(addressSpace: 1) == AvailableMemory(bytes: 0, limit: .process))
  }

  @Test func whatIsNotThereOrMakesNoSenseIsLeftOut() {
    #expect(now() == nil)
    #expect(now(addressSpace: 1 << 30) == nil)
    write("MemAvailable: lots kB\nMemAvailable", to: "proc/meminfo")
    write("0::/../../etc\n\n:::\nx\n", to: "proc/self/cgroup")
    #expect(now() == nil)
    write("MemAvailable: 99999999999999999 kB\n", to: "proc/meminfo")
    #expect(now()?.bytes == .max)
  }

  @Test func thisMachineSaysSomething() throws {
    let bytes = try #require(AvailableMemory.now()).bytes
    #expect(bytes > 0)
  }
}
