import Glibc

/// The threads that oneDNN computes with, for work of our own.
///
/// oneDNN spreads its products over OpenMP's threads, which spin for a while after each of them, waiting for the next.
/// Threads of another kind would compete with those for the processor, so our work goes through the same library: its
/// entry points (libgomp's, which LLVM's library has too) are looked up at run time. Without them there is one thread.
enum ThreadTeam {
  private typealias Parallel =
    @convention(c) (
      @convention(c) (UnsafeMutableRawPointer?) -> Void, UnsafeMutableRawPointer?, UInt32, UInt32
    ) -> Void
  private typealias GetNumber = @convention(c) () -> Int32

  private struct EntryPoints: Sendable {
    let parallel: Parallel
    let threadNumber: GetNumber
    let teamSize: GetNumber
    let maximum: GetNumber

    init?() {
      guard let parallel = dlsym(nil, "GOMP_parallel"), let threadNumber = dlsym(nil, "omp_get_thread_num"),
        let teamSize = dlsym(nil, "omp_get_num_threads"), let maximum = dlsym(nil, "omp_get_max_threads")
      else { return nil }
      self.parallel = unsafeBitCast(parallel, to: Parallel.self)
      self.threadNumber = unsafeBitCast(threadNumber, to: GetNumber.self)
      self.teamSize = unsafeBitCast(teamSize, to: GetNumber.self)
      self.maximum = unsafeBitCast(maximum, to: GetNumber.self)
    }
  }

  private static let entryPoints = EntryPoints()

  /// How many threads there are, the calling one included.
  static var size: Int { max(1, Int(entryPoints?.maximum() ?? 1)) }

  private struct Task {
    let body: (_ thread: Int, _ of: Int) -> Void
  }

  /// Calls `body` once on every thread, with the thread's number and how many there are, and waits for all of them.
  /// There may be fewer than `threads`.
  static func run(threads: Int, _ body: (_ thread: Int, _ of: Int) -> Void) {
    guard threads > 1, let entryPoints else { return body(0, 1) }
    withoutActuallyEscaping(body) { body in
      var task = Task(body: body)
      withUnsafeMutablePointer(to: &task) { task in
        entryPoints.parallel(
          { argument in
            guard let task = argument?.assumingMemoryBound(to: Task.self), let entryPoints = ThreadTeam.entryPoints
            else { return }
            task.pointee.body(Int(entryPoints.threadNumber()), Int(entryPoints.teamSize()))
          }, task, UInt32(threads), 0)
      }
    }
  }

  /// The part of 0..<count that is one thread's, as even as can be.
  static func share(of count: Int, thread: Int, of threads: Int) -> Range<Int> {
    count * thread / threads..<count * (thread + 1) / threads
  }
}
