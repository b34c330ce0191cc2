import Files
import Pictures

extension ReportPage {
  /// The study of the autoencoder, where `evaluate vision` has made it.
  var vision: HTMLPage.Section? {
    guard let bytes = try? readFile(folder.visionFile.path, atMost: 1 << 24),
      let table = (try? JSONValue(reading: bytes)).flatMap(NumberTable.init)
    else { return nil }
    let (header, rows) = table.cells
    return HTMLPage.Section(
      title: "What the autoencoder is worth",
      parts: [
        .table(.init(header: header, rows: rows, caption: "On frames that were not learned from."))
      ] + pictures(AutoencoderPictures.captions))
  }
}
