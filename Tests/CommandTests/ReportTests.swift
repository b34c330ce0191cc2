import Foundation
import TestSupport
import Testing

@Suite("The report")
struct ReportTests {
  private func page(_ folder: TemporaryFolder) throws -> String {
    try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8)
  }

  @Test("says what was reached, in the world and in the dream, and explains its words")
  func page() throws {
    let page = try page(FinishedRunCopy.make())
    for title in [
      "Returns", "The trained agent", "The dream", "Learning", "What the latents tell",
      "What M foretells", "What V sees", "Effort", "Times", "Configuration",
    ] {
      #expect(page.contains("<h2>\(title)</h2>"), "\(title)")
    }
    for word in [
      "<dt>V</dt>", "<dt>M</dt>", "<dt>C</dt>", "<dt>active latents</dt>", "<dt>implied σ</dt>",
      "<dt>temperature τ</dt>", "best blind periodic policy", "Not measurable here", "umwelt 0.",
      "in the dream, τ 1", "<svg", "data:image/gif", "class=\"scroll\"",
    ] {
      #expect(page.contains(word), "\(word)")
    }
    #expect(!page.contains("<script") && !page.contains("http-equiv"))
  }

  @Test("is written anew with the studies that were made since, else the same bytes")
  func renewed() throws {
    let folder = try FinishedRunCopy.make()
    let before = try page(folder)
    try FileManager.default.removeItem(atPath: folder.path("run/report.html"))
    let renewed = try Program.run("report", "run", in: folder.url)
    #expect(renewed.code == 0 && renewed.output == "report: run/report.html\n", "\(renewed.errors)")
    #expect(try page(folder) == before)
    let study = try Program.run("evaluate", "model", "run", "--episodes", "4", in: folder.url)
    #expect(study.code == 0, "\(study.errors)")
    #expect(study.output.contains("4 episodes are too few; give --episodes 20 or more"))
    #expect(try page(folder).contains("<h2>What the world model knows</h2>"))
    try before.write(
      toFile: folder.path("run/report.html"), atomically: true, encoding: .utf8)
    #expect(try Program.run("report", "run", in: folder.url).code == 0)
    #expect(try page(folder).contains("frames beyond the last one seen"))
  }

  @Test("of an unfinished run there is none, and the way on is told")
  func unfinished() throws {
    let folder = try FinishedRunCopy.make()
    try FileManager.default.removeItem(atPath: folder.path("run/summary.json"))
    let outcome = try Program.run("report", "run", in: folder.url)
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.contains("go on with: \(Program.url.path) run --run-dir run"),
      "\(outcome.errors)")
  }
}
