import CMicrohttpd

/// A connection that libmicrohttpd's thread leaves alone until it is resumed.
///
/// `@unchecked Sendable`: a suspended connection lives until it is resumed, which any thread may do, once.
struct SuspendedConnection: @unchecked Sendable {
  private let connection: OpaquePointer

  /// On the thread of the connection's listener, while libmicrohttpd asks about it.
  init(suspending connection: OpaquePointer) {
    self.connection = connection
    MHD_suspend_connection(connection)
  }

  func resume() { MHD_resume_connection(connection) }
}
