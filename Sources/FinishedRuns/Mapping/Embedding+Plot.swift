import EnvironmentKit
import Evaluation
import Pictures
import Statistics

extension Embedding {
  /// A map as a picture.
  ///
  /// - Parameters:
  ///   - color: the place of the fact that colours it.
  ///   - subject: what the frames are of.
  package func plot(_ map: Map, color: Int, subject: String) -> MapPlot {
    let column = facts.columns[color]
    return MapPlot(
      "\(subject): latents by \(map.method.title)", caption: caption(map), points: map.points,
      colorTitle: column.fact.name, colors: Self.colors(column), names: names)
  }

  /// Names of their own without what all files end in; empty where frames have none.
  private var names: [String] {
    let names = frames.compactMap(source.frameName)
    guard names.count == frames.count else { return [] }
    return names.map { name in
      name.lowercased().hasSuffix(".txt") ? String(name.dropLast(4)) : name
    }
  }

  private func caption(_ map: Map) -> String {
    func text(_ quality: MapQuality) -> String {
      "trustworthiness \(NumberText.fixed(quality.trustworthiness.value, 3)), "
        + "continuity \(NumberText.fixed(quality.continuity.value, 3))"
    }
    let baseline = map.method == .pca ? "" : "; of PCA " + text(maps[0].quality)
    return "\(NumberStyle.count(frames.count)) frames, \(text(map.quality))" + baseline
  }

  /// Kinds in rising order; numbers on a scale.
  private static func colors(_ column: KnownFacts.Column) -> MapColors {
    guard column.fact.kind == .category else { return .scale(column.values) }
    let kinds = Set(column.values.filter(\.isFinite)).sorted()
    let places = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })
    return .kinds(
      names: kinds.map { NumberText.short(Double($0)) },
      of: column.values.map { places[$0] ?? -1 })
  }
}
