// swift-tools-version: 6.1
import PackageDescription

/// A library module of Headscope and the tests that belong to it.
func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> [Target] {
  [
    .target(name: name, dependencies: dependencies),
    .testTarget(
      name: "\(name)Tests",
      dependencies: [.byName(name: name), "TestSupport"] + dependencies.filter(\.isOwnModule)),
  ]
}

/// A C library of the system: a module map that links it, and a header that shims what Swift cannot import.
func cLibrary(_ name: String, debian package: String) -> Target {
  .systemLibrary(name: name, providers: [.apt([package])])
}

extension Target.Dependency {
  var isOwnModule: Bool {
    if case .byNameItem = self { true } else { false }
  }
}

#if arch(x86_64)
  let avx2Flags = ["-Xcc", "-mavx2"]
#else
  let avx2Flags: [String] = []
#endif

let package = Package(
  name: "headscope",
  products: [.executable(name: "headscope", targets: ["headscope"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "VectorKernels"),
    // The same sources once more: the folder is a link. Only in release builds, where everything in it is inlined, are
    // there no functions of the standard library in it that the linker could take for the rest of the program.
    .target(
      name: "VectorKernelsAVX2", swiftSettings: [.unsafeFlags(avx2Flags, .when(configuration: .release))]),
    cLibrary("CNcurses", debian: "libncurses-dev"),
    cLibrary("COneDNN", debian: "libdnnl-dev"),
    cLibrary("CUTF8Proc", debian: "libutf8proc-dev"),
    cLibrary("COniguruma", debian: "libonig-dev"),
    cLibrary("CCurl", debian: "libcurl4-openssl-dev"),
    .target(name: "TestSupport", dependencies: ["Activations", "Canvas", "Explorer"], path: "Tests/TestSupport"),
    .executableTarget(
      name: "headscope",
      dependencies: [
        "Activations", "JSON", "Tokenizers", "Encoders", "Models", "Hub", "Insights", "Canvas", "Pictures",
        "Explorer", "Sessions", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "terminal-probe", dependencies: ["Terminal", "Canvas"], path: "Tests/TerminalProbe"),
    .testTarget(name: "EndToEndTests", dependencies: ["TestSupport", "headscope"]),
  ]
    + module("JSON")
    + module("Activations")
    + module("Tokenizers", uses: ["Activations", "JSON", "CUTF8Proc", "COniguruma"])
    + module("Encoders", uses: ["Activations", "JSON", "COneDNN", "VectorKernels", "VectorKernelsAVX2"])
    + module("Models", uses: ["Activations", "JSON", "Tokenizers", "Encoders"])
    + module("Hub", uses: ["JSON", "CCurl"])
    + module("Insights", uses: ["Activations"])
    + module("Canvas", uses: ["CUTF8Proc"])
    + module("Pictures", uses: ["Canvas", "JSON"])
    + module("Explorer", uses: ["Activations", "Insights", "Canvas"])
    + module("Sessions", uses: ["Explorer", "Activations", "Insights", "JSON"])
    + module("Terminal", uses: ["Canvas", "CNcurses"]),
  swiftLanguageModes: [.v6]
)
