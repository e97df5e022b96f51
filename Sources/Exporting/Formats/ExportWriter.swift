import Activations

/// A file that is filled sentence by sentence.
protocol ExportWriter: AnyObject {
  /// Writes what the file holds of the next sentence.
  func append(_ encoding: Encoding, of contents: ExportContents) throws
  /// All sentences are there.
  func finish() throws
}

/// A file of tensors: every tensor is one block of the file, and grows on its own.
protocol TensorWriter: ExportWriter {
  /// Writes the next numbers of a tensor, which come in the order of its axes.
  func append(_ bytes: UnsafeRawBufferPointer, toTensor index: Int) throws
}

extension TensorWriter {
  func append(_ encoding: Encoding, of contents: ExportContents) throws {
    for (index, quantity) in contents.quantities.enumerated() {
      try quantity.forEachPiece(of: encoding, contents.selection, length: contents.length) {
        try append($0, toTensor: index)
      }
    }
  }
}

/// A file of tensors whose sentences may come in any order, and from several threads at once.
protocol UnorderedTensorWriter: TensorWriter, Sendable {
  /// Writes numbers of one sentence of a batch, `offset` bytes behind the first of them.
  func write(
    _ bytes: UnsafeRawBufferPointer, toTensor index: Int, sentence: Int, of batch: Int, at offset: Int
  ) throws
}
