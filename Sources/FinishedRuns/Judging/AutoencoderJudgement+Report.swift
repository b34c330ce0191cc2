import Datasets
import EnvironmentKit
import Evaluation
import Files
import Pictures

extension AutoencoderJudgement {
  /// The numbers as a table.
  var table: NumberTable {
    NumberTable(
      numbers.map {
        .init($0.name, $0.number.value, low: $0.number.low, high: $0.number.high, unit: $0.unit)
      })
  }

  /// What is to be looked at, of frames of a format.
  func pictures(_ format: FrameFormat, subject: String) -> AutoencoderPictures {
    var pictures = AutoencoderPictures(subject: subject)
    pictures.pairs = shown.map {
      ($0.frame, Frame($0.bytes, format: format), Frame($0.reconstruction, format: format))
    }
    pictures.samples = stride(from: 0, to: samples.count, by: format.size).map {
      Frame(samples[$0..<$0 + format.size], format: format)
    }
    pictures.divergences = divergences
    pictures.bounds = bounds.map { ($0.samples, $0.value.value, $0.value.low, $0.value.high) }
    return pictures
  }
}
