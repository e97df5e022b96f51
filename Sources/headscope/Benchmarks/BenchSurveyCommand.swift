import Activations
import ArgumentParser
import JSON
import Models
import Support
import Survey

/// Times the forward pass alone on the sentences of a corpus, in the windows and groups in which a survey computes them.
struct BenchSurveyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "survey", abstract: "Time the forward pass that a survey is made of.")

  @Argument(help: "A corpus.") var file: String

  @OptionGroup var model: ModelOption

  func run() throws {
    let model = try Model.load(self.model.locate())
    var reader = try CorpusReader(files: [file])
    let clock = ContinuousClock()
    var (sentences, tokens, time) = (0, 0, Duration.zero)
    while true {
      var inputs: [TokenizedInput] = []
      while inputs.count < SurveyRun.windowSentences, let item = try reader.next() {
        if case .sentence(let sentence, _) = item { inputs.append(try model.tokenizeAlone(sentence.text)) }
      }
      if inputs.isEmpty { break }
      sentences += inputs.count
      tokens += inputs.reduce(0) { $0 + $1.count }
      let masks = inputs.map { AttentionMask(.keys, attentionMask: $0.attentionMask) }
      time += try clock.measure {
        try model.encoder.runEach(inputs, mask: { masks[$0] }, ablations: [], isCancelled: { false }) { _, _, _ in }
      }
    }
    try BenchOutput().print([
      "sentences": .integer(sentences), "tokens": .integer(tokens), "seconds": .number(time / .seconds(1)),
    ])
  }
}
