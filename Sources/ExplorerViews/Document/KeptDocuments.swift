import Canvas
import Explorer
import Synchronization

/// The lines of a computation's text, by how they are shown. A text may have thousands of them.
///
/// Nothing depends on what is kept here.
private final class KeptDocuments: Sendable {
  private struct Look: Hashable {
    let width: Int
    let glyphs: GlyphSet
  }

  private let kept = Mutex<[Look: DocumentLines]>([:])
  /// A window that is being resized asks for many.
  private static let most = 8

  func lines(width: Int, _ glyphs: GlyphSet, make: () -> DocumentLines) -> DocumentLines {
    let look = Look(width: width, glyphs: glyphs)
    if let known = kept.withLock({ $0[look] }) { return known }
    let made = make()
    kept.withLock { kept in
      if kept.count >= Self.most { kept.removeAll() }
      kept[look] = made
    }
    return made
  }
}

extension State {
  /// The running text of what is attended to, in lines; nil where nothing has been computed.
  func document(width: Int, _ glyphs: GlyphSet) -> DocumentLines? {
    guard let computation, let tokens = tokenComputation else { return nil }
    let lines = tokens.drawings.value(KeptDocuments.init).lines(width: width, glyphs) {
      DocumentLines(
        DocumentText(tokens.encoding, glyphs: glyphs), tokens: tokens.encoding.input.count, width: width,
        glyphs: glyphs)
    }
    guard showsSegments, let segments = computation.joined else { return lines }
    // The same text in every head, which has a computation of its own.
    return computation.drawings.value(KeptDocuments.init).lines(width: width, glyphs) { lines.joined(segments) }
  }
}
