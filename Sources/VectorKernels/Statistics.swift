import KernelParameters

private typealias Integers = Register.MaskStorage

/// Takes the statistics of some rows, all in one pass.
@inline(never)
public func takeStatistics(_ rows: ProbabilityRows) -> ProbabilitySums {
  let width = Register.scalarCount
  let (keys, whole) = (rows.keys, rows.keys / width &* width)
  let rest = keys &- whole
  // The last numbers of a row: those of a register that ends with it, the first lanes of which were taken before. Shorter rows begin
  // their only register.
  let isLapped = rest > 0 && whole > 0
  let tail = isLapped ? keys &- width : 0
  // All bits where a lane was not taken before. The differences are negative there.
  let isNew = (Int32(truncatingIfNeeded: width &- rest &- 1) &- lanes) &>> 31
  var result = ProbabilitySums()
  var sums = LaneSums()
  var waiting = 0
  for row in 0..<rows.rows {
    let p = rows.probabilities + row &* rows.stride
    let even = rows.even + row &* rows.evenStride
    var best = Best()
    let offset = Register(repeating: Float(rows.offset &- row))
    var places = lanes
    var distances = offset + floats(lanes)
    var key = 0
    while key < whole {
      let end = min(whole, key &+ LaneSums.most &* width)
      waiting &+= (end &- key) / width
      while key < end {
        let x = Register(at: p + key)
        sums.add(x, even: Register(at: even + key), distances.magnitudes)
        best.take(x, places, isWord: Register(at: rows.isWord + key))
        (Register(at: UnsafePointer(rows.received + key)) + x).store(at: rows.received + key)
        places &+= Int32(truncatingIfNeeded: width)
        distances += Float(width)
        key &+= width
      }
      if waiting >= LaneSums.most {
        sums.move(to: &result)
        waiting = 0
      }
    }
    if rest > 0 {
      var (x, y, words) = (Register.zero, Register.zero, Register.zero)
      if isLapped {
        x = Register(at: p + tail).kept(isNew)
        y = Register(at: even + tail).kept(isNew)
        words = Register(at: rows.isWord + tail)
        (Register(at: UnsafePointer(rows.received + tail)) + x).store(at: rows.received + tail)
      } else {
        for lane in 0..<rest {
          x[lane] = p[lane]
          y[lane] = even[lane]
          words[lane] = rows.isWord[lane]
          rows.received[lane] += p[lane]
        }
      }
      let places = lanes &+ Int32(truncatingIfNeeded: tail)
      sums.add(x, even: y, (offset + floats(places)).magnitudes)
      best.take(x, places, isWord: words)
      waiting &+= 1
    }
    (rows.largest[row], rows.places[row], rows.largestOfWords[row]) = best.found
    // Infinity is so rare that nothing is spent on it before.
    if !(rows.largest[row].isFinite && rows.largestOfWords[row].isFinite) { rows.findFinite(row) }
  }
  sums.move(to: &result)
  return result
}

