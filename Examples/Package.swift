// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as yours would be: everything it needs of Umwelt is public.
let umwelt: [Target.Dependency] = [.product(name: "UmweltKit", package: "umwelt")]

let package = Package(
  name: "examples",
  dependencies: [.package(name: "umwelt", path: "..")],
  targets: [
    .executableTarget(name: "OwnProgram", dependencies: umwelt),
    .executableTarget(name: "TenLines", dependencies: umwelt),
    .executableTarget(name: "TrainOnArrays", dependencies: umwelt),
    .executableTarget(name: "ReadCheckpoint", dependencies: umwelt),
  ],
  swiftLanguageModes: [.v6]
)
