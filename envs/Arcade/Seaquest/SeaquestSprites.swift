import EnvironmentKit

/// The figures of the sea; all look to the right.
enum SeaquestSprites {
  private static let hull: [Character: Color] = [
    "y": Color(250, 206, 54), "Y": Color(255, 234, 130), "o": Color(214, 142, 30),
    "c": Color(60, 74, 110), "w": Color(210, 242, 255), "p": Color(150, 156, 176),
  ]

  /// The front half of the submarine.
  static let bow = Sprite(
    """
    .pp.........
    .p..........
    yyyy........
    yyyy........
    yyyyyyyy....
    YYYYYYYYYY..
    yycccyycccy.
    yycwcyycwcyy
    yycccyycccyy
    yyyyyyyyyyy.
    oooooooooo..
    ............
    """, hull)

  /// The rear half of the submarine.
  static let stern = Sprite(
    """
    ............
    ............
    ...........y
    ...........y
    .....yyyyyyy
    p..YYYYYYYYY
    pp.yycccyyyy
    .pyyycwcyyyy
    pp.yycccyyyy
    p..yyyyyyyyy
    .....ooooooo
    ............
    """, hull)

  static let fish = Sprite(
    """
    ............
    .....ff.....
    ....ffff....
    f..ffffffff.
    ff.fFFffwkff
    fffffFFfwwff
    .fffffFFffff
    fffffFFfffr.
    ff.fFFfffff.
    f...ffffff..
    .....ff.....
    ............
    """,
    [
      "f": Color(255, 122, 60), "F": Color(255, 180, 90), "w": .white, "k": Color(20, 20, 40),
      "r": Color(150, 40, 40),
    ])

  static let enemy = Sprite(
    """
    ............
    .....gg.....
    .....gg.....
    ....gggg....
    .gggggggggg.
    gLLLLLLLLLLg
    gggrgggrgggg
    gggrgggrgggg
    gdddddddddgg
    .dddddddddd.
    ............
    ............
    """,
    [
      "g": Color(164, 128, 206), "L": Color(222, 200, 246), "d": Color(104, 74, 146),
      "r": Color(255, 80, 90),
    ])

  /// What any swimmer leaves behind.
  static let bubbles = Sprite(
    """
    ............
    ............
    ............
    ......bb....
    .....bwbb...
    .....bbbb...
    ..b...bb.bb.
    .bbb....bwbb
    ..b.....bbbb
    .........bb.
    ............
    ............
    """,
    ["b": Color(130, 196, 230), "w": Color(226, 246, 255)])

  static let diver = Sprite(
    """
    ............
    ............
    ....tttt....
    ...tttttsss.
    ff.ttttsskks
    .fbbbbbsskks
    .fbbbbbssss.
    ffbbbbbsss..
    f..b..b.....
    ..ff.ff.....
    ............
    ............
    """,
    [
      "t": Color(206, 212, 224), "s": Color(250, 206, 166), "k": Color(60, 200, 240),
      "b": Color(60, 220, 140), "f": Color(30, 150, 110),
    ])
}
