import DataWorlds
import EnvironmentKit
import Environments
import Testing
import WorldChecking

/// The names of the files that are compiled in.
private let names = DataWorldListing.sources.map(\.name)

private func file(_ name: String) throws -> DataWorldFile {
  let source = try #require(DataWorldListing.sources.first { $0.name == name })
  return try DataWorldListing.load(source)
}

@Suite struct ShippedWorldsTests {
  @Test(arguments: names)
  func `each file brings what its own tests say`(_ name: String) throws {
    let findings = try file(name).runTests()
    #expect(findings.contains { $0.test == "replay" })
    #expect(findings.contains { $0.test == "random" })
    for finding in findings { #expect(finding.problem == nil, "\(finding.result)") }
  }

  @Test(arguments: names)
  func `each world keeps the contract`(_ name: String) throws {
    for entry in try file(name).entries() {
      for observation in entry.observations {
        let report = entry.check(observation, with: ContractChecker())
        for finding in report.findings {
          #expect(finding.problem == nil, "\(entry.id), \(observation): \(finding.check)")
        }
      }
    }
  }

  @Test(arguments: names)
  func `goals are in reach on every level`(_ name: String) throws {
    #expect(try file(name).checkLevels(200) == [])
  }

  @Test func `every file is in the catalogue, and says where it comes from`() throws {
    for name in names {
      for id in try file(name).ids {
        let entry = try #require(Catalog.entry(id))
        #expect(entry.source == .data)
        #expect(entry.file == "envs/worlds/\(name).yaml")
      }
    }
  }
}
