import Glibc

/// How much memory this process can still get.
public struct AvailableMemory: Sendable, Equatable {
  /// What limits it.
  public enum Limit: String, Sendable {
    case machine = "this machine"
    case group = "the control group of this process"
    case process = "the limit of this process (ulimit -v)"
  }

  /// How many bytes can still be had.
  public let bytes: Int
  /// What allows no more.
  public let limit: Limit

  /// So many bytes, because of that limit.
  public init(bytes: Int, limit: Limit) {
    self.bytes = bytes
    self.limit = limit
  }

  /// The smallest of what the machine has left, what the control groups that this process is in let it have, and what its
  /// limit of address space leaves (RLIMIT_AS). Pages of files, which the system gives up when memory is asked for, count
  /// as available. Read anew at each call, in some ten microseconds.
  ///
  /// `root` is where /proc and /sys are, `addressSpace` the limit in bytes, if there is one.
  ///
  /// - Returns: nil where the system does not say.
  public static func now(root: String = "", addressSpace: Int? = addressSpaceLimit) -> AvailableMemory? {
    var candidates: [AvailableMemory] = []
    if let kibibytes = number(after: "MemAvailable:", in: text("\(root)/proc/meminfo")) {
      candidates.append(AvailableMemory(bytes: times(kibibytes, 1024), limit: .machine))
    }
    for bytes in groups(root: root) { candidates.append(AvailableMemory(bytes: bytes, limit: .group)) }
    if let addressSpace, let pages = fields(text("\(root)/proc/self/statm") ?? "").first.flatMap({ Int($0) }) {
      let taken = times(pages, Int(sysconf(Int32(_SC_PAGESIZE))))
      candidates.append(AvailableMemory(bytes: max(0, addressSpace - taken), limit: .process))
    }
    return candidates.min { $0.bytes < $1.bytes }
  }

  /// RLIMIT_AS of this process, in bytes; nil where there is none.
  public static var addressSpaceLimit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur <= UInt64(Int.max) else {
      return nil
    }
    return Int(limit.rlim_cur)
  }

  // MARK: - Control groups

  /// What each control group that limits memory leaves: those of this process, and those that they lie in.
  private static func groups(root: String) -> [Int] {
    guard let memberships = text("\(root)/proc/self/cgroup") else { return [] }
    var result: [Int] = []
    for line in memberships.split(separator: "\n") {
      // `0::/user.slice/…`, or in the first version `5:memory:/user.slice/…`.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isSecond = parts[0] == "0" && parts[1].isEmpty
      guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
      var names = parts[2].split(separator: "/")
      guard !names.contains("..") else { continue }
      let base = "\(root)/sys/fs/cgroup" + (isSecond ? "" : "/memory")
      // In a container the path may be the host's, of which only the end, or nothing, is to be seen.
      while true {
        if let left = left(inGroup: ([base[...]] + names).joined(separator: "/"), isSecond: isSecond) {
          result.append(left)
        }
        if names.popLast() == nil { break }
      }
    }
    return result
  }

  private static func left(inGroup folder: String, isSecond: Bool) -> Int? {
    func value(_ name: String) -> Int? { text("\(folder)/\(name)").flatMap { fields($0).first }.flatMap { Int($0) } }
    // `max` is no number, and no limit.
    guard let limit = value(isSecond ? "memory.max" : "memory.limit_in_bytes"),
      let used = value(isSecond ? "memory.current" : "memory.usage_in_bytes")
    else { return nil }
    let statistics = text("\(folder)/memory.stat")
    let prefix = isSecond ? "" : "total_"
    let files = ["active_file", "inactive_file"].reduce(0) {
      plus($0, max(0, number(after: prefix + $1, in: statistics) ?? 0))
    }
    return max(0, limit - max(0, used - min(used, files)))
  }

  // MARK: - Reading

  /// The number in the line that starts with a word.
  private static func number(after word: String, in text: String?) -> Int? {
    for line in (text ?? "").split(separator: "\n") {
      let parts = fields(line)
      if parts.count > 1, parts[0] == word { return Int(parts[1]) }
    }
    return nil
  }

  private static func fields(_ text: some StringProtocol) -> [Substring] {
    Substring(text).split { $0 == " " || $0 == "\t" || $0 == "\n" }
  }

  private static func times(_ left: Int, _ right: Int) -> Int {
    let (product, overflow) = max(0, left).multipliedReportingOverflow(by: max(0, right))
    return overflow ? .max : product
  }

  private static func plus(_ left: Int, _ right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
  }

  /// The first 64 KB of a file of the system's, which says its length only while it is read; nil where there is none.
  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { room in
        uninterrupted { Glibc.read(descriptor, room.baseAddress?.advanced(by: count), room.count - count) }
      }
      guard read >= 0 else { return nil }
      if read == 0 { break }
      count += read
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
