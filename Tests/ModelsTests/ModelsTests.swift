import TestSupport
import Testing

@testable import Models

/// Models that consist of empty files: finding looks only at names.
extension TemporaryFolder {
  func makeModel(_ relative: String, without missing: Set<String> = []) {
    for name in ["config.json", "tokenizer.json", "model.safetensors"] where !missing.contains(name) {
      write("{}", to: "\(relative)/\(name)")
    }
  }

  /// A snapshot in the layout of Hugging Face's cache: links to blobs. The link of a file that is still missing leads
  /// nowhere.
  func makeSnapshot(_ repository: String, revision: String, without missing: Set<String> = [], main: Bool = false) {
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
      let blob = "blob-\(revision)-\(name)"
      if missing.contains(name) {
        write("{", to: "hub/\(repository)/blobs/\(blob).incomplete")
      } else {
        write("{}", to: "hub/\(repository)/blobs/\(blob)")
      }
      link("hub/\(repository)/snapshots/\(revision)/\(name)", to: "../../blobs/\(blob)")
    }
    if main { write(revision, to: "hub/\(repository)/refs/main") }
  }

  /// A locator that looks only into this folder: models in `models`, the cache in `hub`.
  func locator(_ environment: [String: String] = [:]) -> ModelLocator {
    ModelLocator(
      environment: ["HEADSCOPE_MODELS": self["models"], "HF_HUB_CACHE": self["hub"]].merging(environment) { $1 },
      executablePath: self["prefix/bin/headscope"], currentFolder: path)
  }
}

@Suite struct LocatingTests {
  let folder = TemporaryFolder()

  @Test func aFolderIsFoundByItsPath() throws {
    folder.makeModel("some where/bert")
    for reference in [folder["some where/bert"], "some where/bert", "./some where/bert", "some where/bert/"] {
      let location = try folder.locator().locate(reference)
      #expect(location.name == "bert")
      #expect(location.source == .folder)
      #expect(location.isComplete)
    }
  }

  @Test func aTildeMeansTheHomeFolder() throws {
    folder.makeModel("home/bert")
    let location = try folder.locator(["HOME": folder["home"]]).locate("~/bert")
    #expect(location.folder == folder["home/bert"])
  }

  @Test func theNameOfTheCurrentFolderIsItsOwn() throws {
    folder.makeModel("bert")
    let locator = ModelLocator(environment: [:], executablePath: "/nowhere/headscope", currentFolder: folder["bert"])
    #expect(try locator.locate(".").name == "bert")
    #expect(try locator.locate("../bert").name == "bert")
  }

  @Test func aNameIsLookedUpInEveryModelsFolder() throws {
    folder.makeModel("models/a")
    folder.makeModel("prefix/bin/models/b")
    folder.makeModel("prefix/share/headscope/models/c")
    folder.makeModel("data/headscope/models/d")
    folder.makeModel("home/.local/share/headscope/models/e")
    let locator = folder.locator(["XDG_DATA_HOME": folder["data"]])
    for (name, place) in [
      ("a", "models/a"), ("b", "prefix/bin/models/b"), ("c", "prefix/share/headscope/models/c"),
      ("d", "data/headscope/models/d"),
    ] {
      let location = try locator.locate(name)
      #expect(location.folder == folder[place])
      #expect(location.source == .modelsFolder)
    }
    #expect(try folder.locator(["HOME": folder["home"]]).locate("e").isComplete)
  }

  @Test(arguments: [".build/x86_64-unknown-linux-gnu/release", ".build/debug", ".build-test/a/b"])
  func aDevelopmentBuildFindsTheModelsOfItsCheckout(build: String) throws {
    folder.makeModel("checkout/models/a")
    let locator = ModelLocator(
      environment: [:], executablePath: folder["checkout/\(build)/headscope"], currentFolder: "/")
    #expect(try locator.locate("a").folder == folder["checkout/models/a"])
  }

  @Test func theFirstModelsFolderWins() throws {
    folder.makeModel("models/a")
    folder.makeModel("prefix/bin/models/a")
    #expect(try folder.locator().locate("a").folder == folder["models/a"])
    #expect(folder.locator().list().map(\.folder) == [folder["models/a"], folder["prefix/bin/models/a"]])
  }

  @Test func organisationsMayBeFolders() throws {
    folder.makeModel("models/org/a")
    #expect(try folder.locator().locate("org/a").folder == folder["models/org/a"])
    #expect(folder.locator().list().map(\.name) == ["org/a"])
  }

