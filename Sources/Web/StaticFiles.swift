import HTTP
import Hashing

/// The files of the page, which are part of the program.
struct StaticFiles {
  private struct File {
    let bytes: [UInt8]
    let contentType: String
    let tag: EntityTag
  }

  static let description = "/api/v1/openapi.json"

  private let files: [String: File]

  init() {
    var files: [String: File] = [:]
    func add(_ path: String, _ bytes: [UInt8]) {
      files[path] = File(
        bytes: bytes, contentType: Self.contentType(path),
        tag: EntityTag(String(bytes.withUnsafeBytes { SHA256.hexDigest(of: $0) }.prefix(16))))
    }
    add(Self.description, PackageResources.openapi_json)
    for file in DashboardFiles.all { add(file.path, file.bytes) }
    self.files = files
  }

  private static func contentType(_ path: String) -> String {
    switch path.split(separator: ".").last {
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "json": "application/json"
    case "svg": "image/svg+xml"
    default: "text/html; charset=utf-8"
    }
  }

  /// nil where there is no such file.
  func response(to request: HTTPRequest) -> HTTPResponse? {
    guard let file = files[request.path] else { return nil }
    if file.tag.isKnown(to: request) { return file.tag.notModified }
    return file.tag.on(HTTPResponse(contentType: file.contentType, body: file.bytes))
  }
}
