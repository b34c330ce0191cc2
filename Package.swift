// swift-tools-version: 6.2
import PackageDescription

// The import table: what each library may import. `make lint` checks every `import` against it.
let package = Package(
  name: "umwelt",
  products: [
    .executable(name: "umwelt", targets: ["umwelt"]),
    .library(
      name: "UmweltKit",
      targets: [
        "Randomness", "Threads", "Tensors", "Layers", "EnvironmentKit", "DataWorlds",
        "Environments", "WorldModels", "Controllers", "Pictures", "Experiments", "Viewer",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CSDL2", providers: [.apt(["libsdl2-dev"])]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CGIF", providers: [.apt(["libgif-dev"])]),
    .systemLibrary(
      name: "CLAPACK", providers: [.apt(["libopenblas-serial-dev", "liblapacke-dev"])]),
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp")]),

    .target(name: "Randomness"),
    .target(name: "Threads", dependencies: ["CKernels"]),
    .target(name: "OneDNN", dependencies: ["COneDNN"]),
    .target(name: "Tensors", dependencies: ["OneDNN", "CKernels", "Threads", "Randomness"]),
    .target(name: "Layers", dependencies: ["Tensors", "Randomness"]),
    .target(name: "CAllocations"),
    .target(name: "EnvironmentKit", dependencies: ["Randomness", "Threads", "CAllocations"]),
    .target(name: "DataWorlds", dependencies: ["EnvironmentKit", "Randomness", "Yams"]),
    .target(
      name: "Environments", dependencies: ["EnvironmentKit", "DataWorlds", "Randomness"],
      path: "envs", exclude: ["worlds/README.md"], resources: [.embedInCode("worlds")]),
    .target(
      name: "WorldModels",
      dependencies: ["Tensors", "Layers", "EnvironmentKit", "Randomness", "Threads"]),
    .target(
      name: "Controllers",
      dependencies: ["Tensors", "Layers", "EnvironmentKit", "Randomness", "Threads", "CLAPACK"]),
    .target(name: "Pictures", dependencies: ["EnvironmentKit", "CPNG", "CGIF"]),
    .target(
      name: "Experiments",
      dependencies: [
        "Randomness", "Threads", "OneDNN", "Tensors", "Layers", "EnvironmentKit", "DataWorlds",
        "Environments", "WorldModels", "Controllers", "Pictures", "Yams",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "Viewer", dependencies: ["CSDL2", "Pictures", "EnvironmentKit"]),
    .executableTarget(
      name: "umwelt",
      dependencies: [
        "Randomness", "Threads", "EnvironmentKit", "DataWorlds", "Environments", "WorldModels",
        "Controllers", "Pictures", "Experiments", "Viewer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .systemLibrary(name: "CZlib", path: "Tests/CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "TestSupport", dependencies: ["CPNG", "CZlib"], path: "Tests/TestSupport"),
    .testTarget(
      name: "RandomnessTests", dependencies: ["Randomness", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
    .testTarget(name: "OneDNNTests", dependencies: ["OneDNN", "Threads", "Randomness"]),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "Threads", "Randomness", "TestSupport"]),
    .testTarget(
      name: "LayersTests",
      dependencies: ["Layers", "Tensors", "Threads", "Randomness", "TestSupport"]),
    .testTarget(
      name: "EnvironmentKitTests",
      dependencies: ["EnvironmentKit", "Threads", "Randomness", "TestSupport"]),
    .testTarget(
      name: "DataWorldsTests",
      dependencies: [
        "DataWorlds", "Environments", "EnvironmentKit", "Threads", "Randomness", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "EnvironmentsTests",
      dependencies: [
        "Environments", "Controllers", "EnvironmentKit", "Threads", "Randomness", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "WorldModelsTests",
      dependencies: [
        "WorldModels", "Layers", "Tensors", "EnvironmentKit", "Environments", "Threads",
        "OneDNN", "Randomness", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ControllersTests",
      dependencies: ["Controllers", "EnvironmentKit", "Threads", "Randomness", "TestSupport"]),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures", "EnvironmentKit"]),
    .testTarget(
      name: "ViewerTests", dependencies: ["Viewer", "Pictures", "EnvironmentKit", "CSDL2"]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Experiments", "Environments", "EnvironmentKit", "WorldModels", "Controllers", "Threads",
        "Randomness", "TestSupport",
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "umwelt", "Controllers", "EnvironmentKit", "Environments", "Experiments", "Pictures",
        "Randomness", "Viewer", "WorldModels", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
