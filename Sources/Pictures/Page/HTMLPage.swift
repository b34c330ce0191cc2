import Files
import Foundation

/// A page of text, tables, drawings and pictures that needs nothing beside itself.
package struct HTMLPage {
  /// A table: a header and rows of plain text.
  package struct Table {
    package var header: [String]
    package var rows: [[String]]
    package var caption: String

    /// Creates a table.
    package init(header: [String], rows: [[String]], caption: String = "") {
      (self.header, self.rows, self.caption) = (header, rows, caption)
    }
  }

  /// A picture that is taken into the page.
  package struct Picture {
    package var file: URL
    package var caption: String
    /// Whether its pixels are to be seen as such.
    package var isPixels: Bool

    /// Names a picture's file.
    package init(file: URL, caption: String, isPixels: Bool = true) {
      (self.file, self.caption, self.isPixels) = (file, caption, isPixels)
    }
  }

  /// What a section is made of.
  package indirect enum Part {
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
  package struct Section {
    package var title: String
    package var parts: [Part]
    /// Whether it holds times, which no other run has again.
    package var isTiming: Bool

    /// Puts parts under a title.
    package init(title: String, parts: [Part], isTiming: Bool = false) {
      (self.title, self.parts, self.isTiming) = (title, parts, isTiming)
    }
  }

  /// What encloses times, so that pages can be compared without them.
  package static let timingMarks = (begin: "<!-- timing -->", end: "<!-- end of timing -->")

  package var title: String
  package var subtitle: String
  /// What is plainly wrong, a line each.
  package var warnings: [String] = []
  package var sections: [Section] = []

  /// Begins a page.
  package init(title: String, subtitle: String) { (self.title, self.subtitle) = (title, subtitle) }

  /// The page, pictures included as data.
  package func render() throws -> String {
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
      throw FileError(
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
