// swift-tools-version: 6.0
// Targets are layers: an arrow points down, never up. C appears behind its own targets only.
import PackageDescription

/// The kernels' sources are compiled three times (see docs/KERNELS.md). `-Ounchecked` drops checks that the
/// callers have made already; `-march` raises the instruction set for one module and no other.
func kernelBuild(_ march: String?, _ condition: String) -> [SwiftSetting] {
  let target = march.map { ["-Xcc", "-march=\($0)"] } ?? []
  return [.unsafeFlags(["-Ounchecked"] + target), .define(condition)]
}

/// The files of the page that a service shows, which become part of the program.
let dashboard = [
  "api.js",
  "badges.js",
  "cards.js",
  "cells.js",
  "charts.js",
  "confidence.js",
  "coverage.js",
  "daemon.js",
  "dashboard.css",
  "daystrip.js",
  "dialogs.js",
  "elements.js",
  "eventparser.js",
  "events.js",
  "header.js",
  "icon.svg",
  "index.html",
  "latency.js",
  "main.js",
  "messages.js",
  "numbers.js",
  "palette.js",
  "sections.js",
  "segments.js",
  "snapshots.js",
  "stream.css",
  "streamfacts.js",
  "streampage.js",
  "streams.css",
  "streamspage.js",
  "strip.js",
  "tables.js",
  "theme.js",
  "times.js",
]

