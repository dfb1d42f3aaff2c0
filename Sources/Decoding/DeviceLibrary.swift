import CFFmpeg
import Glibc
import ShuffledCore

/// libavdevice, which knows cameras of this machine. It draws in some forty libraries of the desktop, so it is loaded
/// when it is first asked for and not linked.
package enum DeviceLibrary {
  package static let name = "libavdevice.so.59"

  /// Loads it, once a process. Throws `Failure` where it is not installed.
  package static func load(_ name: String = name, for device: String) throws(Failure) {
    guard let library = dlopen(name, RTLD_NOW), let symbol = dlsym(library, "avdevice_register_all") else {
      throw Failure(
        .unavailable, cannot: "open camera", device, because: "libavdevice is not installed",
        remedy: "apt-get install libavdevice59")
    }
    // It stays loaded: its demuxers are in libavformat's list from now on. Registering again changes nothing.
    unsafeBitCast(symbol, to: (@convention(c) () -> Void).self)()
  }
}
