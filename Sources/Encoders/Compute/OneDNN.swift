import COneDNN
import Glibc

// oneDNN's C API (https://oneapi-src.github.io/oneDNN/v2.6): handles that destroy themselves, and errors as errors.

/// Throws what a failed call of oneDNN says.
func check(_ status: dnnl_status_t, _ what: @autoclosure () -> String) throws {
  guard status != dnnl_success else { return }
  let reason =
    switch status {
    case dnnl_out_of_memory: "out of memory"
    case dnnl_unimplemented: "this processor or this oneDNN does not support it"
    case dnnl_invalid_arguments: "it refuses the sizes"
    default: "error \(status.rawValue)"
    }
  throw EncoderError("oneDNN cannot \(what()): \(reason)")
}

/// The processor as oneDNN sees it. May be shared by threads.
final class Engine: @unchecked Sendable {
  // Unchecked because of the pointer.
  let engine: dnnl_engine_t
  /// What computes beside oneDNN.
  let kernels: Kernels

  init(kernels: Kernels = .best) throws {
    self.kernels = kernels
    // A length of input has up to eight primitives; more than a few lengths are not worth their machine code.
    _ = dnnl_set_primitive_cache_capacity(64)
    var engine: dnnl_engine_t?
    try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "start")
    guard let engine else { throw EncoderError("oneDNN cannot start") }
    self.engine = engine
  }

  deinit { dnnl_engine_destroy(engine) }
}

/// Where work is put in order: one for each thread that asks for work.
final class Stream: @unchecked Sendable {
  // Unchecked because of the pointer; used by one thread at a time.
  let stream: dnnl_stream_t

  init(on engine: Engine) throws {
    var stream: dnnl_stream_t?
    try check(
      dnnl_stream_create(&stream, engine.engine, UInt32(dnnl_stream_default_flags.rawValue)), "start a stream")
    guard let stream else { throw EncoderError("oneDNN cannot start a stream") }
    self.stream = stream
  }

  deinit { dnnl_stream_destroy(stream) }
}

/// The layout of a block of float32 numbers.
struct BlockLayout: Equatable, @unchecked Sendable {
  // Unchecked, because C says nothing about it: plain numbers.
  var descriptor: dnnl_memory_desc_t

  init(_ descriptor: dnnl_memory_desc_t) { self.descriptor = descriptor }

  /// A matrix in panels of 32 or 64 columns, for our own kernel.
  init(panelsOf rows: Int, _ columns: Int, width: Int) throws {
    descriptor = dnnl_memory_desc_t()
    try check(
      dnnl_memory_desc_init_by_tag(
        &descriptor, 2, [dnnl_dim_t(rows), dnnl_dim_t(columns)], dnnl_f32, width == 64 ? dnnl_BA16a64b : dnnl_BA16a32b),
      "describe a matrix of \(rows) × \(columns) in panels")
  }

  /// A matrix with the given strides, in numbers.
  init(rows: Int, columns: Int, strides: (Int, Int)) throws {
    descriptor = dnnl_memory_desc_t()
    try check(
      dnnl_memory_desc_init_by_strides(
        &descriptor, 2, [dnnl_dim_t(rows), dnnl_dim_t(columns)], dnnl_f32,
        [dnnl_dim_t(strides.0), dnnl_dim_t(strides.1)]),
      "describe a matrix of \(rows) × \(columns)")
  }

  /// A matrix in the layout that oneDNN likes best.
  init(anyLayoutOf rows: Int, _ columns: Int) throws {
    descriptor = dnnl_memory_desc_t()
    try check(
      dnnl_memory_desc_init_by_tag(
        &descriptor, 2, [dnnl_dim_t(rows), dnnl_dim_t(columns)], dnnl_f32,
        dnnl_format_tag_any),
      "describe a matrix of \(rows) × \(columns)")
  }

  var bytes: Int {
    withUnsafePointer(to: descriptor) { dnnl_memory_desc_get_size($0) }
  }

