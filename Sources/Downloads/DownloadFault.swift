import ShuffledCore

/// Why a download fails, before it is said of what: `Download` makes a `Failure` of it.
package struct DownloadFault: Error, Equatable {
  package var kind: Failure.Kind
  package var cause: String
  package var remedy: String?

  package init(_ kind: Failure.Kind, _ cause: String, _ remedy: String? = nil) {
    self.kind = kind
    self.cause = cause
    self.remedy = remedy
  }

  static func tooLarge(_ largest: Int64) -> DownloadFault {
    DownloadFault(.badData, "it has more than \(largest) bytes, the most that are taken")
  }

  func failure(of shown: String) -> Failure {
    Failure(kind, cannot: "download", shown, because: cause, remedy: remedy)
  }
}
