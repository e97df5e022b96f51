import Activations
import COneDNN

/// A dense layer: y = f(x Wᵀ + b) for any number of rows x, with the weights in oneDNN's own layout.
final class Dense: @unchecked Sendable {
  // Unchecked, because the weights are set once while loading; later repacking happens under the encoder's lock.
  let inputSize: Int
  let outputSize: Int
  let activation: ActivationFunction
  /// [outputSize], or nil.
  let bias: FloatStorage?
  private let biasMemory: Memory?
  /// The weights, once for every layout that some number of rows asked for: one, as far as is known.
  private var packed: [Memory] = []
  private var owned: [FloatStorage] = []

  init(inputSize: Int, outputSize: Int, activation: ActivationFunction, bias: FloatStorage?, on engine: Engine) throws {
    self.inputSize = inputSize
    self.outputSize = outputSize
    self.activation = activation
    self.bias = bias
    biasMemory = try bias.map {
      try Memory(
        try MemoryLayoutDescription(rows: 1, columns: outputSize, strides: (outputSize, 1)), at: $0.pointer, on: engine)
    }
  }

  /// What distinguishes the products that oneDNN compiles.
  var shape: DenseShape {
    DenseShape(inputSize: inputSize, outputSize: outputSize, activation: activation, hasBias: bias != nil)
  }

  /// Takes the weights, [outputSize, inputSize] in row-major order, into `layout`. They are not needed afterwards.
  func pack(
    _ weights: UnsafeMutablePointer<Float>, into layout: MemoryLayoutDescription, on engine: Engine, _ stream: Stream
  ) throws {
    let rowMajor = try MemoryLayoutDescription(rows: inputSize, columns: outputSize, strides: (1, inputSize))
    packed = [try repacked(try Memory(rowMajor, at: weights, on: engine), as: layout, on: engine, stream)]
  }

  /// y = f(x Wᵀ + b): `input` is [rows, inputSize], `output` [rows, outputSize], both row-major.
  func apply(
    _ primitive: DensePrimitive, to input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    on engine: Engine, _ stream: Stream
  ) throws {
    let weights: Memory
    if let fitting = packed.first(where: { $0.layout == primitive.weightsLayout }) {
      weights = fitting
    } else if let first = packed.first {
      weights = try repacked(first, as: primitive.weightsLayout, on: engine, stream)
      packed.append(weights)
    } else {
      throw EncoderError("a dense layer of \(inputSize) × \(outputSize) was used before its weights were there")
    }
    try primitive.execute(input, weights: weights, bias: biasMemory, output, on: stream)
  }

  private func repacked(
    _ source: Memory, as layout: MemoryLayoutDescription, on engine: Engine, _ stream: Stream
  ) throws -> Memory {
    let storage = FloatStorage(count: (layout.bytes + 3) / 4)
    let target = try Memory(layout, at: storage.pointer, on: engine)
    var description: dnnl_primitive_desc_t?
    try withUnsafePointer(to: source.layout.descriptor) { from in
      try withUnsafePointer(to: layout.descriptor) { to in
        try check(
          dnnl_reorder_primitive_desc_create(&description, from, engine.engine, to, engine.engine, nil),
          "pack weights of \(inputSize) × \(outputSize)")
      }
    }
    guard let description else { throw EncoderError("oneDNN cannot pack weights") }
    defer { dnnl_primitive_desc_destroy(description) }
    let reorder = try Primitive(description, "pack weights of \(inputSize) × \(outputSize)")
    try reorder.execute(
      on: stream, [(DNNL_ARG_FROM, source), (DNNL_ARG_TO, target)], "pack weights of \(inputSize) × \(outputSize)")
    owned.append(storage)
    return target
  }
}

/// What distinguishes the products that oneDNN compiles, apart from the number of rows.
struct DenseShape: Hashable {
  let inputSize: Int
  let outputSize: Int
  let activation: ActivationFunction
  let hasBias: Bool
}

