public import Pictures

/// What the loop itself does on a key, whatever the scene.
public enum LoopCommand: Hashable, Sendable {
  /// Ends the loop.
  case quit
  /// Shows or hides the list of keys.
  case help
  /// Stops the scene's clock, or lets it go on.
  case pause
  /// Advances a paused scene once.
  case step
  /// Halves the speed.
  case slower
  /// Doubles the speed.
  case faster
  /// Sets the scene's own speed.
  case normalSpeed
  /// Runs without waiting and draws seldom, or stops doing so.
  case fast
  /// Begins or ends a recording.
  case record
  /// Saves the picture.
  case screenshot
  /// Fills the screen, or no longer.
  case fullScreen
  /// Asks the scene for something.
  case scene(SceneCommand)
}

/// What the loop asks of a scene on a key.
public enum SceneCommand: Hashable, Sendable, CaseIterable {
  /// Begins anew.
  case reset
  /// Begins anew with the same seed.
  case resetSameSeed
  /// Hands over between the agent and the person.
  case switchPlayer
}

/// Keys, their names and what they do: printed at the start, and drawn by the help overlay.
public struct KeyMap: Hashable, Sendable {
  /// One line of the map.
  public struct Binding: Hashable, Sendable {
    /// The keys that do it.
    public var keys: [Key]
    /// Whether shift must be held.
    public var isShifted: Bool
    /// What it does, in words.
    public var meaning: String
    /// What the loop does; nil hands the key to the scene's `advance`.
    public var command: LoopCommand?

    /// Creates a line.
    public init(
      _ keys: Key..., isShifted: Bool = false, meaning: String, command: LoopCommand? = nil
    ) {
      self.keys = keys
      self.isShifted = isShifted
      self.meaning = meaning
      self.command = command
    }

    /// The keys as people read them: `H, F1`, `Shift-Enter`.
    public var label: String {
      keys.map { (isShifted ? "Shift-" : "") + $0.label }.joined(separator: ", ")
    }
  }

  /// The lines, in the order in which they are shown.
  public var bindings: [Binding]

  /// Creates a map.
  public init(_ bindings: [Binding]) {
    self.bindings = bindings
  }

  /// The keys of the loop that every window has.
  public static let standard = KeyMap([
    Binding(.escape, meaning: "quit", command: .quit),
    Binding(.h, .f1, meaning: "show or hide this list", command: .help),
    Binding(.p, meaning: "pause, go on", command: .pause),
    Binding(.period, meaning: "one step while paused", command: .step),
    Binding(.leftBracket, meaning: "half the speed", command: .slower),
    Binding(.rightBracket, meaning: "twice the speed", command: .faster),
    Binding(.backslash, meaning: "normal speed", command: .normalSpeed),
    Binding(.f, meaning: "fast: no waiting, few pictures", command: .fast),
    Binding(.enter, .f5, meaning: "begin anew", command: .scene(.reset)),
    Binding(
      .enter, .f5, isShifted: true, meaning: "begin anew, same seed",
      command: .scene(.resetSameSeed)),
    Binding(.m, meaning: "person or agent plays", command: .scene(.switchPlayer)),
    Binding(.f11, meaning: "full screen, or window", command: .fullScreen),
    Binding(.v, meaning: "record a GIF, stop recording", command: .record),
    Binding(.f12, meaning: "save a picture", command: .screenshot),
  ])

  /// This map followed by another.
  ///
  /// Where both name a key, this one's line wins and the other's loses that key. Keys that do the
  /// same stand in one line.
  public func over(_ other: KeyMap) -> KeyMap {
    let rest = other.bindings.compactMap { line -> Binding? in
      var kept = line
      kept.keys = line.keys.filter { binding(for: KeyPress($0, isShifted: line.isShifted)) == nil }
      return kept.keys.isEmpty ? nil : kept
    }
    return KeyMap(bindings + rest).merged
  }

  /// The map with one line for what several of its lines do.
  private var merged: KeyMap {
    var lines: [Binding] = []
    for line in bindings {
      let same = lines.firstIndex {
        ($0.meaning, $0.command, $0.isShifted) == (line.meaning, line.command, line.isShifted)
      }
      if let same {
        lines[same].keys += line.keys.filter { !lines[same].keys.contains($0) }
      } else {
        lines.append(line)
      }
    }
    return KeyMap(lines)
  }

  /// The map without what a scene does not do.
  func working(in scene: some Scene) -> KeyMap {
    KeyMap(
      bindings.filter { line in
        switch line.command {
        case .pause, .step, .slower, .faster, .normalSpeed, .fast: scene.hasClock
        case .scene(let command): scene.supportedCommands.contains(command)
        case .quit, .help, .record, .screenshot, .fullScreen, nil: true
        }
      })
  }

  /// The line of a key: one with shift first where shift is held, then one without.
  public func binding(for press: KeyPress) -> Binding? {
    let lines = bindings.filter { $0.keys.contains(press.key) }
    return lines.first { $0.isShifted == press.isShifted } ?? lines.first { !$0.isShifted }
  }

  /// The list as lines of text, keys in one column and meanings in the next.
  public var text: String {
    let width = bindings.map(\.label.count).max() ?? 0
    return bindings.map { line in
      let gap = String(repeating: " ", count: width - line.label.count + 2)
      return "  " + line.label + gap + line.meaning
    }.joined(separator: "\n")
  }

  /// The list as it is laid over a picture.
  public var help: HelpOverlay {
    HelpOverlay(entries: bindings.map { .init(key: $0.label, meaning: $0.meaning) })
  }
}
