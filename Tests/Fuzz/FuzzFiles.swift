import Activations
import AttentionFiles
import Canvas
import Checkpoints
import Encoders
import JSON
import Safetensors
import Survey
import Training

@testable import Tokenizers

func fuzzJSON(_ bytes: [UInt8]) {
  guard let value = try? JSONValue(parsing: bytes) else { return }
  visit(value)
  let text = value.serialized()
  guard let again = try? JSONValue(parsing: text) else {
    return require(false, "what was written is read: \(text.prefix(200))")
  }
  require(again.serialized() == text, "what is read again is written alike")
}

private func visit(_ value: JSONValue) {
  _ = (value.intValue, value.doubleValue, value.stringValue, value.kind)
  for element in value.arrayValue ?? [] { visit(element) }
  for member in value.objectValue?.members ?? [] { visit(member.value) }
}

func fuzzSafetensors(_ bytes: [UInt8]) {
  do {
    let header = try bytes.withUnsafeBytes { try SafetensorsHeader(of: $0, path: "file") }
    for entry in header.entries {
      require(entry.range.lowerBound >= 8 && entry.range.upperBound <= bytes.count, "a tensor lies in the file")
      // How much a number of an unknown type takes is not known, and nothing is read of it.
      require(
        entry.type == .unknown || entry.shape.reduce(entry.type.size, *) == entry.range.count,
        "a tensor has the size of its shape")
    }
  } catch {
    requireReadable(error)
  }
}

/// A file of torch's, all of whose tensors are read.
func fuzzPickle(_ bytes: [UInt8]) {
  put("model.safetensors", nil)
  put("pytorch_model.bin", bytes)
  do {
    let checkpoint = try Checkpoint(folder: scratch)
    for name in checkpoint.names {
      guard let tensor = checkpoint.tensor(named: name) else { return require(false, "a tensor of every name") }
      require(
        tensor.entry.range.lowerBound >= 0 && tensor.entry.range.upperBound <= bytes.count, "a tensor lies in the file")
      if tensor.entry.type.isWeight { _ = try tensor.values() }
    }
  } catch {
    requireReadable(error)
  }
}

/// A corpus in each format, a survey, and the state of one.
func fuzzSurvey(_ bytes: [UInt8]) {
  put("survey", bytes)
  let path = "\(scratch)/survey"
  for format in CorpusFormat.allCases {
    do {
      var reader = try CorpusReader(files: [path], format: format)
      var items = 0
      while let item = try reader.next() {
        items += 1
        guard case .sentence(let sentence, _) = item else { continue }
        let count = sentence.text.unicodeScalars.count
        for relation in sentence.relations {
          require(relation.from.upperBound <= count && relation.to.upperBound <= count, "relations lie in the text")
        }
        for word in sentence.words { require(word.range.upperBound <= count, "words lie in the text") }
      }
      require(items <= bytes.count + 1, "every item takes a byte")
    } catch {
      requireReadable(error)
    }
  }
  do {
    let survey = try SurveyFile.read(path)
    try SurveyFile.write(survey, state: nil) { _ in }
  } catch {
    requireReadable(error)
  }
  do {
    let state = try SurveyState(bytes: bytes)
    _ = state.survey()
    require(try SurveyState(bytes: state.bytes) == state, "a state comes back")
  } catch {
    requireReadable(error)
  }
}

/// A file of attention, every head of which is read, whole and in parts.
func fuzzAttentionFile(_ bytes: [UInt8]) {
  put("attention", bytes)
  for mostHeld in [1 << 20, 0] {
    do {
      let file = try AttentionFile("\(scratch)/attention", mostHeld: mostHeld)
      // Little bytes can stand for much where numbers are not in the file; these cannot.
      require(file.description.layers * file.description.heads <= bytes.count, "heads lie in the file")
      let encoding = try file.encode(file.request)
      for layer in encoding.trace.layers {
        for head in 0..<layer.heads {
          require(
            layer.probabilities(head: head).shape == [layer.mask.queries, layer.mask.keys], "a mask for every pair")
        }
      }
    } catch {
      requireReadable(error)
    }
  }
}

private let plainConfiguration = fixture("mlm/bert/config.json")
private let plainWeights = fixture("mlm/bert/model.safetensors")
private let input = TokenizedInput(
  inputIDs: [2, 5, 3], tokenTypeIDs: [0, 0, 0], tokens: ["a", "b", "c"], offsets: [0..<0, 0..<1, 0..<0],
  specialTokensMask: [true, false, true], sequenceIDs: [nil, 0, nil], attentionMask: [true, true, true])

