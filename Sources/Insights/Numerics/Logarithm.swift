/// ln x for x > 0, to within 1e-6 of the larger of 1 and |ln x|.
///
/// Plain arithmetic on one number, so that loops over many are turned into vector instructions. What comes out for 0, for
/// NaN and for numbers too small to be normal is no logarithm, but it is finite.
///
/// x = 2^e · (1 + f) with 1 + f between √½ and √2; ln(1 + f) = f + f² P(f), where P was fitted for the smallest largest
/// error (4e-7 before rounding).
@inline(__always)
func fastLogarithm(_ x: Float) -> Float {
  let bits = Int32(bitPattern: x.bitPattern)
  // The distance from √½ in units of the exponent: rounded down, it is e.
  let e = (bits &- 0x3f35_04f3) &>> 23
  let f = Float(bitPattern: UInt32(bitPattern: bits &- (e &<< 23))) - 1
  var p = f * 0.117_081_20 - 0.184_969_07
  p = p * f + 0.204_937_91
  p = p * f - 0.249_368_68
  p = p * f + 0.333_174_32
  p = p * f - 0.5
  return Float(e) * 0.693_147_18 + (p * (f * f) + f)
}

/// p ln p of a probability, in nats: 0 ln 0 is 0, NaN stays NaN.
@inline(__always)
func timesLogarithm(_ p: Float) -> Float { p * fastLogarithm(p) }
