/// target[i] += values[i]
@inline(never)
public func addElements(_ values: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
  for index in 0..<count { target[index] += values[index] }
}

/// target[i] *= values[i]
@inline(never)
public func multiplyElements(_ values: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int) {
  for index in 0..<count { target[index] *= values[index] }
}

/// The index of the first NaN or infinity, or -1.
@inline(never)
public func firstNonFinite(_ numbers: UnsafePointer<Float>, count: Int) -> Int {
  let raw = UnsafeRawPointer(numbers)
  let block = 64
  var index = 0
  while index + block <= count {
    // The exponent of what is not finite is all ones: subtracting 1 from its complement borrows into the sign bit.
    var borrow = SIMD16<UInt32>.zero
    for part in 0..<4 {
      let bits = raw.loadUnaligned(fromByteOffset: (index + part * 16) * 4, as: SIMD16<UInt32>.self)
      borrow |= (~bits & 0x7F80_0000) &- 1
    }
    if (borrow & 0x8000_0000) != .zero { break }
    index += block
  }
  while index < count {
    if !numbers[index].isFinite { return index }
    index += 1
  }
  return -1
}