  @Test func whatIsNotThereIsSaidClearly() {
    func message(_ reference: String?) -> String? {
      do {
        _ = try folder.locator().locate(reference)
        return nil
      } catch { return error.description }
    }
    folder.makeFolder("models")
    #expect(message("/no/such/folder") == "no such model folder: /no/such/folder")
    #expect(message("./bert") == "no such model folder: ./bert")
    #expect(
      message("bert")
        == "no model named 'bert' in \(folder["models"]), \(folder["hub"]); `headscope models list` shows what is there"
    )
    #expect(
      message(nil)
        == "no model found in \(folder["models"]), \(folder["hub"]): run `headscope models pull` "
        + "(in a checkout: `make model`), or name one with --model FOLDER")
    #expect(message("") != nil)
    #expect(message("a/../../b") != nil)
  }

  @Test func withoutAReferenceTheDefaultModelIsTaken() throws {
    folder.makeModel("models/a-first")
    #expect(try folder.locator().locate(nil).name == "a-first")
    folder.makeModel("prefix/bin/models/all-MiniLM-L6-v2", without: ["model.safetensors"])
    #expect(try folder.locator().locate(nil).name == "a-first")
    folder.makeModel("prefix/bin/models/all-MiniLM-L6-v2")
    #expect(try folder.locator().locate(nil).name == "all-MiniLM-L6-v2")
  }

  @Test func theDefaultModelMayLieInTheCache() throws {
    folder.makeModel("models/a-first")
    folder.makeSnapshot("models--sentence-transformers--all-MiniLM-L6-v2", revision: "r", main: true)
    #expect(try folder.locator().locate(nil).name == "sentence-transformers/all-MiniLM-L6-v2")
  }

  @Test func emptyVariablesCountAsUnset() {
    let locator = ModelLocator(
      environment: ["HEADSCOPE_MODELS": "", "HF_HUB_CACHE": "", "HF_HOME": "", "HOME": ""],
      executablePath: "/opt/bin/headscope", currentFolder: "/")
    #expect(locator.modelsFolders == ["/opt/bin/models", "/opt/share/headscope/models"])
    #expect(locator.cacheFolder == nil)
  }
}

@Suite struct CompletenessTests {
  let folder = TemporaryFolder()

  @Test(arguments: ["config.json", "tokenizer.json", "model.safetensors"])
  func aMissingFileIsNamed(name: String) throws {
    folder.makeModel("models/a", without: [name])
    #expect(try folder.locator().locate("a").missing == [name])
  }

  @Test func olderTokenizerFilesDo() throws {
    folder.makeModel("models/a", without: ["tokenizer.json"])
    folder.write("", to: "models/a/vocab.json")
    #expect(try !folder.locator().locate("a").isComplete)
    folder.write("", to: "models/a/merges.txt")
    #expect(try folder.locator().locate("a").isComplete)
    folder.makeModel("models/b", without: ["tokenizer.json"])
    folder.write("", to: "models/b/vocab.txt")
    #expect(try folder.locator().locate("b").isComplete)
  }

  @Test func everyShardHasToBeThere() throws {
    folder.makeModel("models/a", without: ["model.safetensors"])
    folder.write(
      #"{"weight_map": {"x": "two.safetensors", "y": "one.safetensors", "z": "two.safetensors"}}"#,
      to: "models/a/model.safetensors.index.json")
    folder.write("", to: "models/a/two.safetensors")
    #expect(try folder.locator().locate("a").missing == ["one.safetensors"])
    folder.write("", to: "models/a/one.safetensors")
    let location = try folder.locator().locate("a")
    #expect(location.isComplete)
    #expect(location.weightFiles == [folder["models/a/one.safetensors"], folder["models/a/two.safetensors"]])
  }

  @Test func aBrokenIndexIsNoTrap() throws {
    folder.makeModel("models/a", without: ["model.safetensors"])
    folder.write(#"{"weight_map": [1, 2"#, to: "models/a/model.safetensors.index.json")
    #expect(try folder.locator().locate("a").missing == ["model.safetensors"])
  }
}

@Suite struct HubCacheTests {
  let folder = TemporaryFolder()

  @Test func theIdAndTheNameAloneFindIt() throws {
    folder.makeSnapshot("models--org--some-name", revision: "abc", main: true)
    folder.makeSnapshot("models--bert-base-uncased", revision: "def", main: true)
    for reference in ["org/some-name", "some-name"] {
      let location = try folder.locator().locate(reference)
      #expect(location.name == "org/some-name")
      #expect(location.source == .cache)
      #expect(location.revision == "abc")
      #expect(location.folder == folder["hub/models--org--some-name/snapshots/abc"])
    }
    #expect(try folder.locator().locate("bert-base-uncased").revision == "def")
    #expect(throws: ModelError.self) { try folder.locator().locate("other/some-name") }
    #expect(throws: ModelError.self) { try folder.locator().locate("name") }
  }

