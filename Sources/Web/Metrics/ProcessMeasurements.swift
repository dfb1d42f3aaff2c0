import Glibc
import ShuffledCore

/// What the system says of this process.
public struct ProcessMeasurements: Equatable, Sendable {
  public var processorTime: Duration
  public var residentBytes: Int64
  public var openDescriptors: Int64
  /// nil: no limit.
  public var maximumDescriptors: Int64?
  public var threads: Int64

  public init(
    processorTime: Duration, residentBytes: Int64, openDescriptors: Int64, maximumDescriptors: Int64?,
    threads: Int64
  ) {
    self.processorTime = processorTime
    self.residentBytes = residentBytes
    self.openDescriptors = openDescriptors
    self.maximumDescriptors = maximumDescriptors
    self.threads = threads
  }

  /// Of now. What /proc does not tell is 0.
  public static func now() -> ProcessMeasurements {
    var (time, limit) = (timespec(), rlimit())
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    let hasLimit =
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
      && limit.rlim_cur != rlim_t(bitPattern: -1)
    return ProcessMeasurements(
      processorTime: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec),
      residentBytes: residentPages() * Int64(sysconf(Int32(_SC_PAGESIZE))),
      openDescriptors: entries(of: "/proc/self/fd"),
      maximumDescriptors: hasLimit ? Int64(clamping: limit.rlim_cur) : nil,
      threads: entries(of: "/proc/self/task"))
  }

  private static func residentPages() -> Int64 {
    guard let file = fopen("/proc/self/statm", "re") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Int64(fields[1]) ?? 0 : 0
  }

  private static func entries(of folder: String) -> Int64 {
    guard let open = opendir(folder) else { return 0 }
    defer { closedir(open) }
    var count: Int64 = 0
    while let entry = readdir(open) {
      // `.` and `..` are none; nor is the one that is read.
      if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
    }
    return folder.hasSuffix("/fd") ? count - 1 : count
  }
}
