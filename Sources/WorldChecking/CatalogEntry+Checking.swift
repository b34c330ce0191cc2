import EnvironmentKit

extension CatalogEntry {
  /// Runs the contract checker on the world; on batches alone where there is no world but in these.
  public func check(_ observation: ObservationKind, with checker: ContractChecker)
    -> ContractReport
  {
    guard let world = world(observation) else {
      return checker.check(batches: { batch(observation, count: $0, autoreset: $1) })
    }
    return checker.check(world)
  }
}
