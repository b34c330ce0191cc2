/// Which keys are down, and which went down since the last step.
struct HeldKeys {
  private var held: [Key] = []
  private var pressed: [Key] = []

  mutating func press(_ press: KeyPress) {
    if !press.isRepeat { pressed.append(press.key) }
    if !held.contains(press.key) { held.append(press.key) }
  }

  mutating func release(_ key: Key) { held.removeAll { $0 == key } }

  mutating func releaseAll() { held = [] }

  /// The input of the next step.
  mutating func takeInput() -> SceneInput {
    defer { pressed = [] }
    return SceneInput(held: held, pressed: pressed)
  }
}
