import Activations

/// What the machine can do at most with as many threads as an encoder uses: nothing that an encoder does can be faster.
public struct MachineLimits: Sendable {
  /// How many threads were used.
  public let threads: Int
  /// Reading memory.
  public let bytesPerSecond: Double
  /// Multiplications and additions of float32 in registers.
  public let operationsPerSecond: Double

  /// Measures for some tenths of a second; what was fastest counts. `bytes` is how much is read again and again.
  public static func measure(bytes: Int, on engine: Engine = Engine()) -> MachineLimits {
    let (team, kernels) = (engine.team, engine.kernels)
    let storage = FloatStorage(count: bytes / MemoryLayout<Float>.stride)
    storage.pointer.update(repeating: 1, count: storage.count)
    let clock = ContinuousClock()
    var (reading, computing) = (Double.infinity, Double.infinity)
    let rounds = 2_000_000
    for _ in 0..<20 {
      let read = clock.measure {
        team.run(team.size) { member, count in
          let part = ThreadTeam.share(of: storage.count, member: member, of: count)
          // Nothing is found, so everything is read.
          _ = kernels.firstNonFinite(storage.pointer + part.lowerBound, part.count)
        }
      }
      reading = min(reading, read / .seconds(1))
      let compute = clock.measure { team.run(team.size) { _, _ in _ = kernels.multiplyAndAdd(rounds) } }
      computing = min(computing, compute / .seconds(1))
    }
    return MachineLimits(
      threads: team.size, bytesPerSecond: Double(storage.count * MemoryLayout<Float>.stride) / reading,
      operationsPerSecond: Double(team.size * rounds * kernels.operationsPerRound) / computing)
  }
}
