import Settings

/// Runs that differ in nothing but their seed.
package struct RunGroup {
  /// What tells it from the groups beside it.
  package var name: String
  /// Its runs, by seed.
  package let runs: [ListedRun]
  /// The curves of each run.
  let curves: [RunCurves]

  /// What its finished runs came to, in the order of the runs.
  package var results: [Double] { runs.compactMap(\.result?.value) }
  /// What the numbers of `results` are: `return`, or `loss`; nil where no run is finished.
  package var resultName: String? { runs.lazy.compactMap(\.result?.name).first }
  /// Random play's mean return, the mean of all runs; nil where no run has measured it.
  package var random: Double? {
    let values = runs.compactMap(\.random)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
  /// The world, or the data.
  package var subject: String { runs.first?.configuration?.subject ?? "" }

  /// Sorts runs into groups, in the order in which their first runs come.
  ///
  /// - Parameter runs: whose configurations can be read.
  /// - Returns: the groups, and runs that are left out since another one of the same settings and seed
  ///   comes before them.
  static func groups(
    of runs: [ListedRun]
  ) throws -> (groups: [RunGroup], repeated: [ListedRun]) {
    var keys: [[String]] = []
    var members: [[ListedRun]] = []
    var repeated: [ListedRun] = []
    for run in runs {
      let key = key(of: run)
      guard let place = keys.firstIndex(of: key) else {
        keys.append(key)
        members.append([run])
        continue
      }
      if members[place].contains(where: { $0.configuration?.seed == run.configuration?.seed }) {
        repeated.append(run)
      } else {
        members[place].append(run)
      }
    }
    let names = names(of: members.map { $0[0] }, keys)
    let groups = try zip(names, members).map { name, runs in
      let runs = runs.sorted { ($0.configuration?.seed ?? 0) < ($1.configuration?.seed ?? 0) }
      return try RunGroup(
        name: name, runs: runs, curves: runs.map { try RunCurves(reading: $0.folder) })
    }
    return (groups, repeated)
  }

  /// What runs of a group have in common: the world, the preset, and the settings changed, each as text.
  private static func key(of run: ListedRun) -> [String] {
    [run.configuration?.subject ?? "", run.configuration?.preset ?? ""]
      + run.changes.filter { !$0.name.hasPrefix("metrics.") }.map { "\($0.name)=\($0.value)" }
  }

  /// A name per group, of what not all groups have: world, preset, and the values of settings that differ.
  ///
  /// - Parameter runs: one of each group.
  private static func names(of runs: [ListedRun], _ keys: [[String]]) -> [String] {
    let common = keys.dropFirst().reduce(Set(keys.first ?? [])) { $0.intersection($1) }
    let isAlone = keys.count == 1
    let varied = runs.flatMap(\.changes).filter { !common.contains("\($0.name)=\($0.value)") }
    var seen = Set<String>()
    let settings = varied.map(\.name).filter { seen.insert($0).inserted }
    return zip(runs, keys).map { run, key in
      let values = (try? run.configuration?.settingValues) ?? []
      let own = key.prefix(2).filter { isAlone || !common.contains($0) }
      // A group that leaves a setting at its preset's value says that value.
      let set = settings.compactMap { name in
        values.first { $0.name == name }.map { "\(name)=\($0.value)" }
      }
      return (own + (isAlone ? [] : set)).joined(separator: " ")
    }
  }
}
