/// What computes: threads, and kernels that were compiled for this processor.
struct Engine: Sendable {
  let kernels: Kernels
  let team: ThreadTeam

  init(kernels: Kernels = .best, team: ThreadTeam = .shared) {
    self.kernels = kernels
    self.team = team
  }
}
