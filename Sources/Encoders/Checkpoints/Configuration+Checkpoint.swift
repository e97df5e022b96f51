import JSON
import Support

extension Configuration {
  /// Weights of a few bits a number are not read: `quantization_config` says that there are such. Some of eight bits are.
  package func refuseQuantized() throws(EncoderError) {
    guard !DequantizedCheckpoint.reads(self), let settings = value("quantization_config")?.objectValue else { return }
    func flag(_ key: String) -> Bool { settings[key]?.boolValue == true }
    var method =
      settings["quant_method"]?.stringValue ?? (flag("load_in_8bit") || flag("load_in_4bit") ? "bitsandbytes" : "")
    if method.isEmpty { method = "an unknown method" }
    let bits =
      settings["bits"]?.intValue ?? settings["w_bit"]?.intValue
      ?? (flag("load_in_4bit") ? 4 : flag("load_in_8bit") ? 8 : nil)
    let width: MessageText = bits.map { " to \($0) bits" as MessageText } ?? ""
    throw EncoderError(
      "\(path): the weights are quantized (\(method)\(width)), which is not read; take the model that they were made of"
    )
  }
}

extension Configuration {
  /// What the checkpoint was trained for, in words, as the class in `architectures` says; nil for an encoder alone, and where nothing
  /// is said.
  var task: String? {
    guard let architecture = value("architectures")?[0]?.stringValue else { return nil }
    return Self.tasks.first { architecture.hasSuffix($0.suffix) }?.words
  }

  /// Whether the class predicts a token at every position, as that for masked or for causal language modelling.
  var predictsTokens: Bool {
    guard let architecture = value("architectures")?[0]?.stringValue else { return false }
    return ["ForMaskedLM", "ForCausalLM", "LMHeadModel"].contains(where: architecture.hasSuffix)
  }

  private static let tasks: [(suffix: String, words: String)] = [
    ("ForMaskedLM", "masked language modelling"), ("ForPreTraining", "pretraining"),
    ("ForSequenceClassification", "classification of texts"), ("ForTokenClassification", "classification of tokens"),
    ("ForQuestionAnswering", "question answering"), ("ForMultipleChoice", "multiple choice"),
    ("ForNextSentencePrediction", "prediction of the next sentence"), ("ForCausalLM", "causal language modelling"),
    ("LMHeadModel", "causal language modelling"),
    ("ForConditionalGeneration", "generation of texts"),
  ]
}
