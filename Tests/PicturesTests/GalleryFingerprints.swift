enum GalleryFingerprints {
  static let known: [String: String] = [:]
}
