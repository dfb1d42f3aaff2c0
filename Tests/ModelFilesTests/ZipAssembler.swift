/// A zip archive as torch writes it, to be spoiled in one place by each test.
struct ZipAssembler {
  struct Entry {
    var name: String
    var data: [UInt8]
    /// Changes the entry's own header: flags at byte 6, method at 8, sizes at 18 and 22, name from 30.
    var spoilHeader: (inout [UInt8]) -> Void = { _ in }
    /// Changes the directory's: flags at byte 8, method at 10, sizes at 20 and 24, offset at 42, name from 46.
    var spoilRecord: (inout [UInt8]) -> Void = { _ in }
  }

  var entries: [Entry]
  /// Whether the end is there in 64 bits too.
  var isWide = true
  /// Changes the record of the end in 64 bits: count at byte 32, size at 40, offset at 48.
  var spoilWideEnd: (inout [UInt8]) -> Void = { _ in }
  /// Changes the record of the end: disk at byte 4, count at 10, size at 12, offset at 16.
  var spoilEnd: (inout [UInt8]) -> Void = { _ in }

  /// A checkpoint of one pickle and storages.
  init(
    pickle: [UInt8], storages: [(key: String, data: [UInt8])] = [("0", [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])]
  ) {
    entries = [
      Entry(name: "m/data.pkl", data: pickle), Entry(name: "m/byteorder", data: Array("little".utf8)),
    ]
    entries += storages.map { Entry(name: "m/data/\($0.key)", data: $0.data) }
  }

  /// A checkpoint of one state dict with these members.
  init(_ members: (key: String, value: [UInt8])...) {
    let body = members.flatMap { PickleAssembler.text($0.key) + $0.value }
    self.init(
      pickle: PickleAssembler.pickle(PickleAssembler.op("}(") + body + PickleAssembler.op("u")))
  }

  var bytes: [UInt8] {
    let little16 = { (value: Int) in PickleAssembler.little(UInt16(value)) }
    let little32 = { (value: Int) in PickleAssembler.little(UInt32(value)) }
    let little64 = { (value: Int) in PickleAssembler.little(UInt64(value)) }
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = file.count
      let name = Array(entry.name.utf8)
      var header: [UInt8] = [0x50, 0x4b, 3, 4, 0, 0, 8, 8] + [UInt8](repeating: 0, count: 18)
      header += little16(name.count) + little16(2) + name + [0x5a, 0x5a]
      entry.spoilHeader(&header)
      // Where sizes follow the data, they do so with a signature and a checksum.
      file += header + entry.data + [0x50, 0x4b, 7, 8] + little32(0) + little32(entry.data.count)
      file += little32(entry.data.count)
      var record: [UInt8] = [0x50, 0x4b, 1, 2, 0, 0, 0, 0, 8, 8] + [UInt8](repeating: 0, count: 10)
      record += little32(entry.data.count) + little32(entry.data.count) + little16(name.count)
      record += [UInt8](repeating: 0, count: 12) + little32(offset) + name
      entry.spoilRecord(&record)
      directory += record
    }
    let start = file.count
    file += directory
    if isWide {
      var end = [0x50, 0x4b, 6, 6] + little64(44) + [UInt8](repeating: 0, count: 12)
      end += little64(entries.count) + little64(entries.count) + little64(directory.count) + little64(start)
      spoilWideEnd(&end)
      let place = file.count
      file += end + [0x50, 0x4b, 6, 7] + little32(0) + little64(place) + little32(1)
    }
    var end: [UInt8] = [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + little16(entries.count) + little16(entries.count)
    end += little32(directory.count) + little32(start) + [0, 0]
    spoilEnd(&end)
    return file + end
  }
}
