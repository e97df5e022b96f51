/// What computes: a team of threads, and kernels that this processor can run.
public struct Engine: Sendable {
  /// The inner loops.
  public let kernels: Kernels
  /// The threads that share the work.
  public let team: ThreadTeam

  /// By default, the fastest kernels that this processor can run, and the threads that all of the program shares.
  public init(kernels: Kernels = .best, team: ThreadTeam = .shared) {
    self.kernels = kernels
    self.team = team
  }
}