  /// How many numbers a storage for it has to hold.
  var count: Int { (bytes + 3) / 4 }

  /// Where the layout consists of panels of neighbouring columns, one whole panel behind the other: how many columns a
  /// panel has, and how many numbers. A product of some panels can then be computed without the others.
  var panels: (columns: Int, size: Int)? {
    let blocking = descriptor.format_desc.blocking
    guard descriptor.format_kind == dnnl_blocked, descriptor.ndims == 2, blocking.inner_nblks == 2,
      blocking.inner_idxs.0 == 0, blocking.inner_idxs.1 == 1
    else { return nil }
    let size = Int(descriptor.padded_dims.0) * Int(blocking.inner_blks.1)
    guard Int(blocking.strides.1) == size,
      Int(blocking.strides.0) == Int(blocking.inner_blks.0) * Int(blocking.inner_blks.1)
    else { return nil }
    return (Int(blocking.inner_blks.1), size)
  }

  static func == (left: BlockLayout, right: BlockLayout) -> Bool {
    withUnsafePointer(to: left.descriptor) { left in
      withUnsafePointer(to: right.descriptor) { dnnl_memory_desc_equal(left, $0) != 0 }
    }
  }
}

/// A block of memory in a layout. It does not own the memory.
final class Memory: @unchecked Sendable {
  // Unchecked because of the pointer; used under the encoder's lock.
  let memory: dnnl_memory_t
  let layout: BlockLayout

  init(_ layout: BlockLayout, at start: UnsafeMutableRawPointer?, on engine: Engine) throws {
    var memory: dnnl_memory_t?
    try withUnsafePointer(to: layout.descriptor) {
      try check(dnnl_memory_create(&memory, $0, engine.engine, start), "describe memory")
    }
    guard let memory else { throw EncoderError("oneDNN cannot describe memory") }
    self.memory = memory
    self.layout = layout
  }

  /// Lets it stand for another block of the same layout.
  func move(to start: UnsafeMutableRawPointer) -> dnnl_status_t { dnnl_memory_set_data_handle(memory, start) }

  deinit { dnnl_memory_destroy(memory) }
}

/// Something that oneDNN computes, compiled for its sizes.
final class Primitive: @unchecked Sendable {
  // Unchecked because of the pointer; used under the encoder's lock.
  private let primitive: dnnl_primitive_t

  /// Compiles `description`; `what` is for errors.
  init(_ description: dnnl_primitive_desc_t, _ what: @autoclosure () -> String) throws {
    var primitive: dnnl_primitive_t?
    try check(dnnl_primitive_create(&primitive, description), what())
    guard let primitive else { throw EncoderError("oneDNN cannot \(what())") }
    self.primitive = primitive
  }

  func execute(on stream: Stream, _ arguments: [(index: Int32, memory: Memory)]) -> dnnl_status_t {
    withUnsafeTemporaryAllocation(of: dnnl_exec_arg_t.self, capacity: arguments.count) { list in
      for (position, argument) in arguments.enumerated() {
        list.initializeElement(
          at: position, to: dnnl_exec_arg_t(arg: argument.index, memory: argument.memory.memory))
      }
      return dnnl_primitive_execute(primitive, stream.stream, Int32(arguments.count), list.baseAddress)
    }
  }

  deinit { dnnl_primitive_destroy(primitive) }
}

/// The product of two float32 matrices in row-major order: C = alpha · A · B or alpha · A · Bᵀ.
///
/// The numbers after the pointers say how far apart the rows of each matrix lie.
func multiply(
  _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int, transposed: Bool,
  into c: UnsafeMutablePointer<Float>, _ strideC: Int, rows: Int, columns: Int, inner: Int, alpha: Float
) -> dnnl_status_t {
  dnnl_sgemm(
    CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: transposed ? "T" : "N")), dnnl_dim_t(rows), dnnl_dim_t(columns),
    dnnl_dim_t(inner), alpha, a, dnnl_dim_t(strideA), b, dnnl_dim_t(strideB), 0, c, dnnl_dim_t(strideC))
}
