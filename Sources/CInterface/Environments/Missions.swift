/// What is asked of the agents in words, and in which slots that is news to the caller.
struct Missions {
  private var texts: [String]
  /// Slots whose mission changed since the caller took the news, each once.
  private(set) var news: [Int] = []
  private var isNews: [Bool]

  /// Missions of slots in which nothing was asked yet.
  init(slots: Int) {
    texts = [String](repeating: "", count: slots)
    isNews = [Bool](repeating: false, count: slots)
  }

  /// Takes note of a slot's mission, where an episode began or a copy was put back.
  mutating func note(_ mission: String, of slot: Int) {
    guard mission != texts[slot] else { return }
    texts[slot] = mission
    if !isNews[slot] { news.append(slot) }
    isNews[slot] = true
  }

  /// The news as JSON: an object of missions by slot.
  func json() throws -> String {
    try jsonText(
      of: Dictionary(uniqueKeysWithValues: news.map { (String($0), texts[$0]) }))
  }

  /// The caller has taken the news.
  mutating func markAsRead() {
    for slot in news { isNews[slot] = false }
    news.removeAll(keepingCapacity: true)
  }
}
