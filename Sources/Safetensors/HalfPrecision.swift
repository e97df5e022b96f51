// Half precision by hand, because Swift has no `Float16` on some platforms, and no bfloat16 at all. Narrowing rounds to the
// nearest number, and of two that are equally near to the even one (IEEE 754), as PyTorch and NumPy do.

/// IEEE half precision (5 bits of exponent, 10 of fraction) to single, exactly.
public func widened(float16 bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let exponent = UInt32(bits >> 10 & 0x1F)
  let fraction = UInt32(bits & 0x3FF)
  switch exponent {
  case 0:
    // Zero and subnormal numbers: the fraction in units of 2^-24.
    let magnitude = Float(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}

/// bfloat16 (the upper half of a single) to single, exactly.
public func widened(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

/// Eight bits with 4 of exponent and 3 of fraction, and no infinity, to single, exactly (Micikevicius et al. 2022, E4M3).
public func widened(float8e4m3 bits: UInt8) -> Float {
  let exponent = UInt32(bits >> 3 & 0xF)
  let fraction = UInt32(bits & 7)
  guard bits & 0x7F != 0x7F else { return .nan }
  // Below 2^-6: the fraction in units of 2^-9.
  let magnitude = exponent == 0 ? Float(fraction) * 0x1p-9 : Float(bitPattern: (exponent + 120) << 23 | fraction << 20)
  return bits & 0x80 == 0 ? magnitude : -magnitude
}

/// Single precision to IEEE half. What is too large becomes infinite; NaN stays NaN.
public func narrowed(float16 value: Float) -> UInt16 {
  let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
  let magnitude = value.bitPattern & 0x7FFF_FFFF
  if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
  // 65520 and above is nearer to 2^16, which there is not, than to 65504, the largest number.
  if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
  if magnitude < 0x3880_0000 {
    // Below 2^-14: whole units of 2^-24. The sum rounds, because its last place is worth one such unit.
    let rounded = Float(bitPattern: magnitude) + 0.5
    return sign | UInt16(truncatingIfNeeded: rounded.bitPattern &- Float(0.5).bitPattern)
  }
  // The exponent's bias goes from 127 to 15; a carry out of the fraction goes into the exponent, where it belongs.
  let rebased = magnitude &- (112 << 23)
  let rounded = rebased &+ 0xFFF &+ (rebased >> 13 & 1)
  return sign | UInt16(truncatingIfNeeded: rounded >> 13)
}

/// Single precision to bfloat16. What is too large becomes infinite; NaN stays NaN.
public func narrowed(bfloat16 value: Float) -> UInt16 {
  let bits = value.bitPattern
  if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x0040 }
  return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
}
