import ShuffledCore
import Testing

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("formta", "format"),  // neighbours exchanged
    ("forma", "format"),  // one missing
    ("formatt", "format"),  // one too many
    ("Format", "format"),  // another case
    ("fprmst", "format"),  // two of six replaced: a third
    ("x", "y"),  // one letter may always differ
    ("databse", "database"),
  ])
  func finds(_ written: String, _ meant: String) {
    #expect(nearestName(to: written, in: ["database", "format", "y", "limit"]) == meant)
  }

  @Test(arguments: ["fprmsx", "", "zebra", "formatformat"])
  func findsNothingWhenNothingIsClose(_ written: String) {
    #expect(nearestName(to: written, in: ["database", "format", "limit"]) == nil)
  }

  @Test func prefersTheCloserThenTheFirst() {
    #expect(nearestName(to: "cats", in: ["rats", "cats", "cat"]) == "cats")
    #expect(nearestName(to: "cast", in: ["cat", "cats"]) == "cat")
    #expect(nearestName(to: "cats", in: [] as [String]) == nil)
  }
}
