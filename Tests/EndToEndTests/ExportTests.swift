import ExplorerAppTestSupport
import Glibc
import JSON
import TestSupport
import Testing

/// `headscope export`.
@Suite struct ExportTests {
  let model = TinyModel()
  let program = Program()

  /// Runs an export that must succeed, and reads what it wrote.
  private func export(_ arguments: String...) throws -> TensorFile { try export(arguments) }

  private func export(_ arguments: [String]) throws -> TensorFile {
    let path = model.folder["x.safetensors"]
    let outcome = try program.run(["export", "-o", path, "--model", model.path] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors == "")
    #expect(outcome.output == [])
    return try TensorFile(path)
  }

  @Test func namesTypesAndShapes() throws {
    let file = try export("The cat ran.", "--pad-to", "12")
    #expect(file.names == ["input_ids", "attention_mask", "token_type_ids", "attentions", "hidden_states"])
    for name in ["input_ids", "attention_mask", "token_type_ids"] {
      #expect(file.type(name) == "I64")
      #expect(file.shape(name) == [1, 12])
    }
    #expect(file.shape("attentions") == [1, 2, 3, 12, 12])
    #expect(file.shape("hidden_states") == [1, 3, 12, 36])
    #expect(file.type("attentions") == "F32")
    #expect(file.metadata?["model"] == "tiny")
    #expect(file.metadata?["texts"] == #"["The cat ran."]"#)
    #expect(file.metadata?["mask"] == "keys")
    #expect(file.metadata?["pad_side"] == "right")
    #expect(file.metadata?["pad_to"] == "12")
    #expect(file.metadata?["dropped_tokens"] == "[0]")
  }

