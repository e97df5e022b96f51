import Checkpoints
import JSON
import Support

/// What `adapter_config.json` says of a LoRA adapter (Hu et al. 2021), as the library peft writes it.
package struct AdapterConfiguration: Sendable {
  /// What the file is called.
  package static let fileName = "adapter_config.json"

  /// The files of its weights.
  package static let weights = WeightNames(safetensors: "adapter_model.safetensors", pickle: "adapter_model.bin")

  /// For errors.
  package let path: String
  /// What the model is called that it changes: a name of the hub, or a path of the computer that it was trained on. Untrusted text.
  package let baseName: String
  /// What its changes are multiplied by, before they are divided by the rank, or by its root.
  private let alpha: Double
  private let usesRootOfRank: Bool
  /// What counts instead for some layers, by the ends of their names.
  private let alphas: [(layer: String, alpha: Double)]
  /// Whether the changed matrices are stored as [input, output], as GPT-2's are.
  package let isTransposed: Bool

  /// Reads the file.
  ///
  /// - Throws: where there is none, or it asks for anything else than plain LoRA; the message names the adapter.
  package init(folder: String) throws(EncoderError) {
    let path = Files.join(folder, Self.fileName)
    let value: JSONValue
    do throws(JSONFileError) { value = try JSONValue(file: path, limit: FileLimit.configuration) } catch {
      throw EncoderError(error.text)
    }
    func failure(_ text: MessageText) -> EncoderError { EncoderError("\(path): \(text)") }
    func number(_ key: String) throws(EncoderError) -> Double? {
      guard let value = value[key], !value.isNull else { return nil }
      guard let number = value.doubleValue, number.isFinite, abs(number) < 1e9 else {
        throw failure("\(key) of the adapter should be a number")
      }
      return number
    }
    let kind = value["peft_type"]?.stringValue ?? ""
    guard kind == "LORA" else {
      throw failure("is an adapter of the kind '\(kind)'; only LORA is read: merge it with peft (merge_and_unload)")
    }
    if value["use_dora"]?.boolValue == true {
      throw failure("is a DoRA adapter, which is not read: merge it with peft (merge_and_unload) and save the model")
    }
    for key in Self.unknown {
      guard let setting = value[key], !setting.isNull, setting.boolValue != false, setting.arrayValue?.isEmpty != true,
        setting.objectValue?.isEmpty != true
      else { continue }
      throw failure("is an adapter with \(words: key), which is not read: merge it with peft (merge_and_unload)")
    }
    // What begins with a part of the base's matrices leaves other ones behind than the base has.
    if let start = value["init_lora_weights"]?.stringValue?.lowercased(),
      ["pissa", "olora", "corda", "loftq", "lora_ga"].contains(where: start.hasPrefix)
    {
      throw failure(
        "is an adapter that began as '\(start)', which changes its base: merge it with peft (merge_and_unload)")
    }
    guard let name = value["base_model_name_or_path"]?.stringValue, !name.isEmpty else {
      throw failure("does not say which model the adapter changes (base_model_name_or_path)")
    }
    alpha = try number("lora_alpha") ?? 8
    usesRootOfRank = value["use_rslora"]?.boolValue ?? false
    isTransposed = value["fan_in_fan_out"]?.boolValue ?? false
    var alphas: [(layer: String, alpha: Double)] = []
    for (key, value) in value["alpha_pattern"]?.objectValue?.members ?? [] {
      let isPlain = key.string.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2E
          || $0 == 0x5F
      }
      guard isPlain, let alpha = value.doubleValue else {
        throw failure("alpha_pattern of the adapter has '\(key.string)', which is no plain name of a layer")
      }
      alphas.append((key.string, alpha))
    }
    self.alphas = alphas
    self.path = path
    baseName = name
  }

  /// What plain LoRA does not have.
  private static let unknown = [
    "use_qalora", "layer_replication", "trainable_token_indices", "alora_invocation_tokens", "target_parameters",
    "use_bdlora", "arrow_config", "lora_bias", "kasa_config", "velora_config", "monteclora_config",
  ]

  /// What a layer's change is multiplied by: α/r, or α/√r (rsLoRA, Kalajdzievski 2023).
  func scale(of layer: String, rank: Int) -> Float {
    let alpha = alphas.first { layer == $0.layer || layer.hasSuffix(".\($0.layer)") }?.alpha ?? alpha
    let rank = Double(max(rank, 1))
    return Float(alpha / (usesRootOfRank ? rank.squareRoot() : rank))
  }
}
