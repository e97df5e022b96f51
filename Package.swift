// swift-tools-version: 6.2
import PackageDescription

/// What every module is compiled with: Support is imported in each of its files, so that the conversions that trap, which it
/// shadows with deprecated ones, are errors everywhere (`Sources/Support/BareConversions.swift`).
let rules: [SwiftSetting] = [
  .unsafeFlags(["-Xfrontend", "-import-module", "-Xfrontend", "Support"]),
  .treatWarning("DeprecatedDeclaration", as: .error),
]

/// How modules are compiled in debug builds that do most of the work in tests: optimized, and as one. All checks stay, those of
/// assertions, too.
let optimized: [SwiftSetting] = [
  .unsafeFlags(
    ["-O", "-assert-config", "Debug", "-disable-batch-mode", "-wmo", "-num-threads", "2"],
    .when(configuration: .debug))
]
let modulesThatCompute: Set = [
  "Activations", "AttentionFiles", "Canvas", "Checkpoints", "Hub", "Insights", "JSON", "Pictures", "Safetensors",
  "Survey", "Tokenizers", "Training",
]

/// A library module of Headscope and the tests that belong to it.
func module(
  _ name: String, uses dependencies: [Target.Dependency] = [], testedWith support: [Target.Dependency] = []
) -> [Target] {
  [
    .target(
      name: name, dependencies: dependencies,
      swiftSettings: dependencies.isEmpty ? [] : rules + (modulesThatCompute.contains(name) ? optimized : [])),
    .testTarget(
      name: "\(name)Tests",
      dependencies: [.byName(name: name), "TestSupport"] + support + dependencies.filter(\.isOwnModule)),
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

/// How kernels are compiled: optimized in every build, so that tests run what ships, and as one, so that everything in them
/// is inlined. Then there are no functions of the standard library in what needs `instructions`, which the linker could take
/// for the rest of the program.
func kernel(_ instructions: String...) -> [SwiftSetting] {
  let optimized = [
    SwiftSetting.unsafeFlags(["-O", "-disable-batch-mode", "-wmo", "-num-threads", "2"], .when(configuration: .debug))
  ]
  #if arch(x86_64)
    guard !instructions.isEmpty else { return optimized }
    return optimized + [
      .unsafeFlags(instructions.flatMap { ["-Xcc", "-m\($0)"] }), .define("FUSED_MULTIPLY_ADD"),
    ] + (instructions.contains("avx512f") ? [.define("MANY_REGISTERS")] : [])
  #else
    return optimized
  #endif
}

/// What `make fuzz` builds, and nobody else: everything in it is instrumented.
let fuzz: [Target] =
  Context.environment["HEADSCOPE_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "TestSupport", "Support", "Activations", "AttentionFiles", "JSON", "Safetensors", "Checkpoints", "Tokenizers",
        "Encoders",
        "Training", "Survey", "UserInput", "Canvas", "Pictures", "Explorer", "ExplorerViews", "Sessions", "Terminal",
      ],
      path: "Tests/Fuzz", exclude: ["seeds"], swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  ]

let package = Package(
  name: "headscope",
  products: [.executable(name: "headscope", targets: ["headscope"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // What Swift has no words for.
    .systemLibrary(name: "CProcessor"),
    .target(name: "KernelParameters"),
    .target(name: "VectorKernels", dependencies: ["CProcessor", "KernelParameters"], swiftSettings: kernel()),
    // The same sources twice more: the folders are links.
    .target(
      name: "VectorKernelsAVX2", dependencies: ["CProcessor", "KernelParameters"],
      swiftSettings: kernel("avx2", "fma")),
    .target(
      name: "VectorKernelsAVX512", dependencies: ["CProcessor", "KernelParameters"],
      swiftSettings: kernel("avx2", "fma", "avx512f", "avx512vl", "avx512dq", "avx512bw")),
    cLibrary("CNcurses", debian: "libncurses-dev"),
    cLibrary("CUTF8Proc", debian: "libutf8proc-dev"),
    cLibrary("COniguruma", debian: "libonig-dev"),
    cLibrary("CCurl", debian: "libcurl4-openssl-dev"),
    .target(
      name: "TestSupport",
      dependencies: ["Activations", "Insights", "Survey", "UserInput", "Canvas", "Explorer", "ExplorerViews"],
      path: "Tests/TestSupport", swiftSettings: optimized),
    .executableTarget(
      name: "headscope",
      dependencies: [
        "Support", "Activations", "JSON", "Safetensors", "Checkpoints", "Compute", "Tokenizers", "Encoders", "Training",
        "Models", "AttentionFiles", "Hub", "Insights", "Survey", "Exporting", "UserInput", "Canvas", "Pictures",
        "Explorer",
        "ExplorerViews",
        "Sessions",
        "ExplorerApp", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: rules),
    .executableTarget(
      name: "terminal-probe", dependencies: ["Terminal", "UserInput", "Canvas"], path: "Tests/TerminalProbe"),
    .target(
      name: "ExplorerAppTestSupport", dependencies: ["TestSupport", "JSON", "Models", "ExplorerApp"],
      path: "Tests/ExplorerAppTestSupport"),
    .testTarget(name: "EndToEndTests", dependencies: ["TestSupport", "ExplorerAppTestSupport", "headscope"]),
  ]
    + module("Support")
    + module("JSON", uses: ["Support"])
    + module("Activations", uses: ["Support"])
    + module("Tokenizers", uses: ["Support", "Activations", "JSON", "CUTF8Proc", "COniguruma"])
    + module("Safetensors", uses: ["Support", "Activations", "JSON"], testedWith: ["Checkpoints"])
    + module("Checkpoints", uses: ["Support", "Activations", "JSON", "Safetensors"])
    + module(
      "Compute",
      uses: [
        "Support", "Activations", "CProcessor", "KernelParameters", "VectorKernels", "VectorKernelsAVX2",
        "VectorKernelsAVX512",
      ])
    + module(
      "Encoders",
      uses: ["Support", "Activations", "JSON", "Safetensors", "Checkpoints", "Compute", "KernelParameters"])
    + module(
      "Training",
      uses: ["Support", "Activations", "JSON", "Safetensors", "Compute", "KernelParameters", "Encoders"],
      testedWith: ["Tokenizers", "Checkpoints"])
    + module("Models", uses: ["Support", "Activations", "JSON", "Checkpoints", "Tokenizers", "Encoders"])
    + module("AttentionFiles", uses: ["Support", "Activations", "JSON", "Safetensors", "Checkpoints", "Models"])
    + module("Hub", uses: ["Support", "JSON", "CCurl"])
    + module("Insights", uses: ["Support", "Activations", "Compute", "KernelParameters"])
    + module("Survey", uses: ["Support", "Activations", "JSON", "Insights"])
    + module("UserInput", uses: ["Support"])
    + module("Canvas", uses: ["Support", "UserInput", "CUTF8Proc"])
    + module("Pictures", uses: ["Support", "UserInput", "Canvas", "JSON"])
    + module("Explorer", uses: ["Support", "JSON", "Activations", "Insights", "Survey", "UserInput"])
    + module(
      "ExplorerViews", uses: ["Support", "Activations", "Insights", "Survey", "UserInput", "Canvas", "Explorer"])
    + module("Sessions", uses: ["Support", "Explorer", "Activations", "Insights", "JSON", "Survey"])
    + module(
      "ExplorerApp",
      uses: [
        "Support", "Activations", "JSON", "Tokenizers", "Encoders", "Training", "Models", "AttentionFiles", "Insights",
        "Survey", "UserInput", "Canvas", "Pictures", "Exporting", "Explorer", "ExplorerViews", "Sessions",
      ], testedWith: ["ExplorerAppTestSupport"])
    + module(
      "Exporting", uses: ["Support", "JSON", "Activations", "Canvas", "Safetensors", "Models"])
    + module("Terminal", uses: ["Support", "UserInput", "Canvas", "CNcurses"])
    + fuzz,
  swiftLanguageModes: [.v6]
)

// What `make numbers` builds, and nobody else: all that computes, optimized as it ships, and the tests that look inside.
if Context.environment["HEADSCOPE_NUMBERS"] != nil {
  let tested: Set = ["Safetensors", "Checkpoints", "Compute", "Encoders", "Training"]
  package.targets.removeAll { target in target.type == .test && !tested.contains { target.name == "\($0)Tests" } }
  for target in package.targets {
    if tested.contains(target.name) || target.name == "VectorKernels" {
      target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-enable-testing"])]
    }
    if target.name == "TestSupport" {
      // Without what takes the explorer, which stands in a folder of its own.
      target.exclude = ["Explorer"]
      target.dependencies = []
    }
  }
}