/// Loads what lies there and computes three tokens.
private func load() {
  do {
    let encoder = try loadEncoder(folder: scratch, name: "fuzz", allowsDamagedWeights: true)
    let trace = try encoder.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask))
    if let last = trace.hiddenStates.last { _ = try encoder.vocabularyLogits(of: last, at: [1]) }
  } catch {
    requireReadable(error)
  }
}

/// A whole file of weights; or, where it begins with a brace, a header before the weights of a fixture.
func fuzzCheckpoint(_ bytes: [UInt8]) {
  put("config.json", plainConfiguration)
  if bytes.first == UInt8(ascii: "{") {
    let length = plainWeights.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let size = withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) }
    put("model.safetensors", size + bytes + plainWeights.dropFirst(8 + length))
  } else {
    put("model.safetensors", bytes)
  }
  load()
}

func fuzzConfiguration(_ bytes: [UInt8]) {
  put("config.json", bytes)
  put("model.safetensors", plainWeights)
  load()
}

private func tokenize() {
  do {
    let tokenizer = try Tokenizer(folder: scratch)
    for (text, pair) in [("The cat ran!", nil), ("e\u{301} 中文\u{1F431}", "x"), ("", nil)] {
      let encoded = tokenizer.encode(text, pair: pair, maximumLength: 16)
      require(encoded.count <= 16, "no more tokens than are allowed")
      require(encoded.tokens.count == encoded.inputIDs.count, "a text for every id")
    }
  } catch {
    requireReadable(error)
  }
}

func fuzzTokenizer(_ bytes: [UInt8]) {
  put("tokenizer.json", bytes)
  tokenize()
}

/// The first byte says which files it is: a list of words; JSON and merges, divided by a zero; or settings.
func fuzzVocabulary(_ bytes: [UInt8]) {
  let content = Array(bytes.dropFirst())
  let parts = content.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
  let kind = bytes.first.map { $0 % 3 } ?? 0
  put("tokenizer.json", nil)
  put("vocab.txt", kind == 1 ? nil : kind == 0 ? content : Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ncat\n##s\n".utf8))
  put("vocab.json", kind == 1 ? parts.first : nil)
  put("merges.txt", kind == 1 ? parts.last : nil)
  put("tokenizer_config.json", kind == 2 ? content : nil)
  tokenize()
}

/// The first byte says whose tokenizer the SentencePiece model is that follows.
func fuzzSentencePiece(_ bytes: [UInt8]) {
  let classes = [
    "T5Tokenizer", "AlbertTokenizer", "DebertaV2Tokenizer", "XLMRobertaTokenizer", "CamembertTokenizer",
    "LlamaTokenizer",
    "GemmaTokenizer", "SiglipTokenizer", "MBartTokenizer", "PreTrainedTokenizerFast",
  ]
  let name = classes[Int(bytes.first ?? 0) % classes.count]
  put("tokenizer.json", nil)
  put("tokenizer_config.json", Array(#"{"tokenizer_class": "\#(name)"}"#.utf8))
  put("config.json", Array(#"{"model_type": "llama"}"#.utf8))
  for file in ["spiece.model", "sentencepiece.bpe.model", "tokenizer.model"] { put(file, Array(bytes.dropFirst())) }
  tokenize()
}

func fuzzScale(_ bytes: [UInt8]) {
  do {
    let scale = try ColorScaleFile(parsing: String(decoding: bytes, as: UTF8.self), id: "id", file: "file").scale
    for value in [Float.nan, -.infinity, -1, 0, 0.3, 1, 2, .infinity] { _ = scale.color(at: value) }
  } catch {
    requireReadable(error)
  }
}

/// Labelled sentences, in all layouts.
func fuzzLabelledData(_ bytes: [UInt8]) {
  for format in LabelledData.Format.allCases {
    do throws(TrainingError) {
      let data = try LabelledData(bytes, format: format, name: "data")
      require(!data.sentences.isEmpty && !data.labels.contains(""), "all sentences have labels")
      let lines = data.sentences.map(\.line)
      require(lines == lines.sorted() && (lines.first ?? 0) >= 1, "lines are counted from the first on")
      let names = try data.labelNames()
      require(try data.ids(among: names).allSatisfy(names.indices.contains), "every label has an id")
    } catch {
      requireReadable(error)
    }
  }
}
