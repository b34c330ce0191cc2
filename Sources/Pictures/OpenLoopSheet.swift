public import EnvironmentKit

/// One moment of several sequences: truth, prediction and error under each other, a column a sequence.
///
/// Predictions have a green border while the model sees, a red one while it dreams.
///
/// Source: Hafner et al., DreamerV3 (2023), its open-loop videos.
public struct OpenLoopSheet: Hashable, Sendable {
  /// One sequence's moment.
  public struct Column: Hashable, Sendable {
    /// What the world showed.
    public var truth: Frame
    /// What the model predicted, of the same size.
    public var prediction: Frame

    /// Creates a column.
    public init(truth: Frame, prediction: Frame) {
      self.truth = truth
      self.prediction = prediction
    }
  }

  /// Around predictions while the model sees.
  public static let seeing = Color(60, 190, 90)
  /// Around predictions while it dreams.
  public static let dreaming = Color(225, 60, 60)

  /// Stands above all.
  public var title: String
  /// Stands at the right of the title, such as `dreams, step 12 of 64`.
  public var caption: String
  /// Whether the model dreams at this moment.
  public var isDreaming: Bool
  /// The sequences.
  public var columns: [Column]

  /// Creates a sheet.
  public init(title: String, caption: String, isDreaming: Bool, columns: [Column]) {
    self.title = title
    self.caption = caption
    self.isDreaming = isDreaming
    self.columns = columns
  }

  /// The sheet as a picture.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the pictures.
  ///   - scale: integer magnification of the text.
  public func frame(zoom: Int = 2, scale: Int = 2) -> Frame {
    let border = 2
    let (margin, left) = (6 * scale, Font.lineHeight * scale)
    let cellWidth = (columns.map(\.truth.width).max() ?? 32) * zoom + 2 * border
    let cellHeight = (columns.map(\.truth.height).max() ?? 32) * zoom + 2 * border
    let gap = 2 * scale
    let top = margin + 2 * Font.lineHeight * scale
    let width =
      2 * margin
      + max(
        left + columns.count * (cellWidth + gap), Font.width(of: title, scale: scale),
        left + Font.width(of: caption, scale: scale))
    return Frame(drawnAt: width, top + 3 * (cellHeight + gap) + margin / 2) { canvas in
      canvas.write(title, x: margin, y: margin, scale: scale, limit: width - 2 * margin)
      canvas.write(
        caption, x: margin + left, y: margin + Font.lineHeight * scale,
        isDreaming ? Self.dreaming.mixed(with: .white, 0.35) : Self.seeing, scale: scale,
        limit: width - 2 * margin - left)
      for (row, name) in ["truth", "prediction", "error"].enumerated() {
        let y = top + row * (cellHeight + gap)
        canvas.writeUpwards(
          Font.fitted(name, to: cellHeight, scale: scale), x: margin, centerY: y + cellHeight / 2,
          Theme.secondary, scale: scale)
        for (index, column) in columns.enumerated() {
          let x = margin + left + index * (cellWidth + gap)
          if row == 1 {
            canvas.outline(
              Area(x: x, y: y, width: cellWidth, height: cellHeight),
              isDreaming ? Self.dreaming : Self.seeing, thickness: border)
          }
          canvas.draw(column.picture(row), x: x + border, y: y + border, scale: zoom)
        }
      }
    }
  }
}

extension OpenLoopSheet.Column {
  fileprivate func picture(_ row: Int) -> Frame {
    switch row {
    case 0: truth
    case 1: prediction
    default: ErrorPicture.signed(prediction, truth)
    }
  }
}
