/// Version 1 of the schema. docs/DATABASE.md explains it to people; what follows is for whoever changes it.
///
/// A frame's row is what a database consists of, so it is kept small. What frames of one transaction share is in its
/// row of `batches`, and a frame has small differences to it: its wall time is `batches.wall_us + frames.wall_us`,
/// its media time `batches.media_us + frames.media_us`, its `store` stage `frames.queued_us + batches.commit_us`. A batch covers the frames of its run from
/// `first_sequence` to `last_sequence`, so a frame needs no column to name it.
///
/// `runners_up` has 4 bytes a prediction: the label's index and the confidence, each an unsigned 16-bit integer, big
/// endian. In the view `predictions`, `json_each` over an array of as many zeros as there are predictions makes a
/// row of each, and four `instr` turn two bytes into a number; SQLite has no function for either.
///
/// Views never name a column of `frames` alone where a condition may compare it for equality: SQLite would rather
/// build an index of that column for the query than use the range of keys, and then read all of a run's frames of
/// that value for each batch. `+f.state`, `+f.label` and `f.id & ...` are expressions, so it cannot.
package let schemaVersion1 = """
  CREATE TABLE streams (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    source  TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE models (
    id            INTEGER PRIMARY KEY,
    sha256        TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    architecture  TEXT NOT NULL CHECK (json_valid(architecture))
  ) STRICT;

  CREATE TABLE labels (
    model_id     INTEGER NOT NULL REFERENCES models(id),
    label_index  INTEGER NOT NULL,
    name         TEXT NOT NULL,
    PRIMARY KEY (model_id, label_index)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    id                 INTEGER PRIMARY KEY,
    stream_id          INTEGER NOT NULL REFERENCES streams(id),
    model_id           INTEGER NOT NULL REFERENCES models(id),
    settings           TEXT NOT NULL CHECK (json_valid(settings)),
    program            TEXT NOT NULL,
    started_us         INTEGER NOT NULL,
    ended_us           INTEGER,
    state              TEXT NOT NULL DEFAULT 'running' CHECK (
      state IN ('running', 'complete', 'partial', 'interrupted', 'failed', 'abandoned')),
    error              TEXT,
    frames_decoded     INTEGER,
    frames_classified  INTEGER NOT NULL DEFAULT 0,
    frames_failed      INTEGER NOT NULL DEFAULT 0,
    frames_dropped     INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE batches (
    run_id          INTEGER NOT NULL REFERENCES runs(id),
    last_sequence   INTEGER NOT NULL,
    first_sequence  INTEGER NOT NULL,
    wall_us         INTEGER NOT NULL,
    wall_span_us    INTEGER NOT NULL,
    media_us        INTEGER NOT NULL,
    begun_us        INTEGER NOT NULL,
    commit_us       INTEGER,
    PRIMARY KEY (run_id, last_sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE frames (
    id             INTEGER PRIMARY KEY,
    run_id         INTEGER GENERATED ALWAYS AS (id >> 36) VIRTUAL,
    sequence       INTEGER GENERATED ALWAYS AS (id & 68719476735) VIRTUAL,
    media_us       INTEGER,
    wall_us        INTEGER NOT NULL,
    state          INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
    label          INTEGER,
    confidence     INTEGER,
    runners_up     BLOB,
    decode_us      INTEGER NOT NULL,
    wait_us        INTEGER NOT NULL,
    preprocess_us  INTEGER,
    inference_us   INTEGER,
    queued_us      INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE failures (
    frame_id  INTEGER PRIMARY KEY REFERENCES frames(id) ON DELETE CASCADE,
    error     TEXT NOT NULL
  ) STRICT;

  CREATE VIEW results AS
  SELECT
    r.id AS run,
    s.name AS stream,
    f.id & 68719476735 AS sequence,
    (b.media_us + f.media_us) / 1e6 AS media_seconds,
    strftime('%Y-%m-%dT%H:%M:%S', (b.wall_us + f.wall_us) / 1000000, 'unixepoch')
      || printf('.%06dZ', (b.wall_us + f.wall_us) % 1000000) AS wall_time,
    CASE f.state WHEN 0 THEN 'classified' WHEN 1 THEN 'failed' ELSE 'dropped' END AS state,
    l.name AS label,
    f.confidence / 65535.0 AS confidence,
    f.decode_us / 1e3 AS decode_ms,
    f.wait_us / 1e3 AS wait_ms,
    f.preprocess_us / 1e3 AS preprocess_ms,
    f.inference_us / 1e3 AS inference_ms,
    (f.queued_us + b.commit_us) / 1e3 AS store_ms,
    (f.decode_us + f.wait_us + ifnull(f.preprocess_us, 0) + ifnull(f.inference_us, 0) + f.queued_us
      + b.commit_us) / 1e3 AS total_ms,
    e.error AS error
  FROM runs r
    CROSS JOIN streams s ON s.id = r.stream_id
    CROSS JOIN batches b ON b.run_id = r.id
    CROSS JOIN frames f ON f.id BETWEEN (r.id << 36) + b.first_sequence AND (r.id << 36) + b.last_sequence
    LEFT JOIN labels l ON l.model_id = r.model_id AND l.label_index = +f.label
    LEFT JOIN failures e ON e.frame_id = f.id;

  CREATE VIEW predictions AS
  WITH top AS (
    SELECT
      r.id AS run, r.model_id AS model_id, s.name AS stream, f.id AS frame_id,
      b.media_us + f.media_us AS media_us,
      f.label AS label, f.confidence AS confidence, hex(f.runners_up) AS runners_up, j.key AS place
    FROM runs r
      CROSS JOIN streams s ON s.id = r.stream_id
      CROSS JOIN batches b ON b.run_id = r.id
      CROSS JOIN frames f ON f.id BETWEEN (r.id << 36) + b.first_sequence AND (r.id << 36) + b.last_sequence
      CROSS JOIN json_each(
        '[0' || replace(hex(zeroblob(length(f.runners_up) / 4)), '00', ',0') || ']') j
    WHERE +f.state = 0
  ), decoded AS (
    SELECT
      run, model_id, stream, frame_id, media_us, place,
      CASE place WHEN 0 THEN label ELSE
        (instr('123456789ABCDEF', substr(runners_up, 8 * place - 7, 1)) << 12)
        | (instr('123456789ABCDEF', substr(runners_up, 8 * place - 6, 1)) << 8)
        | (instr('123456789ABCDEF', substr(runners_up, 8 * place - 5, 1)) << 4)
        | instr('123456789ABCDEF', substr(runners_up, 8 * place - 4, 1))
      END AS label,
      CASE place WHEN 0 THEN confidence ELSE
        (instr('123456789ABCDEF', substr(runners_up, 8 * place - 3, 1)) << 12)
        | (instr('123456789ABCDEF', substr(runners_up, 8 * place - 2, 1)) << 8)
        | (instr('123456789ABCDEF', substr(runners_up, 8 * place - 1, 1)) << 4)
        | instr('123456789ABCDEF', substr(runners_up, 8 * place, 1))
      END AS confidence
    FROM top
  )
  SELECT
    d.run AS run,
    d.stream AS stream,
    d.frame_id & 68719476735 AS sequence,
    d.media_us / 1e6 AS media_seconds,
    d.place + 1 AS rank,
    l.name AS label,
    d.confidence / 65535.0 AS confidence
  FROM decoded d LEFT JOIN labels l ON l.model_id = d.model_id AND l.label_index = d.label;

  CREATE VIEW run_overview AS
  SELECT
    r.id AS run,
    s.name AS stream,
    s.source AS source,
    m.name AS model,
    r.state AS state,
    strftime('%Y-%m-%dT%H:%M:%S', r.started_us / 1000000, 'unixepoch')
      || printf('.%06dZ', r.started_us % 1000000) AS started,
    strftime('%Y-%m-%dT%H:%M:%S', r.ended_us / 1000000, 'unixepoch')
      || printf('.%06dZ', r.ended_us % 1000000) AS ended,
    (r.ended_us - r.started_us) / 1e6 AS seconds,
    r.frames_decoded AS frames_decoded,
    r.frames_classified AS frames_classified,
    r.frames_failed AS frames_failed,
    r.frames_dropped AS frames_dropped,
    r.error AS error
  FROM runs r
    JOIN streams s ON s.id = r.stream_id
    JOIN models m ON m.id = r.model_id;
  """
