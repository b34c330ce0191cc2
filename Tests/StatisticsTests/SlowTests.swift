import Foundation
import Testing

extension Tag {
  /// Tests of many seconds, run where `UMWELT_SLOW=1` is set.
  @Tag static var slow: Self
}

extension Trait where Self == ConditionTrait {
  /// Skips a test of many seconds unless `UMWELT_SLOW=1` is set.
  static var onlyWhenSlowTestsAreWanted: Self {
    .enabled(
      if: ProcessInfo.processInfo.environment["UMWELT_SLOW"] == "1",
      "takes many seconds: set UMWELT_SLOW=1 to run it")
  }
}
