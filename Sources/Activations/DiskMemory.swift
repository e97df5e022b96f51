import Glibc
import Synchronization

/// Memory that lies in a file, so that the system can write it there when it needs the space: for computations that are larger than the
/// memory that is free.
///
/// The file has no name: it is gone as soon as nothing uses it, however the program ends. All of its bytes are reserved on the disk at
/// the beginning, so that a full disk is an error then, and not the end of the program later.
public final class DiskMemory: @unchecked Sendable {
  // Unchecked because of the pointer: who takes a part of it owns that.
  /// Why there is none.
  public struct Failure: Error {
    /// The folder that it was to lie in. Untrusted text.
    public let folder: String
    /// What the system says (errno).
    public let code: Int32

    /// A folder, and what the system says of it.
    public init(folder: String, code: Int32) {
      self.folder = folder
      self.code = code
    }
  }

  private let start: UnsafeMutableRawPointer
  private let bytes: Int
  private let taken = Atomic(0)

  /// A file of so many bytes in a folder.
  public init(bytes: Int, in folder: String) throws(Failure) {
    let descriptor = open(folder, Int32(__O_TMPFILE) | O_RDWR | O_CLOEXEC, mode_t(0o600))
    guard descriptor >= 0 else { throw Failure(folder: folder, code: errno) }
    defer { close(descriptor) }
    let code = posix_fallocate(descriptor, 0, off_t(max(bytes, 1)))
    guard code == 0 else { throw Failure(folder: folder, code: code) }
    let mapped = mmap(nil, max(bytes, 1), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { throw Failure(folder: folder, code: errno) }
    start = mapped
    self.bytes = max(bytes, 1)
  }

  deinit { munmap(start, bytes) }

  /// The folder where such files lie: TMPDIR where it is set, else /var/tmp, which, other than /tmp, lies on a disk.
  public static var folder: String {
    guard let given = getenv("TMPDIR").map({ String(cString: $0) }), !given.isEmpty else { return "/var/tmp" }
    return given
  }

  /// The next `count` numbers, not set to anything; nil where not so many are left.
  func take(_ count: Int) -> UnsafeMutablePointer<Float>? {
    let (size, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, size <= bytes else { return nil }
    // On a boundary of lines of the cache.
    let step = (size + 63) / 64 * 64
    let end = taken.add(step, ordering: .relaxed).newValue
    guard end - step + size <= bytes else { return nil }
    return (start + end - step).bindMemory(to: Float.self, capacity: max(count, 1))
  }
}
