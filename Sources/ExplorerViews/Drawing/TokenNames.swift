import Activations
import Canvas
import Explorer

/// What tokens are called, in every view: as they stand in the text, so that `The` stays `The` where the tokenizer made `the` of it.
/// Pieces of words keep the mark that says so, PAD is `PAD` whatever the vocabulary calls it, and what was put by hand or by the
/// tokenizer keeps its own name.
struct TokenNames {
  /// One name a position, safe for a terminal.
  let names: [String]

  init(_ computation: Computation, glyphs: GlyphSet) { names = computation.names(glyphs).names }

  init(_ encoding: Encoding, glyphs: GlyphSet) {
    names = encoding.input.names.map { TokenText.plain($0, glyphs: glyphs) }
  }

  subscript(position: Int) -> String { names.indices.contains(position) ? names[position] : "" }
}
