// What is wider than a register is not kept in registers well.
#if MANY_REGISTERS
  /// What a register holds.
  typealias Register = SIMD16<Float>
  let registerCount = 32
#else
  /// What a register holds.
  typealias Register = SIMD8<Float>
  let registerCount = 16
#endif

extension Register {
  #if !MANY_REGISTERS
    @inline(__always)
    init(at pointer: UnsafePointer<Float>) {
      self = UnsafeRawPointer(pointer).loadUnaligned(as: Register.self)
    }

    @inline(__always)
    func store(at pointer: UnsafeMutablePointer<Float>) {
      UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Register.self)
    }
  #endif

  /// Adds numbers · factor, rounded once where the processor can do that in one.
  @inline(__always)
  mutating func add(_ numbers: Register, times factor: Float) {
    #if FUSED_MULTIPLY_ADD
      addProduct(numbers, Register(repeating: factor))
    #else
      self += numbers * factor
    #endif
  }
}
