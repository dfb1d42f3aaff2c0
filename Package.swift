// swift-tools-version: 6.0
// Targets are layers: an arrow points down, never up. C appears behind its own targets only.
import PackageDescription

let package = Package(
  name: "shuffled",
  targets: [
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat",
      providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "ShuffledCore"),
    .target(name: "Decoding", dependencies: ["CFFmpeg", "ShuffledCore"]),
    .target(name: "Imaging", dependencies: ["CFFmpeg", "ShuffledCore"]),
    .testTarget(name: "DecodingTests", dependencies: ["Decoding", "Imaging"]),
    .testTarget(name: "ImagingTests", dependencies: ["Imaging", "Decoding"]),
  ],
  swiftLanguageModes: [.v6]
)
