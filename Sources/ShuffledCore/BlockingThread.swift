import Glibc

/// Threads for what waits most of its time, such as for a camera. Dispatch runs 255 at once at most, of all queues together: what
/// occupies one for good takes it away from everybody.
public enum BlockingThread {
  private final class Task: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a thread of its own, which ends with it. Throws `Failure` where the system gives no further thread.
  /// - Parameter purpose: for the failure.
  public static func start(for purpose: String, _ body: @escaping @Sendable () -> Void) throws {
    let context = Unmanaged.passRetained(Task(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Task>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw Failure(
        .failed, cannot: "start a thread for", purpose, because: systemText(code),
        remedy: "watch fewer streams, or raise the limit of tasks (TasksMax)")
    }
    pthread_detach(thread)
  }
}
