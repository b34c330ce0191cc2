/// What sets a rule off.
enum Trigger: UInt8, CaseIterable, Sendable {
  case act, bump, leave, enter, use, pickup, drop, tick, reset
}

/// A rule: who, on what, on which condition, does what.
struct Rule: Sendable, BitwiseCopyable {
  var by = KindSet()
  /// What its object must be: in the cell it happens to or, for one that runs for each thing, beside it.
  var into = KindSet()
  var hasObject = false
  /// Whether it runs for each thing of `by`, rather than for an event.
  var isForEach = false
  /// The action of `act`; -1 for all.
  var action: Int32 = -1
  /// Where its condition begins; -1 for none.
  var condition: Int32 = -1
  var effects: Int32 = 0
  var effectCount: Int32 = 0
  /// Whether later rules of the same event are tried although this one was.
  var isAlso = false
  /// Whether subject and object stand the other way round, see `meet`.
  var isSwapped = false
  /// Where it stands in the file.
  var line: Int32 = 1

  /// What its effects on the object may meet.
  var objects: KindSet { isForEach && !hasObject ? by : into }
}

/// What the rules of a trigger that are about one kind ask of the cell it happens to.
struct Concern: Sendable, BitwiseCopyable {
  /// Whether one of them asks for no object.
  var isFree = false
  /// What the others look for.
  var into = KindSet()

  init(of kind: Int, in rules: [Rule]) {
    for rule in rules where rule.by.contains(UInt8(kind)) {
      if rule.hasObject { into = into.union(rule.into) } else { isFree = true }
    }
  }
}

/// How an episode ends.
enum Outcome: UInt8, Sendable {
  case none, win, lose
}

/// What a rule does.
enum Effect: Sendable, BitwiseCopyable {
  case move, push, take
  case remove(Target)
  case removeAll(KindSet)
  case become(Target, Int32)
  case spawn(kind: UInt8, Place, heading: Int32)
  case set(variable: Int32, code: Int32)
  case add(variable: Int32, code: Int32)
  case reward(Reward)
  case end(Outcome)
  case teleport(Place)
  case turn(Int32)
  case face(Int32)
  case reverse
  case dropHand

  enum Target: UInt8, Sendable {
    case subject, object
  }

  /// Whether it may take something out of the way.
  var mayFreeCell: Bool {
    switch self {
    case .move, .push, .take, .remove, .removeAll, .become: true
    default: false
    }
  }
}

/// Where something is put.
enum Place: Sendable, BitwiseCopyable {
  case start, subject, object
  /// A free cell of the four beside.
  case besideSubject, besideObject
  case beside(KindSet)
  case point(x: Int32, y: Int32)
  case area(x: Int32, y: Int32, width: Int32, height: Int32)
}

/// When an episode ends by itself.
struct Ending: Sendable, BitwiseCopyable {
  var condition: Int32
  var outcome: Outcome
  var reward = Reward.fixed(0)
}

/// What something brings.
enum Reward: Sendable, BitwiseCopyable {
  case fixed(Double)
  /// 1 at once, 0.1 at the last step.
  case decay
  /// An expression of whole numbers.
  case whole(Int32)
  /// An expression of real numbers.
  case real(Int32)
}
