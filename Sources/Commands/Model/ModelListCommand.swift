import ModelFiles
import ShuffledCore

let modelListCommand = Command(
  name: "model list", summary: "the models that are installed", operands: nil,
  options: [
    Option("format", letter: "f", argument: "table|json|csv", "how to write results (default: table)")
  ],
  details: """
    Models are looked for in the folders of SHUFFLED_MODELS, beside the installed program, and in \
    /var/lib/shuffled/models; of several of one name the first counts.

    Exit codes: 0, also where one cannot be read, which a line on standard error says then.
    """,
  examples: [("shuffled model list", "names, networks and where they lie")],
  run: { arguments, context in
    let library = context.modelLibrary
    var writer = RowWriter(
      try arguments.choice("format", otherwise: OutputFormat.table),
      table: [
        Column("model"), Column("network"), Column("classes", .right), Column("MB", .right), Column("file"),
      ],
      csv: ["name", "network", "classes", "bytes", "path"], to: context.output)
    for name in library.names() {
      let path = try library.path(of: name)
      do {
        let file = try ModelFile(path: path, labels: library.labels)
        let architecture = file.description.architecture
        try writer.write(
          cells: {
            [
              name, architecture.name, "\(architecture.classes)", decimal(Double(file.bytes) / 1e6, 1), path,
            ]
          },
          json: {
            .object([
              ("name", .text(name)), ("network", .text(architecture.name)),
              ("classes", .integer(Int64(architecture.classes))), ("bytes", .integer(Int64(file.bytes))),
              ("sha256", .text(file.sha256)), ("path", .text(path)),
            ])
          })
      } catch let failure as Failure where failure.operation == "load model" {
        context.diagnostics.report(failure)
      }
    }
    try writer.finish()
    return 0
  })
