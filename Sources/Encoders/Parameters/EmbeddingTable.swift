/// A matrix in a checkpoint whose rows are looked up by an id. It is not read as a whole: rows are copied when they are
/// wanted, and only then looked at.
struct EmbeddingTable: Sendable {
  let tensor: Parameter
  let rows: Int
  let columns: Int

  /// Copies row `id` to `target`.
  func read(_ id: Int, into target: UnsafeMutablePointer<Float>) throws {
    try tensor.read(id * columns, count: columns, into: target)
  }

  /// The same of the row of a token's type. Where there is one type, all tokens have it: tokenizers say of pairs that there are two all
  /// the same.
  func readType(_ type: Int32, into target: UnsafeMutablePointer<Float>) throws {
    try read(rows == 1 ? 0 : Int(type), into: target)
  }
}
