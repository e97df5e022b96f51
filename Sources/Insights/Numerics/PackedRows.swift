import Activations

extension Tensor {
  /// The same numbers where every row, along the last axis, lies without gaps: itself in most cases.
  var withPackedRows: Tensor {
    if let last = strides.last, let length = shape.last, last == 1 || length <= 1 { return self }
    return Tensor(shape: shape, values())
  }

  /// Where a row of a [row, column] tensor with packed rows starts. Only as long as the tensor lives.
  @inline(__always)
  func pointer(row: Int) -> UnsafePointer<Float> { UnsafePointer(storage.pointer + offset + row * strides[0]) }

  /// Where a row of a tensor [i, row, column] with packed rows starts. Only as long as the tensor lives.
  @inline(__always)
  func pointer(_ i: Int, row: Int) -> UnsafePointer<Float> {
    UnsafePointer(storage.pointer + offset + i * strides[0] + row * strides[1])
  }
}
