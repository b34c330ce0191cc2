import Synchronization

/// Commands in messages, as they can be typed where the user stands.
public enum ShellCommand {
  private static let started = Mutex("umwelt")

  /// The program as it was started, such as `.build/release/umwelt`; `umwelt` until somebody says.
  public static var program: String {
    get { started.withLock { $0 } }
    set { started.withLock { $0 = newValue } }
  }

  /// The program's name without its folder, for titles and help.
  public static var name: String {
    program.split(separator: "/").last.map(String.init) ?? program
  }

  /// A command of the program with its arguments, each quoted where the shell asks for it.
  public static func text(_ arguments: String...) -> String { text(arguments) }

  /// A command of the program with its arguments, each quoted where the shell asks for it.
  public static func text(_ arguments: [String]) -> String {
    ([program] + arguments).map(quoted).joined(separator: " ")
  }

  /// A word as the shell takes it for one, whatever is in it.
  static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "_@%+=:,./-".unicodeScalars.contains(scalar)
    }
    if plain && !word.isEmpty { return word }
    return "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
