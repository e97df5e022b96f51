// The standard library's ways from floating point to whole numbers trap on NaN, on infinity and on whatever is too large.
//
// What a module declares goes before what the standard library does, so these take their place wherever this module is
// imported, which is in every file (`Package.swift` says so to the compiler, and that a deprecated declaration is an error):
// code that converts without `Int(saturating:)` does not compile. A narrower type is reached by its `init(clamping:)`.

extension Int {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension Int8 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension Int16 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension Int32 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension Int64 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension UInt {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension UInt8 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension UInt16 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension UInt32 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension UInt64 {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Float) { self.init(clamping: Int(saturating: number) ?? 0) }
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init(_ number: Double) { self.init(clamping: Int(saturating: number) ?? 0) }
}

extension BinaryInteger {
  /// Not to be used: `Int(saturating:)` converts.
  @available(*, deprecated, message: "it traps; Int(saturating:) does not")
  public init<Number: BinaryFloatingPoint>(_ number: Number) { self.init(clamping: Int(saturating: number) ?? 0) }
}
