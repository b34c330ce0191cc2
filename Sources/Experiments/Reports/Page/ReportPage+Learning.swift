import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures

/// How the run learned, and what its model knows.
extension ReportPage {
  /// Learning curves of V, M and C.
  var learning: HTMLPage.Section? {
    let losses = LossCurves(curves)
    var drawings: [String] = []
    if !losses.steps.isEmpty {
      drawings += [losses.reconstructionPlot().svg(), losses.divergencePlot().svg()]
    }
    let memory = memoryCurve
    if !memory.isEmpty { drawings.append(memory.plot().svg()) }
    let isDream = summary["trainsIn"]?.asString == "dream"
    let returns = ReturnCurves(curves, baselines: baselines, isDream: isDream)
    if !returns.mean.isEmpty { drawings.append(returns.plot.svg()) }
    guard !drawings.isEmpty else { return nil }
    return HTMLPage.Section(
      title: "Learning",
      parts: [
        .plots(
          drawings,
          caption: returns.mean.isEmpty
            ? "Losses by training step."
            : "Losses of V and M by training step, returns of C by generation"
              + (isDream
                ? ": C trained in the dream, and all of these are dreamt."
                  + (summary["returns"] == nil
                    ? "" : " How it does in the world stands under Returns.")
                : "."))
      ] + (returns.mean.isEmpty ? [] : [glossary]))
  }

  private var glossary: HTMLPage.Part {
    .details("What these words mean", [.terms(ReportGlossary.controller)])
  }

  private var baselines: [ReferenceLine] {
    [
      ("random", "random", Theme.secondary), ("blind", "best blind", Theme.warning),
    ].compactMap { name, title, color in
      number("returns", name, "mean").map { ReferenceLine(title, $0, color: color) }
    }
  }

  private var memoryCurve: MemoryCurve {
    var curve = MemoryCurve(curves)
    curve.baselines = [
      ("repeatLast", "repeat the last", Theme.secondary),
      ("unconditional", "unconditional", Theme.warning), ("nats", "held out", Theme.accent),
    ].compactMap { name, title, color in
      number("memory", name).map { ReferenceLine(title, $0, color: color) }
    }
    return curve
  }

  /// What V's latents tell of the world; the features, where no autoencoder looked.
  var latents: HTMLPage.Section? {
    guard let vision = summary["vision"] else { return features }
    var words =
      "V uses \(vision["activeUnits"]?.asInteger ?? 0) of \(vision["latents"]?.asInteger ?? 0) latents, "
      + "which carry \(NumberStyle.value(vision["kl"]?.asNumber ?? .nan)) nats a frame; the "
      + "\(vision["reconstructionIs"]?.asString ?? "squared error of a frame") is "
      + NumberStyle.value(vision["reconstruction"]?.asNumber ?? .nan)
    if let sigma = vision["impliedSigma"]?.asNumber {
      words += ", the implied σ \(NumberStyle.ratio(sigma))"
    }
    words += "."
    if let error = vision["regionError"], let mean = error["meanFrame"]?.asNumber, mean > 0,
      let latent = error["latent"]?.asNumber
    {
      words +=
        " Inside the small things that matter the error is \(NumberStyle.ratio(latent / mean)) of that "
        + "of the mean frame: 1 would be not to see them."
    }
    var parts: [HTMLPage.Part] = [.text(words)]
    let probes = vision["probes"]?.asObject ?? []
    if !probes.isEmpty { parts += probeParts(probes, of: "latents") }
    if let labels = vision["labels"]?.asObject { parts.append(labelTable(labels)) }
    let unprobed = (vision["unprobed"]?.asArray ?? []).compactMap(\.asString)
    if !unprobed.isEmpty {
      parts.append(
        .text(
          "Not measurable here: \(unprobed.joined(separator: ", ")). These facts are categories, do not "
            + "vary, or are there in too few of the frames."))
    }
    parts.append(.details("What these words mean", [.terms(ReportGlossary.vision)]))
    return HTMLPage.Section(title: "What the latents tell", parts: parts)
  }

