/// Version 2 of the schema adds segments: what was it, from when to when. A run's segments are told on one clock, its media's
/// where its frames have times, otherwise the wall clock.
package let schemaVersion2 = """
  CREATE TABLE segments (
    id              INTEGER PRIMARY KEY,
    run_id          INTEGER NOT NULL REFERENCES runs(id),
    label           INTEGER NOT NULL,
    clock           TEXT NOT NULL CHECK (clock IN ('media', 'wall')),
    start_us        INTEGER NOT NULL,
    end_us          INTEGER NOT NULL,
    first_sequence  INTEGER NOT NULL,
    last_sequence   INTEGER NOT NULL,
    frames          INTEGER NOT NULL,
    peak            REAL NOT NULL,
    confidence_sum  REAL NOT NULL,
    ending          TEXT CHECK (ending IN ('faded', 'gap', 'ended', 'abandoned'))
  ) STRICT;

  CREATE INDEX segments_of_run ON segments (run_id, start_us);

  CREATE VIEW segment_overview AS
  SELECT
    g.run_id AS run,
    s.name AS stream,
    l.name AS label,
    CASE g.clock WHEN 'media' THEN g.start_us / 1e6 END AS start_seconds,
    CASE g.clock WHEN 'media' THEN g.end_us / 1e6 END AS end_seconds,
    CASE g.clock WHEN 'wall' THEN strftime('%Y-%m-%dT%H:%M:%S', g.start_us / 1000000, 'unixepoch')
      || printf('.%06dZ', g.start_us % 1000000) END AS start_time,
    CASE g.clock WHEN 'wall' THEN strftime('%Y-%m-%dT%H:%M:%S', g.end_us / 1000000, 'unixepoch')
      || printf('.%06dZ', g.end_us % 1000000) END AS end_time,
    (g.end_us - g.start_us) / 1e6 AS seconds,
    g.frames AS frames,
    g.confidence_sum / g.frames AS mean_confidence,
    g.peak AS peak,
    g.ending AS ending
  FROM segments g
    JOIN runs r ON r.id = g.run_id
    JOIN streams s ON s.id = r.stream_id
    LEFT JOIN labels l ON l.model_id = r.model_id AND l.label_index = g.label;
  """
