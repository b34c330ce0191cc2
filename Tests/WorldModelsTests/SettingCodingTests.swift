import Files
import Foundation
import Testing
import WorldModels

/// A setting that is not written is lost when a run goes on.
@Suite struct SettingCodingTests {
  private func unwritten<Group: SettingGroup & Encodable>(_ group: Group) throws -> [String] {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(group))
    return Group.settings.map(\.key).filter { key in
      key.split(separator: ".").reduce(object as Any?) { place, part in
        (place as? [String: Any])?[String(part)]
      } == nil
    }
  }

  @Test func `Every setting is written where its group is`() throws {
    #expect(try unwritten(VisionConfiguration()) == [])
    #expect(try unwritten(ObjectiveConfiguration()) == [])
    #expect(try unwritten(PriorConfiguration()) == [])
    #expect(try unwritten(LatentConfiguration()) == [])
    #expect(try unwritten(MemoryConfiguration()) == [])
  }
}
