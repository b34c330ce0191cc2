import Pictures

/// What the doctor found.
extension ReportPage {
  /// A row for each trouble that was looked for.
  var doctor: HTMLPage.Section? {
    guard let findings = summary["findings"]?.asArray, !findings.isEmpty else { return nil }
    let rows = findings.map { finding -> [String] in
      let remedy = finding["remedy"]
      let settings =
        [remedy?["set"]?.asString].compactMap { $0 }
        + (remedy?["also"]?.asArray ?? []).compactMap(\.asString)
      return [
        finding["id"]?.asString ?? "", finding["severity"]?.asString ?? "",
        finding["words"]?.asString ?? "", settings.map { "--set \($0)" }.joined(separator: " "),
      ]
    }
    return HTMLPage.Section(
      title: "Doctor",
      parts: [
        .table(
          HTMLPage.Table(
            header: ["looked for", "", "found", "cure"], rows: rows,
            caption: "What may be wrong with V, by its frames held out."))
      ])
  }
}