let package = Package(
  name: "shuffled",
  targets: [
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat",
      providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .target(name: "CInstructions"),
    .target(name: "CGetopt"),
    .target(name: "CTerminal"),
    .target(name: "CEvents"),

    .target(name: "ShuffledCore", dependencies: ["CEvents"]),
    .target(name: "Hashing", dependencies: ["CCrypto"]),
    .target(name: "KernelInterface"),
    .target(
      name: "KernelsPortable", dependencies: ["CInstructions", "KernelInterface"],
      swiftSettings: kernelBuild(nil, "KERNELS_PORTABLE")),
    .target(
      name: "KernelsAVX2", dependencies: ["CInstructions", "KernelInterface"],
      swiftSettings: kernelBuild("x86-64-v3", "KERNELS_AVX2")),
    .target(
      name: "KernelsAVX512", dependencies: ["CInstructions", "KernelInterface"],
      swiftSettings: kernelBuild("x86-64-v4", "KERNELS_AVX512")),
    .target(name: "KernelsReference", dependencies: ["KernelInterface"]),
    .target(
      name: "KernelProblems", dependencies: ["KernelInterface", "KernelsReference", "ShuffledCore"]),
    .target(
      name: "Kernels",
      dependencies: [
        "CInstructions", "KernelInterface", "KernelsPortable", "KernelsAVX2", "KernelsAVX512", "ShuffledCore",
      ]),
    .target(name: "ShuffleNet", dependencies: ["KernelInterface", "ShuffledCore"]),
    .target(
      name: "ModelFiles",
      dependencies: ["Hashing", "KernelInterface", "ShuffleNet", "ShuffledCore"]),
    .target(name: "Downloads", dependencies: ["CCurl", "Hashing", "ShuffledCore"]),
    .target(name: "Decoding", dependencies: ["CFFmpeg", "ShuffledCore"]),
    .target(name: "Imaging", dependencies: ["CFFmpeg", "KernelInterface", "ShuffledCore"]),
    .target(name: "Pipeline", dependencies: ["ShuffledCore"]),
    .target(name: "Segmentation", dependencies: ["ShuffledCore"]),
    .target(name: "Store", dependencies: ["CSQLite", "Segmentation", "ShuffledCore"]),
    .target(name: "Configuration", dependencies: ["Segmentation", "ShuffledCore"]),
    .target(name: "Service", dependencies: ["CSystemd", "Pipeline", "ShuffledCore"]),
    .target(name: "StatusReport", dependencies: ["ShuffledCore"]),
    .target(name: "Results", dependencies: ["ShuffledCore", "Store"]),
    .target(name: "HTTP", dependencies: ["CCurl", "CMicrohttpd", "ShuffledCore"]),
    .target(
      name: "Web", dependencies: ["Hashing", "HTTP", "Results", "ShuffledCore", "StatusReport", "Store"],
      resources: [.embedInCode("API/openapi.json")] + dashboard.map { .embedInCode("Dashboard/\($0)") }),
    .target(
      name: "Commands",
      dependencies: [
        "CGetopt", "CInstructions", "CTerminal", "Configuration", "Decoding", "Downloads", "HTTP", "Imaging",
        "KernelInterface",
        "KernelProblems",
        "Kernels", "ModelFiles", "Pipeline", "Results", "Segmentation", "Service", "ShuffleNet",
        "ShuffledCore", "StatusReport", "Store", "Web",
      ]),
    .executableTarget(
      name: "shuffled", dependencies: ["Commands"],
      linkerSettings: [
        // The installed program carries the Swift runtime; the tests, which share its objects, do not. The toolchain's
        // own linker, because Debian's warns of a function in Foundation that the program never calls.
        .unsafeFlags(["-static-stdlib", "-use-ld=lld", "-l_FoundationCollections", "-l_FoundationCShims"])
      ]),

    .testTarget(name: "ShuffledCoreTests", dependencies: ["ShuffledCore"]),
    .testTarget(name: "HashingTests", dependencies: ["Hashing", "ShuffledCore"]),
    .testTarget(
      name: "KernelsTests",
      dependencies: [
        "KernelInterface", "KernelProblems", "Kernels", "KernelsReference", "ShuffledCore", "TestSupport",
      ]),
    .testTarget(
      name: "ShuffleNetTests",
      dependencies: [
        "CRuntimeCounts", "KernelInterface", "Kernels", "KernelsReference", "ModelFiles", "ShuffleNet",
        "ShuffledCore", "TestSupport",
      ]),
    .testTarget(
      name: "ModelFilesTests",
      dependencies: ["CRuntimeCounts", "Kernels", "ModelFiles", "ShuffleNet", "ShuffledCore", "TestSupport"]),
    .testTarget(
      name: "DownloadsTests", dependencies: ["Downloads", "Hashing", "ShuffledCore", "TestSupport"]),
    .testTarget(name: "DecodingTests", dependencies: ["Decoding", "ShuffledCore", "TestSupport"]),
    .testTarget(
      name: "ImagingTests",
      dependencies: [
        "CFFmpeg", "Decoding", "Imaging", "KernelInterface", "Kernels", "ShuffledCore", "TestSupport",
      ]),
    .testTarget(name: "PipelineTests", dependencies: ["Pipeline", "ShuffledCore"]),
    .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "Segmentation", "ShuffledCore"]),
    .testTarget(name: "ServiceTests", dependencies: ["Pipeline", "Service", "ShuffledCore"]),
    .testTarget(name: "SegmentationTests", dependencies: ["Segmentation", "ShuffledCore"]),
    .testTarget(
      name: "StoreTests", dependencies: ["CSQLite", "Segmentation", "ShuffledCore", "Store", "TestSupport"]),
    .testTarget(name: "StatusReportTests", dependencies: ["ShuffledCore", "StatusReport"]),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "ShuffledCore", "TestSupport"]),
    .testTarget(
      name: "WebTests",
      dependencies: ["HTTP", "Segmentation", "ShuffledCore", "StatusReport", "Store", "TestSupport", "Web"]),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "KernelInterface", "KernelsReference", "ShuffleNet", "ShuffledCore",
        "StatusReport",
      ]),
    // Runs the program that lies beside the test bundle. It must not depend on its target, whose linker flags
    // would reach the bundle; `swift build --build-tests` builds it anyway.
    .testTarget(
      name: "EndToEndTests", dependencies: ["HTTP", "ShuffledCore", "StatusReport", "TestSupport"]),
    // Writes frames and says which are stored, until a test ends it or takes its disk away.
    .executableTarget(
      name: "StoreWriter", dependencies: ["ShuffledCore", "Store"], path: "Tests/StoreWriter"),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(name: "CRuntimeCounts", path: "Tests/CRuntimeCounts"),
  ],
  swiftLanguageModes: [.v6]
)
