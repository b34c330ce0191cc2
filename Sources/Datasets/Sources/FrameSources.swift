import Files
import Foundation

/// Opens frames by path, whatever holds them.
public enum FrameSources {
  /// Opens files and folders as one source.
  ///
  /// - Parameters:
  ///   - paths: folders of runs, rollouts, PNG and text files, and files of arrays, 1 or more.
  ///   - labels: a file with a row per frame; empty for none.
  ///   - preparation: how frames are made ready.
  /// - Throws: the first thing that is wrong with one, naming the file and what would fit.
  public static func open(
    _ paths: [String], labels: String = "", _ preparation: FramePreparation
  ) throws -> any FrameSource {
    if preparation.kind == .counts, paths.count > 1 { try refuseSeveralVocabularies(paths) }
    let opened = try paths.map { (path: $0, source: try open($0, preparation)) }
    let source = opened.count == 1 ? opened[0].source : try JoinedFrames(opened)
    guard !labels.isEmpty else { return source }
    return try LabelledFrames(source, LabelTable(try NumberArray.open(labels)))
  }

  /// Whether a path is one of a file or folder, rather than the name of a world.
  public static func isFile(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path) || path.contains(".npz:")
  }

  private static func open(
    _ path: String, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let source = try isFolder(path) ? folder(path, preparation) : array(path, preparation)
    return try sized(source, path: path, preparation)
  }

  /// Brings frames to the kind and the size that are asked for.
  public static func sized(
    _ source: any FrameSource, path: String, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let kind = preparation.kind
    guard kind == .pictures else {
      guard preparation.size == 0 else {
        throw FileError(
          place: path, cause: "--size is for pictures, these are \(kind.rawValue)",
          remedy: "leave --size out")
      }
      guard source.frameFormat.kind != kind else { return source }
      guard kind == .cells else {
        throw FileError(
          place: path, cause: "holds frames of bytes, no \(kind.rawValue)",
          remedy: "leave --kind out, or give an array: .npy, .npz or idx")
      }
      return try RecodedFrames(source, path: path, preparation)
    }
    if preparation.takesPicture, source.frameShape.count != 3, !source.frameFormat.grid.isEmpty {
      return try sized(PicturePart(source), path: path, preparation)
    }
    guard source.frameShape.count == 3 else {
      throw FileError(
        place: path, cause: "its frames are no pictures: they are of \(source.frameShape)",
        remedy:
          "collect pictures: --set agent.observation=pixels64; or take them as symbols: --kind cells"
      )
    }
    guard source.frameShape != preparation.shape(of: source.frameShape) else { return source }
    return try ScaledFrames(source, path: path, preparation)
  }

  /// Documents of several folders would each be counted by words of their own.
  private static func refuseSeveralVocabularies(_ paths: [String]) throws {
    guard let folder = paths.first(where: isFolder) else { return }
    throw FileError(
      place: folder, cause: "the words of several folders cannot be counted together",
      remedy: "put all documents into one folder")
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private static func array(
    _ path: String, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    try ArrayFrames.source(NumberArray.open(path), preparation)
  }

  /// A data set, a run with one, or PNG files.
  private static func folder(
    _ path: String, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let folder = URL(fileURLWithPath: path)
    for place in [folder, folder.appending(path: "data")] {
      let index = place.appending(path: DatasetIndex.fileName)
      guard FileManager.default.fileExists(atPath: index.path) else { continue }
      return try EpisodeDataset(at: place)
    }
    let (pictures, documents) = (
      try files(ending: ".png", in: folder), try files(ending: ".txt", in: folder)
    )
    if preparation.kind == .counts, !documents.isEmpty {
      return try TextFolder.source(documents, in: folder, preparation)
    }
    guard !pictures.isEmpty else {
      throw FileError(
        place: path, cause: "holds no frames: neither a data set (index.json) nor PNG files",
        remedy: documents.isEmpty
          ? "give the folder of a run, of a rollout or of PNG files"
          : "it holds text files: they are counted in training, by train vision --kind counts")
    }
    guard preparation.kind == .pictures else {
      throw FileError(
        place: path, cause: "holds PNG files, which are pictures, no \(preparation.kind.rawValue)",
        remedy: "leave --kind out")
    }
    return try PNGFolder.source(pictures, in: folder, preparation)
  }

  /// The files of a folder whose names end so, in the order of their names; empty where there are none.
  private static func files(ending: String, in folder: URL) throws -> [URL] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw FileError(
        place: folder.relativePath, cause: "cannot be read as a folder",
        remedy: "make it readable for this user")
    }
    return names.filter { $0.lowercased().hasSuffix(ending) && !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { folder.appending(path: $0) }
  }
}
