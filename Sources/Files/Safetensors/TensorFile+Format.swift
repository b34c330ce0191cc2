extension TensorFile {
  /// An empty file that says what it holds.
  ///
  /// - Parameter format: name and version of the contents, such as `umwelt-vision-2`.
  public init(format: String) {
    self.init()
    metadata["format"] = format
  }

  /// Refuses contents of another kind or version.
  ///
  /// - Throws: where the file calls itself something else.
  public func check(format: String) throws(FileError) {
    guard metadata["format"] != format else { return }
    throw FileError(
      place: place,
      cause: "is a safetensors file of format '\(metadata["format"] ?? "none")', not of "
        + "this program's '\(format)'",
      remedy: "give a run folder whose files were not exchanged, or start a new run")
  }
}
