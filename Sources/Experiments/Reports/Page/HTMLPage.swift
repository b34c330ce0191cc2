import Foundation
import Settings

/// A page of text, tables, drawings and pictures that needs nothing beside itself.
struct HTMLPage {
  /// A table: a header and rows of plain text.
  struct Table {
    var header: [String]
    var rows: [[String]]
    var caption = ""
  }

  /// A picture that is taken into the page.
  struct Picture {
    var file: URL
    var caption: String
    /// Whether its pixels are to be seen as such.
    var isPixels = true
  }

  /// What a section is made of.
  indirect enum Part {
    case text(String)
    case table(Table)
    /// Plots as SVG, beside one another where there is room.
    case plots([String], caption: String)
    case picture(Picture)
    /// Lines as a terminal shows them.
    case lines([String])
    /// Words with their meanings.
    case terms([(term: String, meaning: String)])
    /// What is shown only when it is asked for.
    case details(String, [Part])
  }

  /// A part of the page under a title.
  struct Section {
    var title: String
    var parts: [Part]
    /// Whether it holds times, which no other run has again.
    var isTiming = false
  }

  /// What encloses times, so that pages can be compared without them.
  static let timingMarks = (begin: "<!-- timing -->", end: "<!-- end of timing -->")

  var title: String
  var subtitle: String
  /// What is plainly wrong, a line each.
  var warnings: [String] = []
  var sections: [Section] = []

  /// The page, pictures included as data.
  func render() throws -> String {
    let warnings = warnings.map { "<p class=\"warning\">\(Self.escaped($0))</p>" }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escaped(title))</title>
      <style>\(HTMLStyle.text)</style></head><body><main>
      <h1>\(Self.escaped(title))</h1>
      <p class="subtitle">\(Self.escaped(subtitle))</p>
      \(warnings.joined(separator: "\n"))
      \(try sections.map(Self.section).joined(separator: "\n"))
      </main></body></html>

      """
  }

  private static func section(_ section: Section) throws -> String {
    let body = try section.parts.map(part).joined(separator: "\n")
    let text = "<section><h2>\(escaped(section.title))</h2>\n\(body)</section>"
    return section.isTiming ? "\(timingMarks.begin)\(text)\(timingMarks.end)" : text
  }

  private static func part(_ part: Part) throws -> String {
    switch part {
    case .text(let text): return "<p>\(escaped(text))</p>"
    case .table(let table): return Self.table(table)
    case .plots(let drawings, let caption):
      let cells = drawings.map { "<div>\($0)</div>" }.joined(separator: "\n")
      return "<figure><div class=\"plots\">\(cells)</div>\(figureCaption(caption))</figure>"
    case .picture(let picture): return try figure(picture)
    case .lines(let lines):
      return "<pre>\(escaped(lines.joined(separator: "\n")))</pre>"
    case .terms(let terms):
      let entries = terms.map { "<dt>\(escaped($0.term))</dt><dd>\(escaped($0.meaning))</dd>" }
      return "<dl>\(entries.joined(separator: "\n"))</dl>"
    case .details(let title, let parts):
      return "<details><summary>\(escaped(title))</summary>"
        + (try parts.map(Self.part).joined(separator: "\n")) + "</details>"
    }
  }

  private static func table(_ table: Table) -> String {
    let header = table.header.map { "<th>\(escaped($0))</th>" }.joined()
    let rows = table.rows.map { row in
      "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
    }
    return """
      <div class="scroll"><table><thead><tr>\(header)</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>\(table.caption.isEmpty ? "" : "<p class=\"caption\">\(escaped(table.caption))</p>")
      """
  }

  private static func figureCaption(_ caption: String) -> String {
    caption.isEmpty ? "" : "<figcaption>\(escaped(caption))</figcaption>"
  }

  private static func figure(_ picture: Picture) throws -> String {
    let data: Data
    do {
      data = try Data(contentsOf: picture.file)
    } catch {
      throw ExperimentError(
        place: picture.file.path,
        cause: "cannot be read for the report: \(error.localizedDescription)",
        remedy: "run the same command again to draw it anew")
    }
    let kind = picture.file.pathExtension
    let shown = picture.isPixels ? " class=\"pixels\"" : ""
    return """
      <figure><img\(shown) alt="\(escaped(picture.caption))" \
      src="data:image/\(kind);base64,\(data.base64EncodedString())">\
      \(figureCaption(picture.caption))</figure>
      """
  }

  /// Text as HTML.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
