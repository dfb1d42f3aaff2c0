import ShuffledCore
import StatusReport

/// What a service measures, as Prometheus reads it: names with base units, counters that end in `_total`, streams told apart by the
/// label `stream`.
enum ServiceMetrics {
  static func text(_ measured: ServiceMeasurements) -> String {
    var text = MetricsText()
    service(measured, &text)
    streams(measured.status.streams, &text)
    measuredStreams(measured.streams, &text)
    process(measured, &text)
    return text.text
  }

  private static func service(_ measured: ServiceMeasurements, _ text: inout MetricsText) {
    let status = measured.status
    text.add(
      "shuffled_build_info", .gauge,
      "Always 1; the program's version and the instruction set of its kernels.",
      [([("version", status.version), ("isa", measured.instructionSet)], 1)])
    text.add(
      "shuffled_state", .gauge, "1 for the state that the service is in.",
      DaemonStatus.State.allCases.map { ([("state", $0.rawValue)], $0 == status.state ? 1 : 0) })
    text.add("shuffled_streams", .gauge, "Streams that are watched.", Double(status.streams.count))
    text.add("shuffled_workers", .gauge, "Threads that classify.", Double(status.workers.count))
    text.add(
      "shuffled_workers_busy", .gauge, "Threads that are at a frame now.", Double(status.workers.busy))
    text.add(
      "shuffled_worker_busy_seconds_total", .counter, "Time spent on frames by all workers together.",
      measured.busyTime.seconds)
    text.add(
      "shuffled_config_last_reload_successful", .gauge, "0 while a newer configuration is not followed.",
      status.config.lastReloadError == nil ? 1 : 0)
    text.add(
      "shuffled_config_loaded_timestamp_seconds", .gauge, "When the configuration that is followed was read.",
      seconds(status.config.loaded))
    let database = status.database
    text.add(
      "shuffled_store_rows_total", .counter, "Frames committed to the database.", Double(database.rowsWritten)
    )
    text.add("shuffled_store_commit_seconds", "What transactions of results took.", [([], measured.commits)])
    text.add(
      "shuffled_store_size_bytes", .gauge, "The database's file.", Double(database.sizeBytes))
    text.add(
      "shuffled_store_wal_size_bytes", .gauge, "The write-ahead log beside it.", Double(database.walBytes))
    text.add(
      "shuffled_store_waiting_for_space", .gauge,
      "1 while results wait: the disk is full, or another program holds the database.",
      database.isWaitingForSpace ? 1 : 0)
  }

  private static func streams(_ streams: [StreamStatus], _ text: inout MetricsText) {
    func add(
      _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (StreamStatus) -> Double?
    ) {
      text.add(
        name, kind, help,
        streams.compactMap { stream in value(stream).map { ([("stream", stream.name)], $0) } })
    }
    text.add(
      "shuffled_stream_state", .gauge, "1 for the state that the stream is in.",
      streams.flatMap { stream in
        StreamState.allCases.map {
          ([("stream", stream.name), ("state", $0.rawValue)], $0 == stream.state ? 1 : 0)
        }
      })
    add("shuffled_stream_up", .gauge, "1 while frames come and show something new.") {
      $0.state == .observed ? 1 : 0
    }
    add("shuffled_frames_decoded_total", .counter, "Frames that came; those that nobody asked for too.") {
      Double($0.decoded)
    }
    add("shuffled_frames_selected_total", .counter, "Frames that were asked for.") { Double($0.selected) }
    add("shuffled_frames_classified_total", .counter, "Frames whose prediction is in the database.") {
      Double($0.classified)
    }
    add("shuffled_frames_dropped_total", .counter, "Frames lost because there was too much to do.") {
      Double($0.dropped)
    }
    add("shuffled_frames_failed_total", .counter, "Frames that could not be classified.") {
      Double($0.failed)
    }
    add("shuffled_last_frame_timestamp_seconds", .gauge, "When the last frame came.") {
      $0.lastFrame.map(seconds)
    }
    add("shuffled_stream_rate_level", .gauge, "0: all that was asked for; 1, 2, 3: less, for lack of time.") {
      Double(RateLevel.allCases.firstIndex(of: $0.level) ?? 0)
    }
  }

  private static func measuredStreams(_ streams: [ServiceMeasurements.Stream], _ text: inout MetricsText) {
    text.add(
      "shuffled_reconnects_total", .counter, "How often the source was opened again, by why.",
      streams.flatMap { stream in
        stream.reconnects.map { ([("stream", stream.name), ("reason", $0.reason)], Double($0.count)) }
      })
    text.add(
      "shuffled_queue_depth", .gauge, "Frames that wait for a worker.",
      streams.map { ([("stream", $0.name)], Double($0.queued)) })
    for stage in Stage.allCases {
      text.add(
        "shuffled_\(stage.rawValue)_seconds", help(stage),
        streams.map { ([("stream", $0.name)], $0.stages[stage] ?? BucketHistogram()) })
    }
    text.add(
      "shuffled_result_age_seconds", "From the decoder's start on a frame to the commit of its result.",
      streams.map { ([("stream", $0.name)], $0.resultAge) })
  }

  private static func help(_ stage: Stage) -> String {
    switch stage {
    case .decode: "Decoding a frame."
    case .wait: "Waiting for a worker."
    case .preprocess: "Turning a picture into the network's input."
    case .inference: "The forward pass."
    case .store: "From the worker's answer to the commit of its batch."
    }
  }

  private static func process(_ measured: ServiceMeasurements, _ text: inout MetricsText) {
    let process = measured.process
    text.add(
      "process_cpu_seconds_total", .counter, "Processor time, of all threads.", process.processorTime.seconds)
    text.add(
      "process_resident_memory_bytes", .gauge, "Memory that is in use.", Double(process.residentBytes))
    text.add("process_open_fds", .gauge, "Open descriptors.", Double(process.openDescriptors))
    if let most = process.maximumDescriptors {
      text.add("process_max_fds", .gauge, "Descriptors that may be open.", Double(most))
    }
    text.add("process_threads", .gauge, "Threads.", Double(process.threads))
    text.add(
      "process_start_time_seconds", .gauge, "When the process began.", seconds(measured.status.started))
  }

  private static func seconds(_ time: WallTime) -> Double { Double(time.microseconds) / 1e6 }
}