  @Test func aNameOfSeveralOrganisationsIsAmbiguous() throws {
    folder.makeSnapshot("models--a--x", revision: "1", main: true)
    folder.makeSnapshot("models--b--x", revision: "1", main: true)
    let error = #expect(throws: ModelError.self) { try folder.locator().locate("x") }
    #expect(error?.description == "'x' can mean a/x or b/x: write the whole name")
    folder.makeSnapshot("models--x", revision: "1", main: true)
    #expect(try folder.locator().locate("x").name == "x")
  }

  @Test func theRevisionOfMainIsTaken() throws {
    folder.makeSnapshot("models--a--x", revision: "1")
    folder.makeSnapshot("models--a--x", revision: "2", main: true)
    folder.makeSnapshot("models--a--x", revision: "3")
    #expect(try folder.locator().locate("a/x").revision == "2")
  }

  @Test func aPartlyDownloadedRevisionGivesWayToACompleteOne() throws {
    folder.makeSnapshot("models--a--x", revision: "old")
    folder.makeSnapshot("models--a--x", revision: "new", without: ["model.safetensors"], main: true)
    #expect(try folder.locator().locate("a/x").revision == "old")
  }

  @Test func aPartlyDownloadedModelIsFoundAndMarked() throws {
    folder.makeSnapshot("models--a--x", revision: "new", without: ["model.safetensors", "tokenizer.json"], main: true)
    let location = try folder.locator().locate("a/x")
    #expect(location.missing == ["tokenizer.json", "model.safetensors"])
    #expect(folder.locator().list() == [location])
    #expect(
      ModelError.incomplete(location).description
        == "a/x is only partly downloaded (\(location.folder) lacks tokenizer.json, model.safetensors): "
        + "run `headscope models pull a/x`")
    let error = #expect(throws: ModelError.self) { try Model.load(location) }
    #expect(error == .incomplete(location))
  }

  @Test func aModelOfWhichNothingIsFinishedYetIsListed() throws {
    folder.write("12345", to: "hub/models--a--x/blobs/abc.incomplete")
    folder.write("", to: "hub/models--a--looked-for/refs/main")
    let locations = folder.locator().list()
    #expect(locations.map(\.name) == ["a/x"])
    #expect(locations.first?.missing == ["config.json", "tokenizer.json", "model.safetensors"])
    #expect(locations.first?.downloadedBytes == 5)
    let location = try folder.locator().locate("a/x")
    #expect(throws: ModelError.incomplete(location)) { try Model.load(location) }
  }

  @Test func whatHasArrivedIsCountedOverAllFiles() throws {
    folder.makeSnapshot("models--a--x", revision: "new", without: ["model.safetensors"], main: true)
    #expect(try folder.locator().locate("a/x").downloadedBytes == 5)
  }

  @Test func pathsIntoTheCacheKeepTheModelsName() throws {
    folder.makeSnapshot("models--a--x", revision: "r1", main: true)
    for reference in ["hub/models--a--x", "hub/models--a--x/snapshots/r1"] {
      let location = try folder.locator().locate(reference)
      #expect(location.name == "a/x")
      #expect(location.revision == "r1")
    }
  }

  @Test(arguments: [
    (["HF_HUB_CACHE": "/c", "HF_HOME": "/h"], "/c"),
    (["HUGGINGFACE_HUB_CACHE": "/c", "HF_HOME": "/h"], "/c"),
    (["HF_HOME": "/h", "XDG_CACHE_HOME": "/x"], "/h/hub"),
    (["XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
    ([:], "/home/me/.cache/huggingface/hub"),
    (["HF_HOME": "~/h"], "/home/me/h/hub"),
  ])
  func itIsWherePythonHasIt(environment: [String: String], expected: String) {
    let locator = ModelLocator(
      environment: environment.merging(["HOME": "/home/me"]) { $1 }, executablePath: "/bin/headscope",
      currentFolder: "/")
    #expect(locator.cacheFolder == expected)
  }

  @Test func oddFoldersInTheCacheAreLeftOut() {
    folder.makeFolder("hub/models--")
    folder.makeFolder("hub/datasets--a--b/snapshots/1")
    folder.makeFolder("hub/models--a--empty/snapshots")
    folder.write("", to: "hub/models--a--file")
    #expect(folder.locator().list() == [])
  }
}
