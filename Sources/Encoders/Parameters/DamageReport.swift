import Synchronization

/// Which tensors hold NaN or infinity, where that is allowed, so that its effect can be seen.
final class DamageReport: Sendable {
  /// What was found first in each tensor, by name.
  private let found = Mutex<[String: String]>([:])

  /// The first thing that is said of a tensor stays.
  func note(_ words: String, of tensor: String) { found.withLock { $0[tensor] = $0[tensor] ?? words } }

  /// One line a tensor, sorted by name.
  var lines: [String] { found.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } }
}
