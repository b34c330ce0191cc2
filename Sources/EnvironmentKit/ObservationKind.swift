/// How a world shows itself to an agent.
///
/// A world offers some of these; see `CatalogEntry.observations`.
///
/// | raw value | what it is |
/// |---|---|
/// | `symbols` | the world's own symbols, such as MiniGrid's 7×7×3 view |
/// | `onehot` | the same, a byte 0 or 1 for every value of every symbol |
/// | `onehot-mission` | the same, and beside it the words of the mission that vary, a byte 0 or 1 for each |
/// | `planes` | bit planes of the board: a byte 0 or 1 for every kind of thing in every cell |
/// | `view9` | the same in a view of another odd size |
/// | `grid` | the whole grid in symbols, the agent in its cell |
/// | `pixels64` | a 64×64×3 picture of what the agent sees |
/// | `partial`, `partial16` | what the agent sees in tiles of 8, or so many, pixels |
/// | `full`, `full16` | the whole grid in tiles of 8, or so many, pixels |
/// | `numbers` | numbers of any size, such as positions and speeds |
/// | `image` | the picture that the world itself shows, in its own size |
public enum ObservationKind: Hashable, Sendable {
  /// The world's own symbols, such as MiniGrid's 7×7×3 view.
  case symbols
  /// A 64×64×3 picture: the standard input of the autoencoder.
  case pixels64
  /// The whole grid in symbols, `[x][y][kind, colour, state]`; MiniGrid's `FullyObsWrapper`.
  case grid
  /// The view with every symbol spread over bytes of 0 and 1; MiniGrid's `OneHotPartialObsWrapper`.
  case oneHot
  /// The same with a field `words`: a byte 0 or 1 for every word that may stand where the mission varies.
  case oneHotMission
  /// A byte 0 or 1 for every kind of thing in every cell, `[row][column][kind]`; what MinAtar's games show.
  case planes
  /// The view in another size, odd, 3...31; MiniGrid's `ViewSizeWrapper`.
  case view(size: Int)
  /// A picture of the view in tiles of so many pixels a side; MiniGrid's `RGBImgPartialObsWrapper`.
  case partial(tileSize: Int = 8)
  /// A picture of the whole grid in such tiles; MiniGrid's `RGBImgObsWrapper`.
  case full(tileSize: Int = 8)
  /// Numbers of any size: one field `numbers`, see `ObservationSpace.numbers`.
  case numbers
  /// The picture that the world itself shows, in its own size: one field `image`, of 1 or 3 channels.
  case image
}

extension ObservationKind {
  /// Whether it is a picture for people too, not symbols.
  public var isPicture: Bool {
    switch self {
    case .pixels64, .partial, .full, .image: true
    case .symbols, .grid, .oneHot, .oneHotMission, .planes, .view, .numbers: false
    }
  }

  /// How many values a code may have, from 0 on: of bits two, and four with the direction that MiniGrid shows beside
  /// them; of symbols as many as any world written in Swift needs.
  public var codeValues: Int {
    switch self {
    case .oneHot, .oneHotMission, .planes: 4
    case .symbols, .grid, .view, .numbers, .pixels64, .partial, .full, .image: 16
    }
  }

  /// Whether another kind is this one, perhaps in a view or in tiles of another size.
  public func isSameButForSize(as other: ObservationKind) -> Bool {
    switch (self, other) {
    case (.view, .view), (.partial, .partial), (.full, .full): true
    default: self == other
    }
  }
}

extension ObservationKind: RawRepresentable, Codable {
  /// Its name in listings and settings.
  public var rawValue: String {
    switch self {
    case .symbols: "symbols"
    case .pixels64: "pixels64"
    case .grid: "grid"
    case .oneHot: "onehot"
    case .oneHotMission: "onehot-mission"
    case .planes: "planes"
    case .numbers: "numbers"
    case .image: "image"
    case .view(let size): "view\(size)"
    case .partial(let tileSize): tileSize == 8 ? "partial" : "partial\(tileSize)"
    case .full(let tileSize): tileSize == 8 ? "full" : "full\(tileSize)"
    }
  }

  /// The kind of a name, or nil where there is none.
  public init?(rawValue: String) {
    let plain: [ObservationKind] = [
      .symbols, .pixels64, .grid, .oneHot, .oneHotMission, .planes, .partial(), .full(), .numbers,
      .image,
    ]
    if let kind = plain.first(where: { $0.rawValue == rawValue }) {
      self = kind
    } else if let size = Self.number(in: rawValue, after: "view"), size % 2 == 1, 3...31 ~= size {
      self = .view(size: size)
    } else if let size = Self.number(in: rawValue, after: "partial"), 1...128 ~= size {
      self = .partial(tileSize: size)
    } else if let size = Self.number(in: rawValue, after: "full"), 1...128 ~= size {
      self = .full(tileSize: size)
    } else {
      return nil
    }
  }

  private static func number(in text: String, after prefix: String) -> Int? {
    guard text.hasPrefix(prefix) else { return nil }
    return Int(text.dropFirst(prefix.count))
  }
}
