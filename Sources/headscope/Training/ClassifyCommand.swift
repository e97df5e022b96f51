import Activations
import ArgumentParser
import Explorer
import Exporting
import JSON
import Models
import Support
import Training

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Say which label a model's classification head gives to sentences.",
    discussion: """
      The model has to have such a head: one that 'headscope train' wrote, or any checkpoint for sequence classification.
      """)

  @Argument(help: .init("The sentences. '-' reads one from standard input.", valueName: "text"))
  var texts: [String] = []

  @Option(help: .init("A second text that follows each sentence.", valueName: "text"))
  var pair: String?

  @OptionGroup var model: ModelOption

  @Flag(
    help: """
      Read lines {"text": ..., "pair": ...} (pair may be left out) from standard input and write for each a line with label, \
      probabilities and logits.
      """)
  var jsonl = false

  @Option(help: .init("Classify labelled sentences, and print which labels are taken for which.", valueName: "file"))
  var confusion: String?

  func validate() throws {
    if jsonl, pair != nil || !texts.isEmpty {
      throw ValidationError("--jsonl takes texts and pairs from standard input: leave out TEXT and --pair")
    }
    if confusion != nil, jsonl || pair != nil || !texts.isEmpty {
      throw ValidationError("--confusion takes texts and labels from its file: leave out TEXT, --pair and --jsonl")
    }
    if !jsonl, confusion == nil, texts.isEmpty {
      throw ValidationError("name at least one TEXT ('-' reads it from standard input)")
    }
  }

  func run() throws {
    let location = try model.locate()
    let classifier = try Classifier(location)
    let output = try StandardStreams.output()
    if jsonl {
      try JSONLines(output: output) { line in
        let (text, pair) = try JSONLines.texts(in: line)
        var answer: [UInt8] = []
        try classifier.classify(text, pair: pair).json.write(into: &answer)
        return answer
      }.run()
    } else if let confusion {
      try ConfusionTable(classifier, LabelledData(file: confusion)).write(to: output)
    } else {
      var table = TextTable(columns: [.init("text", most: 60), .init("label"), .init("probabilities", most: nil)])
      for text in try resolve(texts) {
        let found = try classifier.classify(text, pair: pair)
        let all = zip(classifier.labels, found.probabilities).map { "\($0) \(Words.fixed($1, 3))" }
        table.add([text, found.label, all.joined(separator: "  ")])
      }
      try output.append(table.description)
    }
    try output.finish()
  }
}

/// A model with a classification head.
struct Classifier {
  let model: Model
  let head: SentenceClassifier

  var labels: [String] { head.labels }

  init(_ location: ModelLocation) throws {
    head = try SentenceClassifier(PretrainedModel(folder: location.folder, name: location.name))
    model = try Model.load(location)
  }

  /// What the head makes of a sentence.
  struct Found {
    let label: String
    let labels: [String]
    let probabilities: [Double]
    let logits: [Double]

    var json: JSONValue {
      [
        "label": JSONValue(label),
        "probabilities": .object(JSONObject(zip(labels, probabilities).map { (JSONString($0), .number($1)) })),
        "logits": .array(logits.map { .number($0) }),
      ]
    }
  }

  func classify(_ text: String, pair: String?) throws -> Found {
    let input = model.tokenizer.encode(text, pair: pair, maximumLength: model.description.maximumPositions)
    return try classify(input)
  }

  func classify(_ input: TokenizedInput) throws -> Found {
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let trace = try model.encoder.run(input, mask: mask)
    guard let last = trace.hiddenStates.last else { throw CommandError("the encoder gave no hidden states") }
    let logits = head.logits(last, input)
    let probabilities = softmax(logits).values
    let best = logits.indices.max { logits[$0] < logits[$1] } ?? 0
    return Found(label: labels[best], labels: labels, probabilities: probabilities, logits: logits)
  }
}
