import Activations
import Glibc
import Support

/// What the trace of an input takes, and whether there is room for it.
struct TraceMemory {
  private let sizes: EncoderDescription
  private let keptScoreBiases: Int

  /// - Parameter keptScoreBiases: how many matrices of the size of its probabilities a layer keeps beside them.
  init(_ description: EncoderDescription, keptScoreBiases: Int) {
    sizes = description
    self.keptScoreBiases = keptScoreBiases
  }

  /// In MiB. It may be more than a whole number of bytes can say.
  func mebibytes(positions: Int, withProbabilities: Bool = true) -> Double {
    let matrices = (withProbabilities ? 1 : 0) + keptScoreBiases
    let bytes =
      Double(matrices) * sizes.probabilityBytes(positions: positions) + sizes.vectorBytes(positions: positions)
    return bytes / 0x1p20
  }

  /// Whether the probabilities of an input are kept: where they take no more than `limit`, in bytes, and there is room for them; without
  /// a limit, where the trace takes no more than an eighth of the memory that is available. More of them would be computed, written and
  /// read again to be looked at a screen at a time: in parts that is faster, and leaves other programs their memory.
  func holdsProbabilities(
    of positions: Int, limit: Int?, available: () -> AvailableMemory? = { AvailableMemory.now() }
  ) -> Bool {
    let needed = mebibytes(positions: positions)
    guard let limit else { return TraceMemory.isRoom(for: needed, share: 0.125, available) }
    return sizes.probabilityBytes(positions: positions) <= Double(limit) && TraceMemory.isRoom(for: needed, available)
  }

  /// Whether a share of what is available holds so many MiB: a fifth, unless it is said here, is left to all else. A little is always
  /// there.
  static func isRoom(for needed: Double, share: Double = 0.8, _ available: () -> AvailableMemory?) -> Bool {
    guard needed > 64, let available = available() else { return true }
    return needed <= Double(available.bytes) / 0x1p20 * share
  }

  /// Where an input whose probabilities are not kept has the rest of its trace: nil where that is memory, else a file.
  ///
  /// - Throws: where there is room for it neither in memory nor on the disk. Better to refuse an input than to be killed by the system,
  ///   and everything unsaved with it.
  func place(
    positions: Int, folder: String = DiskMemory.folder, available: () -> AvailableMemory? = { AvailableMemory.now() }
  ) throws(EncoderError) -> DiskMemory? {
    let needed = mebibytes(positions: positions, withProbabilities: false)
    guard !TraceMemory.isRoom(for: needed, available), let available = available() else { return nil }
    // Beside it a last norm, keys and values before heads that share them are given each their own, and what boundaries take.
    let shared = sizes.keyValueHeads < sizes.heads ? (sizes.heads + 2 * sizes.keyValueHeads) * sizes.headSize : 0
    let besides =
      Double(positions) * Double(sizes.hiddenSize + sizes.layers * shared) * 4 + Double(sizes.layers + 2) * 1024
    do throws(DiskMemory.Failure) {
      guard let bytes = Int(saturating: needed * 0x1p20 + besides) else {
        throw DiskMemory.Failure(folder: folder, code: ENOSPC)
      }
      return try DiskMemory(bytes: bytes, in: folder)
    } catch {
      throw EncoderError(
        "\(positions) tokens are too many for \(available.limit.rawValue): what \(sizes.layers) layers of \(sizes.heads) heads "
          + "compute takes \(whole(needed)) MiB without the probabilities, of the "
          + "\(whole(Double(available.bytes) / 0x1p20)) MiB of memory that are available a fifth stays free, and '\(folder)' "
          + "has no room for it (\(systemMessage(error.code))); shorten the text, or set TMPDIR to a folder that has")
    }
  }

  private func whole(_ number: Double) -> String { Int(saturating: number).map(String.init) ?? "?" }
}
