import Compute
import Glibc
import JSON
import Support

/// A rotation of queries and keys, as a configuration describes it.
enum Rotation: Sendable {
  case fixed(RotaryPositions)
  /// With a base that grows with the text, once it is longer than a limit ("dynamic").
  case dynamic(base: Double, headSize: Int, factor: Double, limit: Int)

  /// Cosines and sines for a text of so many positions.
  func table(positions: Int) -> RotaryPositions.Table {
    switch self {
    case .fixed(let rotation): return rotation.table(positions: positions)
    case .dynamic(let base, let headSize, let factor, let limit):
      var base = base
      if headSize > 2 {
        let length = Double(max(positions, limit)) / Double(limit)
        base *= pow(factor * length - (factor - 1), Double(headSize) / Double(headSize - 2))
      }
      return RotaryPositions(base: Float(base), headSize: headSize).table(positions: positions)
    }
  }
}

extension Configuration {
  /// The rotation that `rope_parameters` asks for, or `rope_theta` and `rope_scaling` of older files.
  ///
  /// - Parameters:
  ///   - kind: the kind of layers, where there are settings for each.
  ///   - baseKey: where old files have the base.
  func rotation(
    headSize: Int, base fallback: Double, kind: String? = nil, baseKey: String = "rope_theta", scales: Bool = true
  ) throws -> Rotation {
    let range = 1.0...1e12
    var key = "rope_parameters"
    var settings = value(key).flatMap { part in kind.flatMap { part[$0] } ?? part }
    if settings?.objectValue == nil {
      key = "rope_scaling"
      settings = scales ? value(key) : nil
    }
    func number(_ name: String, _ range: ClosedRange<Double>, _ fallback: Double? = nil) throws -> Double {
      guard let value = settings?[name], !value.isNull else {
        guard let fallback else { throw failure(key, "has no \(name)") }
        return fallback
      }
      guard let number = value.doubleValue, range.contains(number) else {
        throw failure(key, "holds a \(name) that is no number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    let base = try number("rope_theta", range, try optionalNumber(baseKey, in: range) ?? fallback)
    let factors = 1e-3...1e6
    func share(_ name: String) throws -> Double {
      try number(name, 0...1, try optionalNumber(name, in: 0...1) ?? 1)
    }
    guard try share("partial_rotary_factor") == 1 else {
      throw failure("partial_rotary_factor", "asks for heads that are rotated in part; that is not supported")
    }
    let frequencies = stride(from: 0, to: headSize, by: 2).map { 1 / powf(Float(base), Float($0) / Float(headSize)) }
    switch settings?["rope_type"]?.stringValue ?? settings?["type"]?.stringValue ?? "default" {
    case "default": return .fixed(RotaryPositions(frequencies: frequencies))
    case "linear":
      let factor = Float(try number("factor", factors))
      return .fixed(RotaryPositions(frequencies: frequencies.map { $0 / factor }))
    case "ntk":
      // Fixed, as the authors' implementation of GTE has it.
      let factor = try number("factor", factors)
      let divisor = Float(pow(factor, 2 / Double(headSize)))
      let scaled = Float(base * factor)
      return .fixed(
        RotaryPositions(
          frequencies: stride(from: 0, to: headSize, by: 2).map {
            1 / powf(scaled, Float($0) / Float(headSize)) / divisor
          }))
    case "dynamic":
      let limit = try optionalInteger("max_position_embeddings", in: Limit.positions) ?? 2048
      return .dynamic(base: base, headSize: headSize, factor: try number("factor", 1...1e6), limit: limit)
    case "llama3":
      let factor = Float(try number("factor", factors))
      let (low, high) = (
        Float(try number("low_freq_factor", factors)), Float(try number("high_freq_factor", factors))
      )
      let length = Float(try number("original_max_position_embeddings", 1...1e9))
      return .fixed(
        RotaryPositions(
          frequencies: frequencies.map { frequency in
            let wavelength = 2 * Float.pi / frequency
            if wavelength < length / high { return frequency }
            if wavelength > length / low { return frequency / factor }
            let smooth = (length / wavelength - low) / (high - low)
            return (1 - smooth) * frequency / factor + smooth * frequency
          }))
    case "yarn": return .fixed(try yarn(number, key: key, base: base, headSize: headSize))
    case let type:
      throw failure(
        key, "asks for '\(type)' rotation; known are default, linear, dynamic, ntk, llama3 and yarn")
    }
  }

  /// YaRN (Peng et al. 2023), as `_compute_yarn_parameters` in Hugging Face's `modeling_rope_utils.py`.
  private func yarn(
    _ number: (String, ClosedRange<Double>, Double?) throws -> Double, key: String, base: Double, headSize: Int
  ) throws -> RotaryPositions {
    let lengths = 1.0...1e9
    let original = try number("original_max_position_embeddings", lengths, nil)
    let longest = try optionalNumber("max_position_embeddings", in: lengths) ?? original
    let factor = try number("factor", 1e-3...1e6, longest / original)
    func attention(_ scale: Double, _ weight: Double = 1) -> Double { scale <= 1 ? 1 : 0.1 * weight * log(scale) + 1 }
    let (mscale, allDimensions) = (
      try number("mscale", 0...1e3, 0), try number("mscale_all_dim", 0...1e3, 0)
    )
    let usual =
      mscale != 0 && allDimensions != 0
      ? attention(factor, mscale) / attention(factor, allDimensions) : attention(factor)
    let scale = try number("attention_factor", 0...1e6, usual)
    let isTruncated = value(key)?["truncate"]?.boolValue ?? true
    func dimension(_ rotations: Double) -> Double {
      Double(headSize) * log(original / (rotations * 2 * Double.pi)) / (2 * log(base))
    }
    var low = dimension(try number("beta_fast", 1e-3...1e6, 32))
    var high = dimension(try number("beta_slow", 1e-3...1e6, 1))
    if isTruncated { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(headSize - 1)))
    if low == high { high += 0.001 }
    let frequencies = (0..<headSize / 2).map { index in
      let frequency = 1 / powf(Float(base), Float(2 * index) / Float(headSize))
      let ramp = Float(min(max((Double(index) - low) / (high - low), 0), 1))
      return frequency / Float(factor) * ramp + frequency * (1 - ramp)
    }
    return RotaryPositions(frequencies: frequencies, scale: Float(scale))
  }
}
