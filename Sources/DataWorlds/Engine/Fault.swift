/// Why a world cannot go on: mistakes of its file that only playing shows.
struct Fault: Hashable, Sendable, BitwiseCopyable {
  /// What happened.
  enum Kind: UInt8, Sendable {
    case none
    /// No level was good in all tries.
    case noLevel
    /// The generation of a level asks for too much.
    case longGeneration
    /// Rules set each other off without an end.
    case endlessRules
    /// More things move than there is room for.
    case tooManyMovers
  }

  var kind = Kind.none
  /// The line of the command or the rule that is to blame; 0 where none is.
  var line: Int32 = 0
}

extension Fault {
  /// What was found, in words.
  var cause: String {
    switch kind {
    case .none: "nothing is wrong"
    case .noLevel: "no level can be made in \(WorldState.mostLevels) tries"
    case .longGeneration:
      "the generation of a level takes more than \(GenerationStep.mostCommands) commands or "
        + "\(WorldState.mostWork) cells"
    case .endlessRules:
      "rules set each other off more than \(WorldState.mostRuns) times in one step"
    case .tooManyMovers: "more than \(WorldState.mostMovers) things move by themselves"
    }
  }

  /// What to do about it.
  var remedy: String {
    switch kind {
    case .none: "leave it"
    case .noLevel: "leave more room in 'generate', or ask for less in 'require'"
    case .longGeneration: "repeat less, or fill smaller areas"
    case .endlessRules: "give one of the rules an 'if' that ends it"
    case .tooManyMovers: "spawn fewer of them, or let them vanish"
    }
  }
}
