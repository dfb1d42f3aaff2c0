import HTTP
import ShuffledCore
import StatusReport
import TestSupport
import Testing
import Web

@Suite struct MetricsTests {
  private func metrics(_ streams: [StreamStatus] = [FakeService.stream("gate")]) throws -> String {
    let answer = try AskedSite(FakeService(streams)).ask("/metrics")
    #expect(answer.status == 200)
    #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
    return String(decoding: answer.body, as: UTF8.self)
  }

  @Test(arguments: [
    #"shuffled_build_info{version="0.1.0",isa="avx2"} 1"#, #"shuffled_state{state="running"} 1"#,
    #"shuffled_state{state="degraded"} 0"#, "shuffled_workers_busy 1",
    "shuffled_worker_busy_seconds_total 1.5", "shuffled_store_rows_total 5",
    #"shuffled_store_commit_seconds_bucket{le="0.0005"} 0"#,
    #"shuffled_store_commit_seconds_bucket{le="0.001"} 1"#, "shuffled_store_commit_seconds_sum 0.001",
    "shuffled_store_size_bytes 3000", "shuffled_store_wal_size_bytes 40",
    #"shuffled_frames_decoded_total{stream="gate"} 25"#,
    #"shuffled_frames_classified_total{stream="gate"} 3"#,
    #"shuffled_frames_dropped_total{stream="gate"} 1"#, #"shuffled_frames_failed_total{stream="gate"} 1"#,
    #"shuffled_stream_state{stream="gate",state="observed"} 1"#,
    #"shuffled_stream_state{stream="gate",state="backing off"} 0"#,
    #"shuffled_last_frame_timestamp_seconds{stream="gate"} 3.25"#,
    #"shuffled_reconnects_total{stream="gate",reason="ended"} 3"#,
    #"shuffled_reconnects_total{stream="gate",reason="silent"} 0"#,
    #"shuffled_queue_depth{stream="gate"} 2"#,
    #"shuffled_inference_seconds_bucket{stream="gate",le="0.0005"} 1"#,
    #"shuffled_inference_seconds_bucket{stream="gate",le="0.001"} 2"#,
    #"shuffled_inference_seconds_bucket{stream="gate",le="0.05"} 3"#,
    #"shuffled_inference_seconds_bucket{stream="gate",le="10"} 3"#,
    #"shuffled_inference_seconds_bucket{stream="gate",le="+Inf"} 4"#,
    #"shuffled_inference_seconds_count{stream="gate"} 4"#,
    #"shuffled_inference_seconds_sum{stream="gate"} 12.031"#,
    #"shuffled_result_age_seconds_count{stream="gate"} 4"#, "process_cpu_seconds_total 2.25",
    "process_resident_memory_bytes 4096", "process_open_fds 9", "process_start_time_seconds 1",
  ])
  func aSample(line: String) throws {
    #expect(try metrics().split(separator: "\n").contains { $0 == line })
  }

  /// Each family has its help and type once, before its samples, and no sample is there twice.
  @Test func theTextIsInOrder() throws {
    var (family, seen): (String, Set<String>) = ("", [])
    for line in try metrics([FakeService.stream("a"), FakeService.stream("b")]).split(separator: "\n") {
      if line.hasPrefix("# HELP ") {
        family = String(line.split(separator: " ")[2])
        #expect(seen.insert("# \(family)").inserted, "\(line)")
      } else if !line.hasPrefix("# TYPE \(family) ") {
        #expect(line.hasPrefix(family), "\(line)")
        #expect(seen.insert(String(line.prefix { $0 != " " } + line.drop { $0 != "}" })).inserted, "\(line)")
      }
    }
  }

  @Test func namesOfStreamsAreWrittenAsLabelsMust() throws {
    let text = try metrics([FakeService.stream("a\"b\\c\nd")])
    #expect(text.contains(#"shuffled_frames_decoded_total{stream="a\"b\\c\nd"} 25"#))
  }

  @Test func aStreamWithoutAFrameHasNoTimeOfOne() throws {
    var stream = FakeService.stream("gate")
    stream.lastFrame = nil
    #expect(try !metrics([stream]).contains("shuffled_last_frame_timestamp_seconds{"))
  }

  @Test func ofThisProcess() {
    let now = ProcessMeasurements.now()
    #expect(now.residentBytes > 1 << 20 && now.openDescriptors >= 3 && now.threads >= 1)
    #expect(now.processorTime > .zero)
  }
}
