import EnvironmentKit

extension CatalogEntry {
  /// Runs the contract checker on the world.
  public func check(_ observation: ObservationKind, with checker: ContractChecker)
    -> ContractReport
  {
    checker.check(world(observation))
  }
}
