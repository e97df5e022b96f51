import ExplorerAppTestSupport
import Glibc
import JSON
import Support
import TestSupport
import Testing

/// `headscope train` and `headscope classify`.
@Suite struct TrainTests {
  private let model = TinyModel()

  init() {
    model.folder.write(
      "text\tlabel\nThe cat ran.\tcat\nThe dog ran.\tdog\nA cat sat\tcat\nA dog sat\tdog\nThe cat is in the house\tcat\nThe dog\tdog\n",
      to: "data.tsv")
  }

  @discardableResult
  private func train(_ arguments: String...) throws -> Program.Outcome {
    try Program.shell(
      "exec headscope train \(arguments.joined(separator: " "))", in: model.folder.path,
      environment: ["HEADSCOPE_MODELS": model.folder.path])
  }

  private func lines(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)[...]) }
  }

  private func text(_ name: String) throws -> String {
    try String(decoding: contents(of: model.folder[name]), as: UTF8.self)
  }

  private func configuration(_ folder: String) throws -> JSONValue {
    try JSONValue(parsing: contents(of: model.folder["\(folder)/config.json"])[...])
  }

  @Test func aTrainedModelIsAFolderThatEveryCommandOpens() throws {
    let outcome = try train(
      "data.tsv --model tiny -o out --steps 30 --batch-size 3 --learning-rate 2e-3 --test data.tsv --log log.jsonl",
      "--gradients first.safetensors --evaluate-every 10")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("training everything: ") && outcome.errors.contains("MiB of memory; dropout 0.0"))
    #expect(outcome.errors.contains("headscope: out: holds the model after step 30 of 30\n"))
    #expect(
      TemporaryFolder.names(in: model.folder["out"]).sorted()
        == ["config.json", "model.safetensors", "tokenizer.json", "training.json"])
    let configuration = try configuration("out")
    #expect(configuration["architectures"]?.arrayValue == ["BertForSequenceClassification"])
    #expect(
      configuration["id2label"] == ["0": "cat", "1": "dog"] && configuration["label2id"] == ["cat": 0, "dog": 1])
    let record = try JSONValue(parsing: contents(of: model.folder["out/training.json"])[...])
    #expect(record["losses"]?.arrayValue?.count == 30 && record["data"] == "data.tsv" && record["interrupted"] == false)

    let log = try lines(text("log.jsonl"))
    #expect(log.compactMap { $0["step"]?.intValue } == Array(0..<30))
    for line in log {
      #expect(["loss", "learning_rate", "accuracy", "seconds"].allSatisfy { line[$0]?.doubleValue != nil })
    }
    #expect(log.indices.filter { log[$0]["test_accuracy"] != nil } == [9, 19, 29])
    #expect(log[0]["learning_rate"] == 2e-3)
    let losses = log.compactMap { $0["loss"]?.doubleValue }
    #expect(losses[29] < losses[0])
    let gradients = try TensorFile(model.folder["first.safetensors"])
    let trained = try TensorFile(model.folder["out/model.safetensors"])
    // The fixture is an old checkpoint, whose norms have other names.
    let names = trained.names.map { $0.replacing("gamma", with: "weight").replacing("beta", with: "bias") }
    #expect(gradients.names == Set(names) && trained.names.contains("bert.pooler.dense.weight"))

    let texts = #"{"text": "The cat ran."}"# + "\n" + #"{"text": "The dog ran.", "pair": "A dog"}"# + "\n"
    let environment = ["HEADSCOPE_MODELS": model.folder.path]
    let classified = try Program(environment: environment).run(
      "classify", "--jsonl", "--model", model.folder["out"], input: Array(texts.utf8))
    let answers = try lines(classified.text)
    #expect(answers.count == 2, "\(classified.errors)")
    for answer in answers {
      let probabilities = try #require(answer["probabilities"]?.objectValue)
      let likely = (probabilities["cat"]?.doubleValue ?? 0) > (probabilities["dog"]?.doubleValue ?? 0) ? "cat" : "dog"
      #expect(answer["label"]?.stringValue == likely)
      #expect(
        probabilities.keys.map(\.description).sorted() == ["cat", "dog"] && answer["logits"]?.arrayValue?.count == 2)
      #expect(abs((probabilities["cat"]?.doubleValue ?? 0) + (probabilities["dog"]?.doubleValue ?? 0) - 1) < 1e-6)
    }
    #expect(
      try Program(environment: environment).run("classify", "The cat", "--model", model.folder["out"]).text.contains(
        "cat "))
    #expect(
      try Program(environment: environment).run(
        "export", "The cat", "--model", model.folder["out"], "-o", model.folder["x.csv"]
      ).status == 0)
    let confusion = try Program(environment: environment).run(
      "classify", "--confusion", model.folder["data.tsv"], "--model", model.folder["out"])
    #expect(confusion.status == 0 && confusion.text.contains("dog"), "\(confusion.errors)")

    // Another run goes on from its head, and one with labels that it does not know cannot.
    #expect(try train("data.tsv --model ./out -o again --steps 1").status == 0)
    model.folder.write("text\tlabel\na\tbird\nb\tcat\n", to: "birds.tsv")
    #expect(
      try train("birds.tsv --model ./out -o never --steps 1").errors
        == "headscope: birds.tsv, line 2: the label 'bird' is none of those that the prediction layer knows: cat, dog\n"
    )
  }

  @Test func onlyTheHeadMovesAndTheEncoderKeepsItsBits() throws {
    #expect(try train("data.tsv --model tiny -o head --only-head --steps 5").status == 0)
    let (before, after) = (
      try TensorFile(model.path + "/model.safetensors"), try TensorFile(model.folder["head/model.safetensors"])
    )
    var compared = 0
    for name in after.names where !name.hasPrefix("classifier") && !name.contains("pooler") {
      #expect(
        try after.bytes(name) == before.bytes(before.names.contains(name) ? name : String(name.dropFirst(5))), "\(name)"
      )
      compared += 1
    }
    #expect(compared == 37)
  }

  @Test func theSameSeedGivesTheSameFile() throws {
    let arguments = "data.tsv --model tiny --steps 4 --batch-size 2 --dropout 0.1"
    #expect(try train(arguments, "-o one --seed 5").status == 0)
    #expect(try train(arguments, "-o two --seed 5").status == 0)
    #expect(try train(arguments, "-o three --seed 6").status == 0)
    let file = try contents(of: model.folder["one/model.safetensors"])
    #expect(try contents(of: model.folder["two/model.safetensors"]) == file)
    #expect(try contents(of: model.folder["three/model.safetensors"]) != file)
  }

  @Test func aFolderIsReplacedOnlyByForce() throws {
    #expect(try train("data.tsv --model tiny -o out --steps 1").status == 0)
    let file = try contents(of: model.folder["out/model.safetensors"])
    let outcome = try train("data.tsv --model tiny -o out --steps 2")
    #expect(outcome.status == 1 && outcome.errors == "headscope: out: is there already; --force replaces it\n")
    #expect(try contents(of: model.folder["out/model.safetensors"]) == file)
    #expect(try train("data.tsv --model tiny -o out --steps 2 --force").status == 0)
    #expect(try contents(of: model.folder["out/model.safetensors"]) != file)
    #expect(model.folder.list() == ["data.tsv", "out", "tiny"])
  }

  @Test(arguments: [
    ("none.tsv -o out", "none.tsv: there is no such file, and no such task; tasks are "),
    ("one.tsv -o out", "one.tsv: all sentences have the label 'x'; there is nothing to tell apart"),
    ("empty.tsv -o out", "empty.tsv, line 3: is empty"),
    ("unlabelled.tsv -o out", "unlabelled.tsv, line 2: the label is empty"),
    ("columns.csv -o out", "columns.csv: has no column 'label'; the first line names text, class"),
    ("tokens.tsv -o out", "tokens.tsv, line 3: the text has no tokens"),
    ("data.tsv -o out --keep best", "--keep best and --patience need held-out sentences: add --test FILE"),
    ("data.tsv -o out --learning-rate 1e6 --steps 200", "the loss of step "),
    ("data.tsv -o out --test columns.csv", "columns.csv: has no column 'label'; the first line names text, class"),
    ("data.tsv -o /proc/out --steps 1", "/proc/out: cannot be made: "),
    ("data.tsv -o out --steps 1 --log none/log", "none/log: cannot be written: "),
  ])
  func wrongInputIsOneClearLine(arguments: String, message: String) throws {
    for (name, text) in [
      ("one.tsv", "text\tlabel\na\tx\nb\tx\n"), ("empty.tsv", "text\tlabel\na\tx\n\nb\ty\n"),
      ("unlabelled.tsv", "text\tlabel\na\t\n"), ("columns.csv", "text,class\na,x\n"),
      ("tokens.tsv", "text\tlabel\na\tx\n\u{AD}\ty\n"),
    ] { model.folder.write(text, to: name) }
    let outcome = try train(arguments, "--model tiny")
    let error = outcome.errors.split(separator: "\n").last.map(String.init) ?? ""
    #expect(outcome.status != 0 && error.hasPrefix("headscope: \(message)"), "\(outcome.errors)")
    // Nothing is left half done: where a loss is no number, there may be the last good model.
    let left = TemporaryFolder.names(in: model.folder["out"])
    #expect(left == [] || arguments.contains("1e6") && left.count == 4)
  }

  @Test func whereTheTasksOfTheProgramAreNotFoundItSaysWhatNamesThem() throws {
    let outcome = try Program.shell(
      "exec headscope train agent --model tiny -o out", in: model.folder.path,
      environment: ["HEADSCOPE_MODELS": model.folder.path, "HEADSCOPE_ASSETS": "/nowhere"])
    #expect(
      outcome.status == 1
        && outcome.errors
          == "headscope: agent: there is no such file; the tasks of the program were not found: HEADSCOPE_ASSETS names the folder that holds them\n"
    )
  }

  @Test func aCheckTrainsAnewSaysSoAndComparesTheLosses() throws {
    let data = try contents(of: model.folder["data.tsv"])
    model.folder.write(
      """
      {"headscope-session":1,"title":"t","created":"2026-01-31T12:00:00Z","program":"t","model":{"name":"tiny"}}
      {"t":0,"action":"train","task":"data.tsv","data":"\(FNV1a(data).digits)","of":"everything","steps":4,"to":2}
      {"t":1,"trained":2,"losses":[50,0.5]}

      """, to: "run.jsonl")
    func check(_ options: String) throws -> Program.Outcome {
      try Program.shell(
        "exec headscope replay --check run.jsonl --model tiny \(options)", in: model.folder.path,
        environment: ["HEADSCOPE_MODELS": model.folder.path])
    }
    var outcome = try check("--train data.tsv")
    #expect(outcome.errors.contains("training anew: everything on data.tsv, up to step 2 of 4"), "\(outcome.errors)")
    #expect(outcome.text.contains("differs: at 1.0 s: losses of training differ from the recorded ones by up to 49."))
    #expect(outcome.text.contains("run.jsonl: DIFFERS (1 actions, 0 fingerprints, 1 training, "), "\(outcome.text)")
    #expect(outcome.status == 1)
    outcome = try check("")
    #expect(outcome.text.contains("there is no task 'data.tsv'; a file of labelled sentences is named by --train FILE"))
    outcome = try check("--train none.tsv")
    #expect(outcome.status == 64 && outcome.errors.hasPrefix("headscope: none.tsv: there is no such file"))
  }

  @Test func aModelWithoutAHeadClassifiesNothing() throws {
    let outcome = try Program().run("classify", "a", "--model", model.path)
    #expect(
      outcome.status == 1
        && outcome.errors.hasSuffix(
          "has no classification head: it predicts no labels; 'headscope train' puts one on top\n")
    )
  }

  // MARK: - Interruption

  /// Starts a training that takes long, and waits until it has taken some steps.
  private func start() throws -> pid_t {
    let script =
      "ulimit -c 0; cd \(model.folder.path) && exec \(Program.path) train data.tsv --model tiny -o out --steps 1000000 --log log"
    let process = try Program(executable: "/bin/sh", environment: ["HEADSCOPE_MODELS": model.folder.path]).start(
      ["-c", script].map { Array($0.utf8) },
      [
        ("/dev/null", O_RDONLY, STDIN_FILENO), ("/dev/null", O_WRONLY, STDOUT_FILENO),
        (model.folder["err"], O_WRONLY | O_CREAT, STDERR_FILENO),
      ])
    let hasBegun = comesTrue { Fixtures.bytes(model.folder["log"]).count { $0 == UInt8(ascii: "\n") } > 2 }
    let errors = try text("err")
    try #require(hasBegun, "\(errors)")
    return process
  }

  @Test func anInterruptSavesWhatThereIsAndEndsByTheSignal() throws {
    let process = try start()
    kill(process, SIGINT)
    #expect(try Program.status(of: process) == 128 + SIGINT)
    let record = try JSONValue(parsing: contents(of: model.folder["out/training.json"])[...])
    let steps = try #require(record["steps_taken"]?.intValue)
    #expect(steps > 2 && record["interrupted"] == true && record["losses"]?.arrayValue?.count == steps)
    #expect(try text("err").contains("out: holds the model after step \(steps) of 1000000"))
    #expect(try Program().run("classify", "A cat", "--model", model.folder["out"]).status == 0)
    #expect(model.folder.list() == ["data.tsv", "err", "log", "out", "tiny"])
  }

  @Test func aKillLeavesNoHalfModel() throws {
    let process = try start()
    kill(process, SIGKILL)
    #expect(try Program.status(of: process) == 128 + SIGKILL)
    #expect(model.folder.list() == ["data.tsv", "err", "log", "tiny"])
  }
}
