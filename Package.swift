// swift-tools-version: 6.2
import PackageDescription

// The import table: what each library may import. `make lint` checks every `import` against it.
let package = Package(
  name: "umwelt",
  products: [
    .executable(name: "umwelt", targets: ["umwelt"]),
    // What `scripts/python-library` links into the library that the Python package loads.
    .library(name: "UmweltC", type: .static, targets: ["CInterface"]),
    .library(
      name: "UmweltKit",
      targets: [
        "Randomness", "Threads", "Files", "Ranks", "Tensors", "Statistics", "EnvironmentKit",
        "Layers",
        "Datasets", "WorldChecking", "Pictures", "DataWorlds", "GymnasiumWorlds", "WorldModels",
        "Controllers", "Viewer", "LongWork", "MiniGridWorlds", "Environments", "Evaluation",
        "Settings",
        "Experiments", "FinishedRuns",
        "Benchmarking", "UmweltCommands",
      ]),
  ],
  // Several processes, by `mpirun`: wants Open MPI (Debian: libopenmpi-dev). The commands of the Makefile turn it on
  // where that is installed.
  traits: [.trait(name: "MPI", description: "Training by several processes that mpirun starts.")],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // 0: C at arm's length.
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CSDL2", providers: [.apt(["libsdl2-dev"])]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CGIF", providers: [.apt(["libgif-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMPI", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(
      name: "CLAPACK", providers: [.apt(["libopenblas-serial-dev", "liblapacke-dev"])]),
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp")]),
    .target(name: "CAllocations"),
    .target(name: "CMemory"),

    // 1
    .target(name: "Randomness"),
    .target(name: "Threads", dependencies: ["CKernels"]),
    .target(name: "OneDNN", dependencies: ["COneDNN"]),
    .target(name: "Files", dependencies: ["CPNG", "CZlib"]),
    .target(name: "Ranks"),

    // 2
    .target(
      name: "Tensors", dependencies: ["OneDNN", "CKernels", "Threads", "Randomness", "Ranks"]),
    .target(name: "Statistics", dependencies: ["CLAPACK", "Randomness"]),
    .target(name: "EnvironmentKit", dependencies: ["Randomness", "Threads"]),
    .target(
      name: "MPIRanks",
      dependencies: ["Ranks", .target(name: "CMPI", condition: .when(traits: ["MPI"]))]),

    // 3
    .target(name: "Layers", dependencies: ["Tensors", "Randomness", "Ranks"]),
    .target(name: "Datasets", dependencies: ["EnvironmentKit", "Files", "Randomness"]),
    .target(
      name: "WorldChecking",
      dependencies: ["EnvironmentKit", "Threads", "Randomness", "CAllocations"]),
    .target(name: "Pictures", dependencies: ["EnvironmentKit", "Files", "CPNG", "CGIF"]),
    .target(
      name: "DataWorlds", dependencies: ["EnvironmentKit", "Files", "Randomness", "Yams"]),
    .target(
      name: "GymnasiumWorlds", dependencies: ["EnvironmentKit", "Files", "Threads"],
      resources: [.embedInCode("worker.py")]),

    // 4
    .target(
      name: "WorldModels",
      dependencies: [
        "Tensors", "Layers", "Datasets", "Statistics", "Files", "EnvironmentKit", "Threads",
        "Randomness", "Ranks",
      ]),
    .target(
      name: "Controllers",
      dependencies: [
        "EnvironmentKit", "Statistics", "Layers", "Tensors", "Files", "Randomness", "Threads",
        "Ranks",
      ]),
    .target(name: "LongWork", dependencies: ["Files", "Pictures"]),
    .target(name: "Viewer", dependencies: ["CSDL2", "Pictures", "EnvironmentKit"]),
    .target(
      name: "MiniGridWorlds", dependencies: ["EnvironmentKit", "Randomness"], path: "envs/MiniGrid"),
    .target(
      name: "Environments",
      dependencies: ["EnvironmentKit", "MiniGridWorlds", "DataWorlds", "Randomness"],
      path: "envs", exclude: ["MiniGrid", "worlds/README.md"], resources: [.embedInCode("worlds")]),

    // 5
    .target(
      name: "Evaluation",
      dependencies: [
        "WorldModels", "Controllers", "Datasets", "Statistics", "Layers", "Tensors",
        "EnvironmentKit", "Randomness", "Threads",
      ]),

    .target(
      name: "Settings",
      dependencies: ["WorldModels", "Controllers", "Datasets", "EnvironmentKit", "Files", "Yams"]),

    // 6
    .target(
      name: "Experiments",
      dependencies: [
        "Randomness", "Threads", "OneDNN", "Tensors", "Files", "Statistics", "Datasets",
        "EnvironmentKit", "WorldModels", "Controllers", "Evaluation", "Settings", "Pictures",
        "LongWork", "Ranks",
      ]),
    .target(
      name: "FinishedRuns",
      dependencies: [
        "Randomness", "Files", "Statistics", "Datasets", "EnvironmentKit", "WorldModels",
        "Controllers", "Evaluation", "Settings", "Pictures", "LongWork", "Experiments",
      ]),
    .target(
      name: "Benchmarking",
      dependencies: [
        "Randomness", "Threads", "OneDNN", "Tensors", "Layers", "Files", "EnvironmentKit",
        "WorldModels", "Controllers", "Settings", "Experiments", "Pictures", "Evaluation",
        "LongWork", "Datasets", "Ranks",
      ]),

    // 7
    .target(
      name: "UmweltCommands",
      dependencies: [
        "Threads", "Files", "EnvironmentKit", "WorldChecking", "Pictures", "DataWorlds",
        "GymnasiumWorlds", "WorldModels", "Controllers", "Viewer", "LongWork", "Evaluation",
        "Settings", "Experiments",
        "FinishedRuns", "Benchmarking", "Datasets", "Statistics", "Ranks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "umwelt",
      dependencies: ["UmweltCommands", "Environments", "CMemory", "Files", "Ranks", "MPIRanks"]),
    .target(
      name: "CInterface",
      dependencies: [
        "Threads", "Files", "EnvironmentKit", "Datasets", "DataWorlds", "GymnasiumWorlds",
        "WorldModels", "Controllers", "LongWork", "Environments", "Settings", "Experiments",
        "FinishedRuns",
      ]),

    // The examples, compiled here too, so that the tests can start them; they see what is public and no
    // more. `make examples` builds them as the package of its own that they are.
    .executableTarget(
      name: "OwnProgram",
      dependencies: [
        "UmweltCommands", "Environments", "WorldModels", "Controllers", "Datasets", "Statistics",
        "Files", "EnvironmentKit", "Randomness",
      ],
      path: "Examples/Sources/OwnProgram", packageAccess: false),
    .executableTarget(
      name: "TenLines",
      dependencies: [
        "UmweltCommands", "Environments", "Experiments", "FinishedRuns", "Controllers",
      ],
      path: "Examples/Sources/TenLines", packageAccess: false),
    .executableTarget(
      name: "TrainOnArrays",
      dependencies: ["WorldModels", "Pictures", "EnvironmentKit", "Randomness"],
      path: "Examples/Sources/TrainOnArrays", packageAccess: false),
    .executableTarget(
      name: "ReadCheckpoint",
      dependencies: [
        "UmweltCommands", "Environments", "Experiments", "FinishedRuns", "WorldModels", "Datasets",
        "Tensors",
        "Files", "Randomness",
      ],
      path: "Examples/Sources/ReadCheckpoint", packageAccess: false),

    .target(
      name: "TestSupport", dependencies: ["CPNG", "CZlib", "Ranks"], path: "Tests/TestSupport"),
    .testTarget(
      name: "RandomnessTests", dependencies: ["Randomness", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
    .testTarget(name: "RanksTests", dependencies: ["Ranks", "TestSupport"]),
    .testTarget(name: "OneDNNTests", dependencies: ["OneDNN", "Threads", "Randomness"]),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport", "Randomness"]),
    .testTarget(
      name: "TensorsTests",
      dependencies: ["Tensors", "Layers", "Threads", "Randomness", "Ranks", "TestSupport"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics", "Randomness"]),
    .testTarget(
      name: "EnvironmentKitTests",
      dependencies: ["EnvironmentKit", "WorldChecking", "CAllocations", "Threads", "Randomness"]),
    .testTarget(
      name: "LayersTests",
      dependencies: ["Layers", "Tensors", "Randomness", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Files", "EnvironmentKit", "Randomness", "TestSupport"]),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures", "Files", "EnvironmentKit"]),
    .testTarget(
      name: "DataWorldsTests",
      dependencies: [
        "DataWorlds", "Environments", "EnvironmentKit", "WorldChecking", "CAllocations",
        "Randomness",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "GymnasiumWorldsTests", dependencies: ["GymnasiumWorlds", "EnvironmentKit", "Files"]),
    .testTarget(
      name: "WorldModelsTests",
      dependencies: [
        "WorldModels", "Datasets", "Files", "Layers", "Tensors", "EnvironmentKit", "Threads",
        "OneDNN", "Ranks",
        "Randomness", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ControllersTests",
      dependencies: [
        "Controllers", "EnvironmentKit", "Layers", "Tensors", "Files", "Threads", "Randomness",
        "Ranks", "TestSupport",
      ]),
    .testTarget(
      name: "ViewerTests",
      dependencies: ["Viewer", "Pictures", "Files", "EnvironmentKit", "CSDL2"]),
    .testTarget(
      name: "EnvironmentsTests",
      dependencies: [
        "Environments", "MiniGridWorlds", "Evaluation", "Controllers", "EnvironmentKit",
        "WorldChecking",
        "CAllocations", "Randomness", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation", "WorldModels", "Datasets", "Statistics", "EnvironmentKit", "Randomness",
        "Tensors", "Threads",
      ]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Experiments", "FinishedRuns", "Settings", "UmweltCommands", "Environments",
        "EnvironmentKit", "WorldModels", "Controllers", "Datasets", "Files", "Pictures", "Viewer",
        "LongWork", "TestSupport",
      ]),
    .testTarget(
      name: "FinishedRunsTests",
      dependencies: [
        "FinishedRuns", "Experiments", "Settings", "UmweltCommands", "Evaluation", "Environments",
        "EnvironmentKit", "WorldModels", "Controllers", "Datasets", "Files", "Threads",
        "Randomness", "TestSupport",
      ]),
    .testTarget(
      name: "BenchmarkingTests",
      dependencies: [
        "Benchmarking", "Environments", "Settings", "Experiments", "WorldModels", "Threads",
        "Randomness",
      ]),
    .testTarget(
      name: "ExamplesTests",
      dependencies: [
        "OwnProgram", "TenLines", "TrainOnArrays", "ReadCheckpoint", "Pictures", "EnvironmentKit",
        "TestSupport",
      ]),
    .testTarget(
      name: "CInterfaceTests",
      dependencies: ["CInterface", "EnvironmentKit", "Environments", "Randomness"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "umwelt", "UmweltCommands", "Controllers", "Datasets", "Files", "EnvironmentKit",
        "Environments",
        "Settings", "Experiments", "FinishedRuns", "Pictures", "Randomness", "TestSupport",
        "Viewer", "WorldModels", "LongWork",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