/// What a lane is called, in each.
@inline(__always)
private var lanes: Integers {
  #if MANY_REGISTERS
    Integers(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  #elseif FUSED_MULTIPLY_ADD
    Integers(0, 1, 2, 3, 4, 5, 6, 7)
  #else
    Integers(0, 1, 2, 3)
  #endif
}

/// Running sums of every lane, in single precision.
private struct LaneSums {
  /// After so many numbers a lane its sums are taken: few enough for six digits.
  static let most = 32

  private var logarithms = Register.zero
  private var smoothedLogarithms = Register.zero
  private var distances = Register.zero

  @inline(__always)
  mutating func add(_ p: Register, even: Register, _ distance: Register) {
    logarithms.add(p, times: logarithm(p))
    let smoothed = (even * 0.0001).plus(p, times: Register(repeating: 0.9999))
    smoothedLogarithms.add(smoothed, times: logarithm(smoothed))
    distances.add(p, times: distance)
  }

  @inline(__always)
  mutating func move(to sums: inout ProbabilitySums) {
    // One lane after the other, because a sum over them in single precision would lose the last digits again.
    for lane in 0..<Register.scalarCount {
      sums.logarithms += Double(logarithms[lane])
      sums.smoothedLogarithms += Double(smoothedLogarithms[lane])
      sums.distances += Double(distances[lane])
    }
    self = LaneSums()
  }
}

/// The largest number of every lane, and where it was first.
private struct Best {
  private var largest = Register.zero
  private var places = Integers.zero
  private var largestOfWords = Register.zero

  @inline(__always)
  mutating func take(_ p: Register, _ places: Integers, isWord: Register) {
    let isLarger = p .> largest
    largest.replace(with: p, where: isLarger)
    self.places.replace(with: places, where: isLarger)
    let ofWord = p * isWord
    largestOfWords.replace(with: ofWord, where: ofWord .> largestOfWords)
  }

  /// The largest of all, its first place, and the largest that a word gets.
  @inline(__always)
  var found: (Float, Int32, Float) {
    let top = largest.largest
    let first = places.replacing(with: Int32.max, where: largest .!= top)
    return (top, top > 0 ? first.smallest : 0, largestOfWords.largest)
  }
}

extension ProbabilityRows {
  /// Finds the largest finite numbers of a row that has infinite ones.
  fileprivate func findFinite(_ row: Int) {
    let p = probabilities + row &* stride
    var (top, place, ofWords) = (Float(0), 0, Float(0))
    for key in 0..<keys where p[key].isFinite {
      if p[key] > top { (top, place) = (p[key], key) }
      let ofWord = p[key] * isWord[key]
      if ofWord > ofWords { ofWords = ofWord }
    }
    largest[row] = top
    places[row] = Int32(truncatingIfNeeded: place)
    largestOfWords[row] = ofWords
  }
}

/// ln x for x > 0, to within 1e-6 of the larger of 1 and |ln x|. What comes out for 0, for NaN and for numbers too small to be normal is
/// no logarithm, but it is finite.
///
/// x = 2^e · (1 + f) with 1 + f between √½ and √2; ln(1 + f) = f + f² P(f), where P was fitted for the smallest largest
/// error (4e-7 before rounding).
@inline(__always)
private func logarithm(_ x: Register) -> Register {
  let bits = unsafeBitCast(x, to: Integers.self)
  // The distance from √½ in units of the exponent: rounded down, it is e.
  let e = (bits &- 0x3f35_04f3) &>> 23
  let f = unsafeBitCast(bits &- (e &<< 23), to: Register.self) - 1
  var p = Register(repeating: -0.184_969_07).plus(f, times: Register(repeating: 0.117_081_20))
  p = Register(repeating: 0.204_937_91).plus(p, times: f)
  p = Register(repeating: -0.249_368_68).plus(p, times: f)
  p = Register(repeating: 0.333_174_32).plus(p, times: f)
  p = Register(repeating: -0.5).plus(p, times: f)
  return f.plus(p, times: f * f).plus(floats(e), times: Register(repeating: 0.693_147_18))
}

/// Integers as numbers; they are smaller than 2^22.
@inline(__always)
private func floats(_ integers: Integers) -> Register {
  // In these bits of 1.5 · 2^23 stand integers.
  unsafeBitCast(integers &+ 0x4b40_0000, to: Register.self) - 12_582_912
}

extension Register {
  /// self + a · b, rounded once where the processor can do that in one.
  @inline(__always)
  fileprivate func plus(_ a: Register, times b: Register) -> Register {
    var sum = self
    sum.add(a, times: b)
    return sum
  }

  @inline(__always)
  fileprivate var magnitudes: Register {
    unsafeBitCast(unsafeBitCast(self, to: Integers.self) & 0x7fff_ffff, to: Register.self)
  }

  /// The lanes whose bits are set in a mask, and 0 in all others.
  @inline(__always)
  fileprivate func kept(_ mask: Integers) -> Register {
    unsafeBitCast(unsafeBitCast(self, to: Integers.self) & mask, to: Register.self)
  }

  #if !MANY_REGISTERS
    @inline(__always)
    fileprivate var largest: Float {
      #if FUSED_MULTIPLY_ADD
        let four = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
      #else
        let four = self
      #endif
      let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
      return two[0] > two[1] ? two[0] : two[1]
    }
  #endif
}

extension Integers {
  @inline(__always)
  fileprivate var smallest: Int32 {
    #if MANY_REGISTERS
      let eight = lowHalf.replacing(with: highHalf, where: highHalf .< lowHalf)
      let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .< eight.lowHalf)
    #elseif FUSED_MULTIPLY_ADD
      let four = lowHalf.replacing(with: highHalf, where: highHalf .< lowHalf)
    #else
      let four = self
    #endif
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .< four.lowHalf)
    return two[0] < two[1] ? two[0] : two[1]
  }
}

/// Takes the larger ones of maxima and some rows.
@inline(never)
public func takeMaxima(_ rows: MaximaRows) {
  // Some keys at a time, so that their maxima stay in the first-level cache.
  let most = 1024
  var first = 0
  while first < rows.keys {
    let count = min(most, rows.keys - first)
    let maxima = rows.maxima + first
    for row in 0..<rows.rows {
      let p = UnsafeRawPointer(rows.probabilities + row &* rows.stride + first)
      let allowed = UnsafeRawPointer(rows.allowed + row &* rows.allowedStride + first)
      for key in 0..<count {
        let number = p.load(fromByteOffset: 4 &* key, as: Int32.self)
        // Negative numbers are below all others, NaN of either sign above.
        let isNegative = p.load(fromByteOffset: 4 &* key, as: Float.self) < 0
        let bits = isNegative ? 0 : number & 0x7fff_ffff
        let candidate = allowed.load(fromByteOffset: key, as: UInt8.self) != 0 ? bits : -1
        maxima[key] = candidate > maxima[key] ? candidate : maxima[key]
      }
    }
    first += most
  }
}
