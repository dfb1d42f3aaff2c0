/// Version 3 of the schema adds rollups by minute and by hour, which outlive the frames, and coverage: when a stream was
/// watched.
///
/// `minute` and `hour` count those of the wall clock since 1970. A frame is in the minute and in the hour that it was decoded
/// in, and in exactly one of two places: up to `runs.rolled_up_sequence` in the rollups, after it only among the frames. Rollups are written
/// when a minute is over, so a batch costs nothing more; who sums up reads hours, minutes at the ends of the time, and the
/// frames after them.
///
/// `minutes` and `hours` hold nothing but small numbers and are also the way from a time to frames: batches have no index on
/// their time, hours say which sequences were seen in them.
let schemaVersion3 = """
  ALTER TABLE streams ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN rolled_up_sequence INTEGER NOT NULL DEFAULT -1;
  ALTER TABLE runs ADD COLUMN pruned_sequence INTEGER NOT NULL DEFAULT -1;
  ALTER TABLE runs ADD COLUMN frames_pruned INTEGER NOT NULL DEFAULT 0;

  CREATE INDEX runs_of_stream ON runs (stream_id);

  \(rollupTables(.minute))

  \(rollupTables(.hour))

  CREATE TABLE coverage (
    id        INTEGER PRIMARY KEY,
    run_id    INTEGER NOT NULL REFERENCES runs(id),
    state     TEXT NOT NULL CHECK (state IN ('observed', 'connecting', 'stalled', 'frozen', 'stopped')),
    start_us  INTEGER NOT NULL,
    end_us    INTEGER NOT NULL,
    reason    TEXT
  ) STRICT;

  CREATE INDEX coverage_of_run ON coverage (run_id, start_us);

  CREATE VIEW minute_overview AS
  SELECT
    m.run_id AS run,
    s.name AS stream,
    strftime('%Y-%m-%dT%H:%MZ', m.minute * 60, 'unixepoch') AS minute,
    l.name AS label,
    ml.frames AS frames,
    ml.confidence_sum / 65535.0 / ml.frames AS mean_confidence,
    m.classified AS classified,
    m.failed AS failed,
    m.dropped AS dropped
  FROM minutes m
    JOIN runs r ON r.id = m.run_id
    JOIN streams s ON s.id = r.stream_id
    LEFT JOIN minute_labels ml ON ml.run_id = m.run_id AND ml.minute = m.minute
    LEFT JOIN labels l ON l.model_id = r.model_id AND l.label_index = ml.label;

  CREATE VIEW coverage_overview AS
  SELECT
    c.run_id AS run,
    s.name AS stream,
    c.state AS state,
    strftime('%Y-%m-%dT%H:%M:%S', c.start_us / 1000000, 'unixepoch')
      || printf('.%06dZ', c.start_us % 1000000) AS start_time,
    strftime('%Y-%m-%dT%H:%M:%S', c.end_us / 1000000, 'unixepoch')
      || printf('.%06dZ', c.end_us % 1000000) AS end_time,
    (c.end_us - c.start_us) / 1e6 AS seconds,
    c.reason AS reason
  FROM coverage c
    JOIN runs r ON r.id = c.run_id
    JOIN streams s ON s.id = r.stream_id;
  """

/// `minutes`, `minute_labels`, `minute_latencies`; the same of hours.
private func rollupTables(_ span: RollupSpan) -> String {
  """
    CREATE TABLE \(span)s (
      run_id          INTEGER NOT NULL REFERENCES runs(id),
      \(span)          INTEGER NOT NULL,
      first_sequence  INTEGER NOT NULL,
      last_sequence   INTEGER NOT NULL,
      classified      INTEGER NOT NULL,
      failed          INTEGER NOT NULL,
      dropped         INTEGER NOT NULL,
      PRIMARY KEY (run_id, \(span))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE \(span)_labels (
      run_id          INTEGER NOT NULL REFERENCES runs(id),
      \(span)          INTEGER NOT NULL,
      label           INTEGER NOT NULL,
      frames          INTEGER NOT NULL,
      confidence_sum  INTEGER NOT NULL,
      first_wall_us   INTEGER NOT NULL,
      last_wall_us    INTEGER NOT NULL,
      first_media_us  INTEGER,
      last_media_us   INTEGER,
      PRIMARY KEY (run_id, \(span), label)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE \(span)_latencies (
      run_id     INTEGER NOT NULL REFERENCES runs(id),
      \(span)     INTEGER NOT NULL,
      stage      INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 5),
      sum_us     INTEGER NOT NULL,
      max_us     INTEGER NOT NULL,
      histogram  BLOB NOT NULL,
      PRIMARY KEY (run_id, \(span), stage)
    ) STRICT, WITHOUT ROWID;
  """
}
