import Support

/// Numbers in words, without a formatting library.
package enum Words {
  /// With a fixed number of decimals: 0.4321
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    var factor = 1
    for _ in 0..<decimals { factor *= 10 }
    let scaled = Int(saturating: abs(value) * Double(factor), rule: .toNearestOrAwayFromZero) ?? 0
    guard scaled < 1_000_000_000_000_000 else { return scientific(value) }
    let whole = scaled / factor
    let rest = String(scaled % factor)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    return sign + "\(whole)." + String(repeating: "0", count: decimals - rest.count) + rest
  }

  /// With as many decimals as fit a width, at most two: 0.43, 12.3, 412
  package static func number(_ value: Double, width: Int) -> String {
    let wordings = (0...2).reversed().map { fixed(value, $0) }
    if let fitting = wordings.first(where: { $0.count <= width }) { return fitting }
    let short = value.isNaN ? "?" : value.isInfinite ? "inf" : String(repeating: "#", count: max(width, 0))
    return String(short.prefix(max(width, 0)))
  }

  /// Two digits and an exponent: 9.5e-07
  package static func scientific(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return fixed(value, 1) }
    var mantissa = abs(value)
    var exponent = 0
    while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return (value < 0 ? "-" : "") + fixed(mantissa, 1) + "e" + (exponent < 0 ? "-" : "+") + digits
  }

  /// A difference: 0.672 where it is large, 9.5e-07 where it is rounding.
  package static func difference(_ value: Float) -> String {
    value.isNaN || value >= 0.001 || value == 0 ? fixed(Double(value), 3) : scientific(Double(value))
  }

  /// A number of bytes, in powers of 1000: 1.2 GB.
  package static func bytes(_ bytes: Double) -> String {
    switch bytes {
    case ..<1e6: "\(fixed(bytes / 1e3, 0)) kB"
    case ..<1e9: "\(fixed(bytes / 1e6, 0)) MB"
    case ..<1e10: "\(fixed(bytes / 1e9, 1)) GB"
    default: "\(fixed(bytes / 1e9, 0)) GB"
    }
  }

  package static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? singular : plural ?? singular + "s")"
  }

  /// Minutes and seconds: 1:05
  package static func clock(_ seconds: Double) -> String { Support.clock(seconds) }
}
