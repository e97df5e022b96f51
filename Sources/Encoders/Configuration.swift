import Checkpoints
import JSON
import KernelParameters
import Support

/// A model's `config.json`, read with names, types and ranges checked.
package struct Configuration: Sendable {
  package let path: String
  /// All that `config.json` holds.
  package let object: JSONObject

  package init(folder: String) throws {
    path = "\(folder)/config.json"
    guard Files.exists(folder) else { throw EncoderError("\(folder): there is no such model folder") }
    guard Files.exists(path) else {
      if Files.exists("\(folder)/\(AdapterConfiguration.fileName)") {
        throw EncoderError(
          "\(folder): is a LoRA adapter, not a model; merge them first: python3 -c \"\(words: Self.merging)\" "
            + "\(shell: folder) \(shell: folder + "-merged")")
      }
      throw EncoderError("\(folder): has no config.json\(Self.instead(in: folder))")
    }
    let value: JSONValue
    do throws(JSONFileError) { value = try JSONValue(file: path, limit: FileLimit.configuration) } catch {
      throw EncoderError(error.text)
    }
    guard let root = value.objectValue else {
      throw EncoderError("\(path): should be an object, it is \(value.kind)")
    }
    object = root
  }

  /// What a folder without a configuration holds in its stead.
  private static func instead(in folder: String) -> MessageText {
    let models = Files.list(folder).filter { Files.isFile("\(folder)/\($0)/config.json") }
    if let last = models.last {
      let others: MessageText = models.count > 1 ? " and \(models.count - 1) other folders in it have" : " has"
      return ", but \(last)\(others); name the one that is meant: --model \(shell: Files.join(folder, last))"
    }
    if let (file, format) = OtherWeights.foreign(in: folder) {
      return "; \(file) is \(words: format), of which no heads can be read; take the model that it was made of"
    }
    return "; a model folder holds config.json and model.safetensors"
  }

  /// Python that merges an adapter's folder, its first argument, into a model's, its second.
  private static let merging =
    "import sys, peft, transformers as t; m = peft.AutoPeftModel.from_pretrained(sys.argv[1]); "
    + "n = m.peft_config['default'].base_model_name_or_path; m.merge_and_unload().save_pretrained(sys.argv[2]); "
    + "t.AutoTokenizer.from_pretrained(n).save_pretrained(sys.argv[2])"

  /// A configuration in memory; `path` is what errors call it.
  package init(_ root: JSONObject, path: String) {
    object = root
    self.path = path
  }

  /// The value of a key; nil where it is absent or null.
  package func value(_ key: String) -> JSONValue? {
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  /// A configuration within this one; nil where it is absent or null.
  package func section(_ key: String) throws -> Configuration? {
    guard let value = value(key) else { return nil }
    guard let object = value.objectValue else { throw failure(key, "should be an object, it is \(value.kind)") }
    return Configuration(object, path: "\(path): \(key)")
  }

  /// Whether a key is there and says null.
  package func isNull(_ key: String) -> Bool { object[key]?.isNull ?? false }

  package func failure(_ key: String, _ text: MessageText) -> EncoderError { EncoderError("\(path): \(key) \(text)") }

  private func required<T>(_ key: String, _ value: T?) throws -> T {
    guard let value else { throw EncoderError("\(path): has no \(key), which this family needs") }
    return value
  }

  package func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = value(key) else { return nil }
    guard let integer = value.intValue, range.contains(integer) else {
      let found = value.intValue.map(String.init) ?? value.doubleValue.map { "\($0)" } ?? value.kind
      throw failure(
        key, "should be a whole number from \(range.lowerBound) to \(range.upperBound), it is \(found)")
    }
    return integer
  }

  package func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    try required(key, try optionalInteger(key, in: range))
  }

  package func optionalNumber(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.doubleValue, range.contains(number) else {
      let found = value.doubleValue.map { "\($0)" } ?? value.kind
      throw failure(key, "should be a number from \(range.lowerBound) to \(range.upperBound), it is \(found)")
    }
    return number
  }

  package func optionalString(_ key: String) throws -> String? {
    guard let value = value(key) else { return nil }
    guard let string = value.stringValue else { throw failure(key, "should be a string, it is \(value.kind)") }
    return string
  }

  package func optionalBool(_ key: String) throws -> Bool? {
    guard let value = value(key) else { return nil }
    guard let bool = value.boolValue else { throw failure(key, "should be true or false, it is \(value.kind)") }
    return bool
  }

  // MARK: What most families have

  /// Sizes that no encoder reaches: products of any two or three of them do not overflow.
  package enum Limit {
    package static let layers = 1...1024
    package static let heads = 1...4096
    package static let hidden = 1...65_536
    package static let intermediate = 1...1_048_576
    package static let vocabulary = 1...16_777_216
    package static let positions = 1...1_048_576
    package static let tokenTypes = 1...65_536
    package static let epsilon = 0.0...1.0
  }

  /// The number of heads, which has to divide the hidden size.
  package func heads(_ key: String, dividing hidden: Int) throws -> Int {
    let heads = try integer(key, in: Limit.heads)
    guard hidden % heads == 0 else {
      throw failure(key, "is \(heads), which does not divide the hidden size \(hidden)")
    }
    return heads
  }

  package func activation(_ key: String, default fallback: String) throws -> ActivationFunction {
    let name = try optionalString(key) ?? fallback
    guard let function = ActivationFunction(named: name) else {
      throw failure(
        key,
        "asks for the unknown activation function '\(name)'; known are \(words: ActivationFunction.names.joined(separator: ", "))"
      )
    }
    return function
  }

  package func epsilon(_ key: String = "layer_norm_eps", default fallback: Double) throws -> Float {
    Float(try optionalNumber(key, in: Limit.epsilon) ?? fallback)
  }

  /// Decoders need more than attention among the positions of one text.
  package func refuseDecoder() throws {
    if try optionalBool("is_decoder") == true {
      throw failure("is_decoder", "is true; Headscope shows encoders, not decoders")
    }
  }
}