/// The product of a dense layer for one number of rows, as oneDNN compiles it.
final class DensePrimitive {
  let weightsLayout: MemoryLayoutDescription
  private let primitive: Primitive
  private let source: Memory
  private let target: Memory
  private let what: String

  init(_ shape: DenseShape, rows: Int, on engine: Engine) throws {
    let what = "multiply \(rows) × \(shape.inputSize) by \(shape.inputSize) × \(shape.outputSize)"
    self.what = what
    let input = try MemoryLayoutDescription(rows: rows, columns: shape.inputSize, strides: (shape.inputSize, 1))
    let output = try MemoryLayoutDescription(rows: rows, columns: shape.outputSize, strides: (shape.outputSize, 1))
    var weights = try MemoryLayoutDescription(anyLayoutOf: shape.inputSize, shape.outputSize)
    var bias = try MemoryLayoutDescription(rows: 1, columns: shape.outputSize, strides: (shape.outputSize, 1))
    var operation = dnnl_matmul_desc_t()
    var (inputDescriptor, outputDescriptor) = (input.descriptor, output.descriptor)
    if shape.hasBias {
      try check(
        dnnl_matmul_desc_init(&operation, &inputDescriptor, &weights.descriptor, &bias.descriptor, &outputDescriptor),
        what)
    } else {
      try check(dnnl_matmul_desc_init(&operation, &inputDescriptor, &weights.descriptor, nil, &outputDescriptor), what)
    }
    let attributes = try DensePrimitive.attributes(shape.activation)
    defer { dnnl_primitive_attr_destroy(attributes) }
    var description: dnnl_primitive_desc_t?
    try check(dnnl_primitive_desc_create(&description, &operation, attributes, engine.engine, nil), what)
    guard let description else { throw EncoderError("oneDNN cannot \(what)") }
    defer { dnnl_primitive_desc_destroy(description) }
    guard let chosen = dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0) else {
      throw EncoderError("oneDNN does not say how it wants the weights to \(what)")
    }
    weightsLayout = MemoryLayoutDescription(chosen.pointee)
    primitive = try Primitive(description, what)
    source = try Memory(input, at: nil, on: engine)
    target = try Memory(output, at: nil, on: engine)
  }

  /// The activation as something that oneDNN does while it still holds the numbers in registers.
  private static func attributes(_ activation: ActivationFunction) throws -> dnnl_primitive_attr_t {
    var attributes: dnnl_primitive_attr_t?
    try check(dnnl_primitive_attr_create(&attributes), "start an activation function")
    guard let attributes else { throw EncoderError("oneDNN cannot start an activation function") }
    var steps: dnnl_post_ops_t?
    do {
      try check(dnnl_post_ops_create(&steps), "start an activation function")
      for step in activation.steps {
        try check(
          dnnl_post_ops_append_eltwise(steps, 1, step.algorithm, step.alpha, step.beta),
          "compute the activation function \(activation.name)")
      }
      try check(dnnl_primitive_attr_set_post_ops(attributes, steps), "use the activation function \(activation.name)")
      dnnl_post_ops_destroy(steps)
    } catch {
      if let steps { dnnl_post_ops_destroy(steps) }
      dnnl_primitive_attr_destroy(attributes)
      throw error
    }
    return attributes
  }

  fileprivate func execute(
    _ input: UnsafePointer<Float>, weights: Memory, bias: Memory?, _ output: UnsafeMutablePointer<Float>,
    on stream: Stream
  ) throws {
    try source.move(to: UnsafeMutableRawPointer(mutating: input))
    try target.move(to: output)
    if let bias {
      try primitive.execute(
        on: stream,
        [(DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_BIAS, bias), (DNNL_ARG_DST, target)], what)
    } else {
      try primitive.execute(
        on: stream, [(DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, target)], what)
    }
  }
}
