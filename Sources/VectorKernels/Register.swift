import CProcessor

// What is wider than a register is not kept in registers well.
#if MANY_REGISTERS
  /// What a register holds.
  typealias Register = SIMD16<Float>
  let registerCount = 32
  /// How many steps of an inner product stand one behind the other in a loop.
  let stepsAtOnce = 2
#elseif FUSED_MULTIPLY_ADD
  /// What a register holds.
  typealias Register = SIMD8<Float>
  let registerCount = 16
  let stepsAtOnce = 4
#else
  /// What a register holds: of SSE, which every x86-64 processor has, or of NEON.
  typealias Register = SIMD4<Float>
  #if arch(arm64)
    let registerCount = 32
  #else
    let registerCount = 16
  #endif
  let stepsAtOnce = 4
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

  /// One number in every lane.
  @inline(__always)
  init(everywhere number: UnsafePointer<Float>) {
    #if FUSED_MULTIPLY_ADD
      self = headscope_broadcast(number)
    #else
      self.init(repeating: number.pointee)
    #endif
  }

  /// Adds a · b, rounded once where the processor can do that in one.
  @inline(__always)
  mutating func add(_ a: Register, times b: Register) {
    #if FUSED_MULTIPLY_ADD
      self = headscope_multiply_add(a, b, self)
    #elseif arch(arm64)
      addProduct(a, b)
    #else
      self += a * b
    #endif
  }
}
