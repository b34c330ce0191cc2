public import EnvironmentKit

/// The one dark theme of every picture and window.
public enum Theme {
  /// Behind everything.
  public static let background = Color(19, 22, 29)
  /// Behind plots and pictures.
  public static let panel = Color(28, 33, 43)
  /// Lines around panels.
  public static let border = Color(64, 73, 92)
  /// Grid lines of plots and the empty part of bars.
  public static let grid = Color(45, 52, 66)
  /// Text of the first rank.
  public static let text = Color(233, 237, 245)
  /// Text of the second rank: units, axes, captions.
  public static let secondary = Color(158, 169, 190)
  /// What is chosen or lit.
  public static let accent = Color(86, 180, 233)
  /// Text on the accent colour.
  public static let onAccent = Color(12, 16, 24)
  /// What asks for attention: pauses, recording, failures.
  public static let warning = Color(240, 120, 60)
  /// Round what is seen.
  public static let seeing = Color(80, 200, 120)
  /// Round what is dreamt.
  public static let dreaming = Color(238, 92, 92)

  /// Colours of series in a plot, told apart by colour-blind readers too.
  ///
  /// Source: Okabe and Ito, Color Universal Design (2008), lightened for a dark ground.
  public static let series = [
    Color(86, 180, 233), Color(240, 170, 40), Color(60, 190, 145), Color(225, 140, 190),
    Color(240, 228, 90), Color(235, 115, 60), Color(140, 150, 240), Color(190, 198, 210),
  ]

  /// The colour of the series of an index, beginning anew after the last.
  public static func series(_ index: Int) -> Color {
    series[((index % series.count) + series.count) % series.count]
  }
}
