import Activations
import COneDNN

/// y = f(x W + b) for one number of rows, as oneDNN compiles it. Threads may execute it at the same time, each in a place
/// of its own.
final class Product {
  let weightsLayout: BlockLayout
  private let primitive: Primitive
  private var places: [Place] = []

  /// What one thread needs to execute a product.
  fileprivate struct Place {
    let source: Memory
    let weights: Memory
    let bias: Memory?
    let target: Memory
    let scratch: FloatStorage?
    let arguments: [(index: Int32, memory: Memory)]
  }

  /// oneDNN has to be set to one thread, see `OpenMP.useOneThread`.
  init(_ shape: ProductShape, rows: Int, places count: Int, on engine: Engine) throws {
    let plan = try ProductPlan(shape, rows: rows, on: engine)
    weightsLayout = plan.weights
    primitive = try Primitive(plan.description, plan.what)
    places = try (0..<count).map { _ in try Place(plan, on: engine) }
  }

  /// `place` is the number of the thread. Every pointer is to the first number of its part.
  func execute(
    _ place: Int, on stream: Stream, _ input: UnsafePointer<Float>, _ weights: UnsafeMutablePointer<Float>,
    bias: UnsafeMutablePointer<Float>?, into output: UnsafeMutablePointer<Float>
  ) -> dnnl_status_t {
    let place = places[place]
    var status = place.source.move(to: UnsafeMutableRawPointer(mutating: input))
    if status == dnnl_success { status = place.weights.move(to: weights) }
    if status == dnnl_success, let bias { status = place.bias?.move(to: bias) ?? dnnl_invalid_arguments }
    if status == dnnl_success { status = place.target.move(to: output) }
    return status == dnnl_success ? primitive.execute(on: stream, place.arguments) : status
  }
}

/// What oneDNN would do to compute a product, and in which layout it wants the weights; nothing is compiled yet.
final class ProductPlan {
  let input: BlockLayout
  let weights: BlockLayout
  let bias: BlockLayout?
  let output: BlockLayout
  let scratch: BlockLayout?
  fileprivate let description: dnnl_primitive_desc_t
  fileprivate let what: String

  init(_ shape: ProductShape, rows: Int, on engine: Engine) throws {
    what = "multiply \(rows) × \(shape.inputSize) by \(shape.inputSize) × \(shape.outputSize)"
    var input = try BlockLayout(rows: rows, columns: shape.inputSize, strides: (shape.inputSize, 1))
    var output = try BlockLayout(rows: rows, columns: shape.outputSize, strides: (shape.outputSize, 1))
    var weights = try BlockLayout(anyLayoutOf: shape.inputSize, shape.outputSize)
    var bias = try BlockLayout(rows: 1, columns: shape.outputSize, strides: (shape.outputSize, 1))
    var operation = dnnl_matmul_desc_t()
    if shape.hasBias {
      try check(
        dnnl_matmul_desc_init(
          &operation, &input.descriptor, &weights.descriptor, &bias.descriptor, &output.descriptor), what)
    } else {
      try check(
        dnnl_matmul_desc_init(&operation, &input.descriptor, &weights.descriptor, nil, &output.descriptor), what)
    }
    let attributes = try Attributes(shape.activation)
    var created: dnnl_primitive_desc_t?
    try check(dnnl_primitive_desc_create(&created, &operation, attributes.attributes, engine.engine, nil), what)
    guard let created else { throw EncoderError("oneDNN cannot \(what)") }
    description = created
    guard let chosen = dnnl_primitive_desc_query_md(created, dnnl_query_weights_md, 0) else {
      dnnl_primitive_desc_destroy(created)
      throw EncoderError("oneDNN does not say how it wants the weights to \(what)")
    }
    self.weights = BlockLayout(chosen.pointee)
    scratch = dnnl_primitive_desc_query_md(created, dnnl_query_scratchpad_md, 0).map { BlockLayout($0.pointee) }
    self.input = input
    self.output = output
    self.bias = shape.hasBias ? bias : nil
  }

  deinit { dnnl_primitive_desc_destroy(description) }
}

extension Product.Place {
  fileprivate init(_ plan: ProductPlan, on engine: Engine) throws {
    source = try Memory(plan.input, at: nil, on: engine)
    weights = try Memory(plan.weights, at: nil, on: engine)
    bias = try plan.bias.map { try Memory($0, at: nil, on: engine) }
    target = try Memory(plan.output, at: nil, on: engine)
    var arguments = [(DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, target)]
    if let bias { arguments.append((DNNL_ARG_BIAS, bias)) }
    if let layout = plan.scratch, layout.bytes > 0 {
      let storage = FloatStorage(count: (layout.bytes + 3) / 4)
      arguments.append((DNNL_ARG_SCRATCHPAD, try Memory(layout, at: storage.pointer, on: engine)))
      self.scratch = storage
    } else {
      self.scratch = nil
    }
    self.arguments = arguments
  }
}

/// What oneDNN does beside a product: the activation, while it still holds the numbers in registers.
private final class Attributes {
  let attributes: dnnl_primitive_attr_t

  init(_ activation: ActivationFunction) throws {
    var created: dnnl_primitive_attr_t?
    try check(dnnl_primitive_attr_create(&created), "start an activation function")
    guard let created else { throw EncoderError("oneDNN cannot start an activation function") }
    attributes = created
    var steps: dnnl_post_ops_t?
    try check(dnnl_post_ops_create(&steps), "start an activation function")
    defer { dnnl_post_ops_destroy(steps) }
    for step in activation.steps {
      try check(
        dnnl_post_ops_append_eltwise(steps, 1, step.algorithm, step.alpha, step.beta),
        "compute the activation function \(activation.name)")
    }
    try check(dnnl_primitive_attr_set_post_ops(attributes, steps), "use the activation function \(activation.name)")
    // Scratch memory of our own, or two threads could not execute a product at the same time.
    try check(
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "use memory of its caller")
  }

  deinit { dnnl_primitive_attr_destroy(attributes) }
}
