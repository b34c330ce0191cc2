import Foundation

/// The run's pictures and tables on one page that needs nothing beside itself.
struct HTMLReport {
  /// A picture of the page.
  struct Picture {
    let title: String
    let caption: String
    let file: URL
  }

  /// A table of the page: a header and rows of plain text.
  struct Table {
    let title: String
    let caption: String
    let header: [String]
    let rows: [[String]]
  }

  var title: String
  var subtitle: String
  /// What is plainly wrong, a line each.
  var warnings: [String] = []
  var tables: [Table] = []
  var pictures: [Picture] = []
  var configuration = ""

  /// The page, pictures included as data.
  func render() throws -> String {
    let figures = try pictures.map(figure).joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escaped(title))</title>
      <style>\(Self.style)</style></head><body><main>
      <h1>\(Self.escaped(title))</h1>
      <p class="subtitle">\(Self.escaped(subtitle))</p>
      \(warnings.map { "<p class=\"warning\">\(Self.escaped($0))</p>" }.joined(separator: "\n"))
      \(tables.map(render).joined(separator: "\n"))
      \(figures)
      <details><summary>Configuration</summary><pre>\(Self.escaped(configuration))</pre></details>
      </main></body></html>

      """
  }

  private func render(_ table: Table) -> String {
    let header = table.header.map { "<th>\(Self.escaped($0))</th>" }.joined()
    let rows = table.rows.map { row in
      "<tr>" + row.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>"
    }
    return """
      <section><h2>\(Self.escaped(table.title))</h2>
      <table><thead><tr>\(header)</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table><p>\(Self.escaped(table.caption))</p></section>
      """
  }

  private func figure(_ picture: Picture) throws -> String {
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
    return """
      <section><h2>\(Self.escaped(picture.title))</h2>
      <img alt="\(Self.escaped(picture.title))" src="data:image/\(kind);base64,\(data.base64EncodedString())">
      <p>\(Self.escaped(picture.caption))</p></section>
      """
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  private static let style = """
    body{margin:0;background:#14161b;color:#e6e8ee;font:16px/1.5 system-ui,sans-serif}
    main{max-width:1080px;margin:0 auto;padding:24px}
    h1{margin-bottom:0} h2{margin-top:40px;border-bottom:1px solid #333944;padding-bottom:4px}
    .warning{background:#4a3313;padding:8px 12px;border-radius:4px}
    .subtitle,p{color:#aab1c0} img{max-width:100%;image-rendering:pixelated;border-radius:4px}
    table{border-collapse:collapse;width:100%} th,td{text-align:right;padding:4px 10px;border-bottom:1px solid #262b34}
    th:first-child,td:first-child{text-align:left} th{color:#aab1c0;font-weight:600}
    pre{background:#0d0f13;padding:12px;overflow:auto;border-radius:4px}
    """
}