  /// What a sentence gets must not depend on which others are computed beside it.
  @Test func everySentenceAloneIsAsIfItWereAlone() throws {
    let texts = ["The cat ran.", "A dog", "The dog slept on the mat.", "The", "The cat ran over there."]
    let together = try export(["--alone", "--stages"] + texts)
    let shape = try #require(together.shape("attentions"))
    let length = shape[4]
    for (index, text) in texts.enumerated() {
      let alone = try export(["--stages", text])
      let own = try #require(alone.shape("attentions"))[4]
      #expect(own <= length)
      for name in alone.names {
        func numbers(_ file: TensorFile) throws -> [Double] {
          try file.type(name) == "I64" ? file.integers(name).map(Double.init) : file.floats(name).map(Double.init)
        }
        let (all, one) = try (numbers(together), numbers(alone))
        let sizes = try #require(together.shape(name)).dropFirst()
        let count = sizes.reduce(1, *)
        // Every number of the batch's tensor is the one at the same place alone, or 0 where that has no such place.
        for place in 0..<count {
          var (rest, source, inside) = (place, 0, true)
          var steps: [(size: Int, own: Int)] = zip(sizes, try #require(alone.shape(name)).dropFirst()).map { ($0, $1) }
          var stride = 1
          while let step = steps.popLast() {
            let position = rest % step.size
            rest /= step.size
            if position >= step.own { inside = false }
            source += position * stride
            stride *= step.own
          }
          let expected = inside ? one[source] : 0
          #expect(all[index * count + place] == expected, "\(name), sentence \(index), number \(place)")
        }
      }
    }
    #expect(together.metadata?["alone"] == "true")
  }

  /// Every case of the reference data that this model has: through the whole program, from text to file.
  @Test func theNumbersAreTheReferences() throws {
    let folder = Fixtures.path("encoders/bert-mlm-cased")
    let golden = try TensorFile("\(folder)/golden.safetensors")
    let cases = try JSONValue(parsing: contents(of: "\(folder)/cases.json"))["cases"]?.arrayValue ?? []
    try #require(!cases.isEmpty)
    var worst: Float = 0
    for one in cases {
      let name = try #require(one["name"]?.stringValue)
      let tensor = "\(name).attentions"
      guard golden.type(tensor) == "F32", let text = one["text"]?.stringValue else { continue }
      var arguments = ["export", "-o", model.folder["x.safetensors"], "--model", model.path]
      arguments += ["--mask", one["mask_mode"]?.stringValue ?? "keys"]
      if let pair = one["text_pair"]?.stringValue { arguments += ["--pair", pair] }
      if let length = one["pad_to"]?.intValue {
        arguments += ["--pad-to", "\(length)", "--pad-side", one["pad_side"]?.stringValue ?? "right"]
      }
      let outcome = try program.run(arguments + ["--", text])
      #expect(outcome.status == 0, "\(name): \(outcome.errors)")
      let file = try TensorFile(model.folder["x.safetensors"])
      for ids in ["input_ids", "attention_mask", "token_type_ids"] where golden.names.contains("\(name).\(ids)") {
        #expect(try file.integers(ids) == golden.integers("\(name).\(ids)"), "\(name), \(ids)")
      }
      // Rows without any visible key are a matter of definition.
      let length = try #require(one["seq_len"]?.intValue)
      let leftOut = Set(one["fully_masked_rows"]?.arrayValue?.compactMap(\.intValue) ?? [])
      func rows(_ values: [Float]) -> [Float] {
        values.indices.filter { !leftOut.contains($0 / length % length) }.map { values[$0] }
      }
      let difference = try largestDifference(rows(file.floats("attentions")), rows(golden.floats(tensor)))
      #expect(difference <= 2e-5, "\(name)")
      worst = max(worst, difference)
    }
    print("export against the reference: largest difference of attentions \(worst)")
  }

  @Test func aBatchIsPaddedToItsLongestText() throws {
    let batch = try export("The cat ran over the hill.", "The cat", "--stages")
    let length = try #require(batch.shape("input_ids")?[1])
    #expect(batch.shape("attentions") == [2, 2, 3, length, length])
    let mask = try batch.integers("attention_mask")
    let short = try export("The cat", "--pad-to", "\(length)", "--stages")
    let realTokens = Int(mask[length...].reduce(0, +))
    #expect(realTokens < length && mask[..<length].allSatisfy { $0 == 1 })
    for name in batch.names.sorted() {
      let size = try batch.bytes(name).count / 2
      #expect(try batch.bytes(name)[size...] == short.bytes(name)[...], "\(name)")
    }
    // The same sentence alone, without any padding.
    let alone = try export("The cat")
    let own = try batch.floats("attentions").suffix(6 * length * length)
    let expected = try alone.floats("attentions")
    var difference: Float = 0
    for head in 0..<6 {
      for query in 0..<realTokens {
        for key in 0..<realTokens {
          let value = own[own.startIndex + (head * length + query) * length + key]
          difference = max(difference, abs(value - expected[(head * realTokens + query) * realTokens + key]))
        }
      }
    }
    print("alone and in a batch: largest difference of attentions \(difference)")
    #expect(difference < 1e-5)
    #expect(batch.metadata?["dropped_tokens"] == "[0,0]")
  }

  /// The laws of each mode, on the file: what is blocked is exactly 0, rows over visible keys sum to 1.
  @Test(arguments: ["keys", "none", "full", "causal"], ["right", "left"])
  func masks(mode: String, side: String) throws {
    let length = 10
    let file = try export("The cat ran.", "--mask", mode, "--pad-to", "\(length)", "--pad-side", side)
    let plain = try export("The cat ran.")
    let real = try #require(plain.shape("input_ids")?[1])
    let isReal = (0..<length).map { side == "right" ? $0 < real : $0 >= length - real }
    #expect(try file.integers("attention_mask") == isReal.map { $0 || mode == "none" ? 1 : 0 })
    let attentions = try file.floats("attentions")
    for row in 0..<6 * length {
      let query = row % length
      let visible = (0..<length).map { key in
        switch mode {
        case "keys": isReal[key]
        case "none": true
        case "full": isReal[key] && isReal[query]
        default: isReal[key] && key <= query
        }
      }
      let values = attentions[row * length..<(row + 1) * length]
      #expect(zip(values, visible).allSatisfy { $1 || $0 == 0 })
      let sum = values.reduce(0, +)
      #expect(visible.contains(true) ? abs(sum - 1) <= 1e-6 : sum == 0, "row \(query) sums to \(sum)")
    }
  }

  @Test func stagesFitTogether() throws {
    let length = 8
    let file = try export("The cat ran.", "--pad-to", "\(length)", "--stages")
    for name in ["queries", "keys", "values", "context"] { #expect(file.shape(name) == [1, 2, 3, length, 12]) }
    for name in ["scaled_scores", "masked_scores"] { #expect(file.shape(name) == [1, 2, 3, length, length]) }
    let (queries, keys, values) = try (file.floats("queries"), file.floats("keys"), file.floats("values"))
    let (scaled, masked) = try (file.floats("scaled_scores"), file.floats("masked_scores"))
    let (attentions, context) = try (file.floats("attentions"), file.floats("context"))
    let mask = try file.integers("attention_mask")
    func dot(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Float {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var differences: (scores: Float, softmax: Float, context: Float) = (0, 0, 0)
    for head in 0..<6 {
      func vector(_ all: [Float], _ position: Int) -> ArraySlice<Float> {
        all[(head * length + position) * 12..<(head * length + position + 1) * 12]
      }
      for query in 0..<length {
        let row = (head * length + query) * length
        for key in 0..<length {
          let score = dot(vector(queries, query), vector(keys, key)) / Float(12).squareRoot()
          differences.scores = max(differences.scores, abs(score - scaled[row + key]))
          #expect(masked[row + key] == (mask[key] == 1 ? scaled[row + key] : -.infinity))
        }
        let weights = masked[row..<row + length].map { exp($0) }
        let total = weights.reduce(0, +)
        differences.softmax = max(
          differences.softmax, largestDifference(weights.map { $0 / total }, attentions[row..<row + length]))
        for i in 0..<12 {
          let sum = (0..<length).reduce(Float(0)) {
            $0 + attentions[row + $1] * vector(values, $1)[(head * length + $1) * 12 + i]
          }
          differences.context = max(
            differences.context, abs(sum - vector(context, query)[(head * length + query) * 12 + i]))
        }
      }
    }
    print("stages: largest differences \(differences)")
    #expect(differences.scores < 1e-5 && differences.softmax < 1e-5 && differences.context < 1e-5)
  }

  @Test func allFormatsHoldTheSame() throws {
    let arguments = ["export", "The cat", "ran", "--model", model.path, "--stages", "-o"]
    for ending in ["safetensors", "npz", "json"] {
      #expect(try program.run(arguments + [model.folder["x.\(ending)"]]).status == 0)
    }
    let file = try TensorFile(model.folder["x.safetensors"])
    let npz = try contents(of: model.folder["x.npz"])
    let json = try JSONValue(parsing: contents(of: model.folder["x.json"]))
    for name in file.names.sorted() {
      let bytes = try file.bytes(name)
      // A stored zip file holds the numbers as they are, after a header that says what they are.
      let entry = try #require(npz.firstRange(of: Array("\(name).npy".utf8)))
      let shape = try #require(file.shape(name)).map { "\($0)," }.joined(separator: " ")
      let header =
        "{'descr': '\(file.type(name) == "I64" ? "<i8" : "<f4")', 'fortran_order': False, 'shape': (\(shape)), }"
      let place = try #require(npz[entry.upperBound...].firstRange(of: Array(header.utf8)))
      let start = try #require(npz[place.upperBound...].firstIndex(of: UInt8(ascii: "\n"))) + 1
      #expect(npz[start..<start + bytes.count].elementsEqual(bytes), "\(name) in npz")

      #expect(shape == Self.shape(json[name]).map { "\($0)," }.joined(separator: " "))
      let numbers = Self.numbers(json[name])
      if file.type(name) == "I64" {
        #expect(try numbers == file.integers(name).map { Double($0) })
      } else {
        #expect(
          try numbers.map { $0.map { Float($0) } } == file.floats(name).map { $0.isFinite ? $0 : nil },
          "\(name) in json")
      }
    }
    #expect(json["texts"] == ["The cat", "ran"])
    #expect(json["model"] == "tiny")
    #expect(json["pair"] == .some(.null))
    #expect(json["tokens"]?[0]?[0] == "[CLS]")
  }

  private static func shape(_ value: JSONValue?) -> [Int] {
    guard let elements = value?.arrayValue else { return [] }
    return [elements.count] + shape(elements.first)
  }

  /// All numbers of nested arrays; nil for null.
  private static func numbers(_ value: JSONValue?) -> [Double?] {
    guard let elements = value?.arrayValue else { return [value?.doubleValue] }
    return elements.flatMap { numbers($0) }
  }

  @Test func csvHasALineAPair() throws {
    let path = model.folder["x.csv"]
    #expect(try program.run("export", "a, b", "--model", model.path, "-o", path).status == 0)
    let file = try export("a, b")
    let length = try #require(file.shape("input_ids")?[1])
    var lines = String(decoding: try contents(of: path), as: UTF8.self).split(separator: "\n")
    #expect(lines.removeFirst() == "layer,head,query,key,query_token,key_token,probability")
    #expect(lines.count == 6 * length * length)
    #expect(lines.contains { $0.hasPrefix("1,2,2,2,\",\",\",\",") })
    let attentions = try file.floats("attentions")
    for (line, value) in zip(lines, attentions) {
      #expect(line.split(separator: ",").last.flatMap { Float($0) } == value)
    }

    #expect(try program.run("export", "a", "b", "--model", model.path, "-o", path).status == 0)
    lines = String(decoding: try contents(of: path), as: UTF8.self).split(separator: "\n")
    #expect(lines[0] == "sentence,layer,head,query,key,query_token,key_token,probability")
    #expect(lines.count { $0.hasPrefix("1,") } == 6 * 9)
  }

  @Test(arguments: ["safetensors", "npz", "json", "csv"])
  func standardOutputGetsTheSameBytes(format: String) throws {
    let arguments = ["export", "The cat", "--model", model.path]
    let path = model.folder["x.bin"]
    #expect(try program.run(arguments + ["-o", path, "--format", format]).status == 0)
    let outcome = try program.run(arguments + ["-o", "-", "--format", format])
    #expect(outcome.status == 0)
    #expect(try outcome.output == contents(of: path))
    // The same command gives the same bytes.
    #expect(try program.run(arguments + ["-o", "-", "--format", format]).output == outcome.output)
  }

  @Test func theEmptyTextIsSpecialTokensOnly() throws {
    let file = try export("")
    #expect(file.shape("input_ids") == [1, 2])
    #expect(file.metadata?["tokens"] == #"[["[CLS]","[SEP]"]]"#)
  }

  @Test func aLongTextIsCutAndSaysSo() throws {
    let path = model.folder["x.safetensors"]
    let text = Array(String(repeating: "the ", count: 100_000).utf8)
    let outcome = try program.run("export", "-", "--model", model.path, "-o", path, input: text)
    #expect(outcome.status == 0)
    #expect(
      outcome.errors
        == "headscope: note: the text is longer than the 72 positions of tiny: 99930 tokens were dropped at its end\n")
    let file = try TensorFile(path)
    #expect(file.shape("input_ids") == [1, 72])
    #expect(file.metadata?["dropped_tokens"] == "[99930]")
  }

  @Test func aPairHasTokenTypes() throws {
    let file = try export("The cat", "--pair", "ran")
    let types = try file.integers("token_type_ids")
    #expect(types.first == 0 && types.last == 1)
    #expect(file.metadata?["pair"] == "ran")
  }

  @Test func paddingLessThanThereIsChangesNothingAndSaysSo() throws {
    let plain = try export("The cat")
    let outcome = try program.run(
      "export", "The cat", "--model", model.path, "-o", model.folder["y.safetensors"], "--pad-to", "1")
    #expect(outcome.errors == "headscope: note: --pad-to 1 pads nothing: the longest text has 4 tokens\n")
    let file = try TensorFile(model.folder["y.safetensors"])
    #expect(try file.bytes("attentions") == plain.bytes("attentions"))
  }
}
