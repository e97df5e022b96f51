/// A view of numbers in a shared storage: a shape, a stride for each axis, and where it starts.
///
/// Views cost nothing: the queries of one head, for instance, are read out of the fused product that made them.
public struct Tensor: Sendable {
  /// The memory, which other tensors may share.
  public let storage: FloatStorage
  /// The index in the storage of the number whose indices are all 0.
  public let offset: Int
  /// How many entries each axis has, outermost first; none for a single number.
  public let shape: [Int]
  /// How many numbers lie between neighbours along each axis.
  public let strides: [Int]

  /// A view of existing storage. The caller answers for its bounds.
  public init(storage: FloatStorage, offset: Int = 0, shape: [Int], strides: [Int]) {
    precondition(shape.count == strides.count, "a stride for every axis")
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  /// A view of storage in row-major order.
  public init(storage: FloatStorage, offset: Int = 0, shape: [Int]) {
    self.init(storage: storage, offset: offset, shape: shape, strides: Tensor.rowMajorStrides(of: shape))
  }

  /// A new row-major tensor; `fill` must set every number.
  public init(shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    let storage = FloatStorage(count: shape.reduce(1, *))
    try fill(UnsafeMutableBufferPointer(start: storage.pointer, count: storage.count))
    self.init(storage: storage, shape: shape)
  }

  /// A new row-major tensor holding `values`.
  public init(shape: [Int], _ values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape holds")
    self.init(shape: shape) { _ = $0.update(fromContentsOf: values) }
  }

  /// The strides of numbers without gaps in which the last axis is the fastest.
  public static func rowMajorStrides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// How many numbers it holds.
  public var count: Int { shape.reduce(1, *) }

  /// Whether its numbers lie without gaps, the last axis the fastest.
  public var isRowMajor: Bool { strides == Tensor.rowMajorStrides(of: shape) }

  /// A number of a tensor with two axes.
  public subscript(i: Int, j: Int) -> Float {
    assert(shape.count == 2 && i >= 0 && i < shape[0] && j >= 0 && j < shape[1], "index outside the tensor")
    return storage.pointer[offset + i * strides[0] + j * strides[1]]
  }

  /// A number of a tensor with three axes.
  public subscript(i: Int, j: Int, k: Int) -> Float {
    assert(
      shape.count == 3 && i >= 0 && i < shape[0] && j >= 0 && j < shape[1] && k >= 0 && k < shape[2],
      "index outside the tensor")
    return storage.pointer[offset + i * strides[0] + j * strides[1] + k * strides[2]]
  }

  /// The tensor with its first axis fixed: [a, b, c] becomes [b, c].
  public subscript(slice index: Int) -> Tensor {
    precondition(!shape.isEmpty && index >= 0 && index < shape[0], "slice outside the tensor")
    return Tensor(
      storage: storage, offset: offset + index * strides[0],
      shape: Array(shape.dropFirst()), strides: Array(strides.dropFirst()))
  }

  /// Some neighbours along the first axis: [a, b, c] becomes [rows, b, c].
  public subscript(rows rows: Range<Int>) -> Tensor {
    precondition(!shape.isEmpty && rows.lowerBound >= 0 && rows.upperBound <= shape[0], "rows outside the tensor")
    return Tensor(
      storage: storage, offset: offset + rows.lowerBound * strides[0], shape: [rows.count] + shape.dropFirst(),
      strides: strides)
  }

  /// The numbers along the last axis of a [rows, columns] tensor, as an array.
  public func row(_ i: Int) -> [Float] {
    let columns = shape[1]
    return [Float](unsafeUninitializedCapacity: columns) { buffer, count in
      for j in 0..<columns { buffer.initializeElement(at: j, to: self[i, j]) }
      count = columns
    }
  }

  /// All numbers in row-major order.
  public func values() -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(count)
    appendValues(axis: 0, start: offset, to: &result)
    return result
  }

  private func appendValues(axis: Int, start: Int, to result: inout [Float]) {
    guard axis < shape.count else { return result.append(storage.pointer[start]) }
    if axis == shape.count - 1, strides[axis] == 1 {
      result.append(contentsOf: UnsafeBufferPointer(start: storage.pointer + start, count: shape[axis]))
    } else {
      for i in 0..<shape[axis] { appendValues(axis: axis + 1, start: start + i * strides[axis], to: &result) }
    }
  }
}
