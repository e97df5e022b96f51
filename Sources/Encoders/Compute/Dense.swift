import Activations
import COneDNN
import Synchronization

/// A dense layer: y = f(x Wᵀ + b) for any number of rows x, with the weights in a layout that is multiplied fast.
final class Dense: Sendable {
  let inputSize: Int
  let outputSize: Int
  let activation: ActivationFunction
  /// [outputSize], or nil.
  let bias: FloatStorage?
  /// The weights, once for every layout that some number of rows asked for: one, as far as is known.
  private let packed = Mutex<[(layout: BlockLayout, place: Place)]>([])

  /// Where packed weights lie in a storage, which those of other layers may share.
  struct Place: Sendable {
    let storage: FloatStorage
    var offset = 0

    /// Memory for one layer alone.
    init(for layout: BlockLayout) { storage = FloatStorage(count: layout.count) }

    init(_ storage: FloatStorage, offset: Int) {
      self.storage = storage
      self.offset = offset
    }

    var pointer: UnsafeMutablePointer<Float> { storage.pointer + offset }
  }

  init(inputSize: Int, outputSize: Int, activation: ActivationFunction, bias: FloatStorage?) {
    self.inputSize = inputSize
    self.outputSize = outputSize
    self.activation = activation
    self.bias = bias
  }

  /// What distinguishes the products that oneDNN compiles for all of it.
  var shape: ProductShape {
    ProductShape(inputSize: inputSize, outputSize: outputSize, activation: activation, hasBias: bias != nil)
  }

  /// The layout of the weights.
  var layout: BlockLayout? { packed.withLock { $0.first?.layout } }

  /// Takes the weights, [outputSize, inputSize] in row-major order, into `layout`. They are not needed afterwards.
  func pack(
    _ weights: UnsafeMutablePointer<Float>, into layout: BlockLayout, at place: Place? = nil, on engine: Engine,
    _ stream: Stream
  ) throws {
    let place = place ?? Place(for: layout)
    if let panels = layout.panels {
      // Several times as fast as a reorder of oneDNN's.
      Kernels.best.packPanels(
        weights, outputSize, inputSize, inputSize, place.pointer, panels.columns, panels.size / panels.columns)
    } else {
      let rowMajor = try BlockLayout(rows: inputSize, columns: outputSize, strides: (1, inputSize))
      try repack(weights, rowMajor, as: layout, at: place, on: engine, stream)
    }
    packed.withLock { $0 = [(layout, place)] }
  }

  /// The weights in `layout`.
  func weights(in layout: BlockLayout, on engine: Engine, _ stream: Stream) throws -> UnsafeMutablePointer<Float> {
    try packed.withLock { packed -> Place in
      if let fitting = packed.first(where: { $0.layout == layout }) { return fitting.place }
      guard let first = packed.first else {
        throw EncoderError("a dense layer of \(inputSize) × \(outputSize) was used before its weights were there")
      }
      let place = Place(for: layout)
      try repack(first.place.pointer, first.layout, as: layout, at: place, on: engine, stream)
      packed.append((layout, place))
      return place
    }.pointer
  }

  private func repack(
    _ source: UnsafeMutablePointer<Float>, _ from: BlockLayout, as layout: BlockLayout, at place: Place,
    on engine: Engine, _ stream: Stream
  ) throws {
    let what = "pack weights of \(inputSize) × \(outputSize)"
    var description: dnnl_primitive_desc_t?
    try withUnsafePointer(to: from.descriptor) { from in
      try withUnsafePointer(to: layout.descriptor) { to in
        try check(
          dnnl_reorder_primitive_desc_create(&description, from, engine.engine, to, engine.engine, nil), what)
      }
    }
    guard let description else { throw EncoderError("oneDNN cannot \(what)") }
    defer { dnnl_primitive_desc_destroy(description) }
    let reorder = try Primitive(description, what)
    let arguments = [
      (DNNL_ARG_FROM, try Memory(from, at: source, on: engine)),
      (DNNL_ARG_TO, try Memory(layout, at: place.pointer, on: engine)),
    ]
    try check(reorder.execute(on: stream, arguments), what)
  }
}

/// What distinguishes the products that oneDNN compiles, apart from the number of rows.
struct ProductShape: Hashable {
  var inputSize: Int
  var outputSize: Int
  var activation: ActivationFunction
  var hasBias: Bool
}
