/// A file of tensors that is filled sentence by sentence: every tensor is one block of the file, and grows on its own.
protocol TensorWriter: AnyObject {
  /// Writes the next numbers of a tensor, which come in the order of its axes.
  func append(_ bytes: UnsafeRawBufferPointer, toTensor index: Int) throws
  /// All numbers are there.
  func finish() throws
}
