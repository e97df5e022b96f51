// swift-tools-version: 6.2
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

/// What is needed to compile for processors with some instructions. Only in release builds, where everything is inlined,
/// are there no functions of the standard library in it that the linker could take for the rest of the program.
func instructions(_ names: String...) -> [SwiftSetting] {
  #if arch(x86_64)
    [
      .unsafeFlags(names.flatMap { ["-Xcc", "-m\($0)"] }, .when(configuration: .release)),
      .define("FUSED_MULTIPLY_ADD", .when(configuration: .release)),
    ] + (names.contains("avx512f") ? [.define("MANY_REGISTERS", .when(configuration: .release))] : [])
  #else
    []
  #endif
}

let package = Package(
  name: "headscope",
  products: [.executable(name: "headscope", targets: ["headscope"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // What Swift has no words for.
    .systemLibrary(name: "CProcessor"),
    .target(name: "VectorKernels", dependencies: ["CProcessor"]),
    // The same sources twice more: the folders are links.
    .target(name: "VectorKernelsAVX2", dependencies: ["CProcessor"], swiftSettings: instructions("avx2", "fma")),
    .target(
      name: "VectorKernelsAVX512", dependencies: ["CProcessor"],
      swiftSettings: instructions("avx2", "fma", "avx512f", "avx512vl", "avx512dq", "avx512bw")),
    cLibrary("CNcurses", debian: "libncurses-dev"),
    cLibrary("COneDNN", debian: "libdnnl-dev"),
    cLibrary("CUTF8Proc", debian: "libutf8proc-dev"),
    cLibrary("COniguruma", debian: "libonig-dev"),
    cLibrary("CCurl", debian: "libcurl4-openssl-dev"),
    .target(name: "TestSupport", dependencies: ["Activations", "Canvas", "Explorer"], path: "Tests/TestSupport"),
    .executableTarget(
      name: "headscope",
      dependencies: [
        "Support", "Activations", "JSON", "Tokenizers", "Encoders", "Models", "Hub", "Insights", "Canvas", "Pictures",
        "Explorer", "Sessions", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "terminal-probe", dependencies: ["Terminal", "Canvas"], path: "Tests/TerminalProbe"),
    .testTarget(name: "EndToEndTests", dependencies: ["TestSupport", "headscope"]),
  ]
    + module("Support")
    + module("JSON", uses: ["Support"])
    + module("Activations", uses: ["Support"])
    + module("Tokenizers", uses: ["Support", "Activations", "JSON", "CUTF8Proc", "COniguruma"])
    + module(
      "Encoders",
      uses: [
        "Support", "Activations", "JSON", "COneDNN", "CProcessor", "VectorKernels", "VectorKernelsAVX2",
        "VectorKernelsAVX512",
      ])
    + module("Models", uses: ["Support", "Activations", "JSON", "Tokenizers", "Encoders"])
    + module("Hub", uses: ["Support", "JSON", "CCurl"])
    + module("Insights", uses: ["Support", "Activations"])
    + module("Canvas", uses: ["Support", "CUTF8Proc"])
    + module("Pictures", uses: ["Support", "Canvas", "JSON"])
    + module("Explorer", uses: ["Support", "Activations", "Insights", "Canvas"])
    + module("Sessions", uses: ["Support", "Explorer", "Activations", "Insights", "JSON"])
    + module("Terminal", uses: ["Support", "Canvas", "CNcurses"]),
  swiftLanguageModes: [.v6]
)