  private func labelTable(_ labels: [JSONValue.Member]) -> HTMLPage.Part {
    .table(
      HTMLPage.Table(
        header: ["label", "latents", "PCA", "untrained"],
        rows: labels.map { label in
          [label.name]
            + ["latent", "pca", "untrained"].map {
              NumberStyle.share(label.value[$0]?.asNumber ?? .nan)
            }
        },
        caption:
          "The share of held-out frames whose label a linear reader tells right, beside PCA of the "
          + "same size and the untrained encoder."))
  }

  private var features: HTMLPage.Section? {
    let probes = summary["probes"]?.asObject ?? []
    guard !probes.isEmpty else { return nil }
    return HTMLPage.Section(
      title: "What the features tell", parts: probeParts(probes, of: "features"))
  }

  private func probeParts(
    _ probes: [JSONValue.Member], of probed: String
  ) -> [HTMLPage.Part] {
    let names = ["latent", "pca", "untrained"]
    let rows = probes.map { probe in
      (name: probe.name, values: names.map { probe.value[$0]?.asNumber ?? .nan })
    }
    let bars = GroupedBars(
      "R² of facts, on held-out frames", series: [probed, "PCA", "untrained"],
      groups: rows.map { GroupedBars.Group($0.name, $0.values) }, range: 0...1, label: "R²")
    return [
      .plots([bars.svg(width: 720)], caption: ""),
      .table(
        HTMLPage.Table(
          header: ["fact", probed, "PCA", "untrained"],
          rows: rows.map { [$0.name] + $0.values.map(NumberStyle.ratio) },
          caption: "R² of a ridge probe on held-out episodes, beside PCA of the same size and the "
            + "untrained \(probed == "latents" ? "encoder" : "model").")),
    ]
  }

  /// What M foretells.
  var memory: HTMLPage.Section? {
    guard summary["memory"] != nil else { return nil }
    let rows = [
      ("M", "nats"), ("repeat the last latent", "repeatLast"),
      ("unconditional Gaussian", "unconditional"),
    ].map { [$0.0, NumberStyle.ratio(number("memory", $0.1) ?? .nan)] }
    return HTMLPage.Section(
      title: "What M foretells",
      parts: [
        .table(
          HTMLPage.Table(
            header: ["model", "nats a latent number"], rows: rows,
            caption:
              "−log p of the next latent on held-out episodes (less is better); the baselines are "
              + "Gaussians fitted to the training episodes.")),
        .details("What these words mean", [.terms(ReportGlossary.memory)]),
      ])
  }

  /// Pictures of V.
  var pictures: HTMLPage.Section? {
    let named = [
      ("reconstruction.png", "Held-out frames: observation, reconstruction, error."),
      (
        "traversal.png",
        "One latent moved at a time, from the middle of a frame's own, those with most "
          + "KL first: what each of them means."
      ),
      ("samples.png", "Draws from the fitted prior, decoded, and from the standard normal."),
    ]
    let parts = pictures(named)
    return parts.isEmpty ? nil : HTMLPage.Section(title: "What V sees", parts: parts)
  }

  /// Those pictures that there are.
  func pictures(_ named: [(name: String, caption: String)]) -> [HTMLPage.Part] {
    named.compactMap { name, caption in
      let file = folder.picture(name)
      guard FileManager.default.fileExists(atPath: file.path) else { return nil }
      return .picture(.init(file: file, caption: caption))
    }
  }

  /// The study of the world model, where `evaluate model` has made it.
  var model: HTMLPage.Section? {
    guard FileManager.default.fileExists(atPath: folder.modelFile.path) else { return nil }
    var parts = pictures([
      ("openloop.gif", "The world above, M's dream of it with the same actions below.")
    ])
    let plots = ModelPlotFile.allCases.compactMap { plot -> String? in
      guard let bytes = try? readFile(plot.url(in: folder).path, atMost: 1 << 24) else {
        return nil
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    if !plots.isEmpty {
      parts.append(.plots(plots, caption: "Fresh episodes that no stage has learned from."))
    }
    if let bytes = try? readFile(folder.modelTablesFile.path, atMost: 1 << 24) {
      parts.append(
        .details("The same as tables", [.lines([String(decoding: bytes, as: UTF8.self)])]))
    }
    return HTMLPage.Section(title: "What the world model knows", parts: parts)
  }
}
