-- Rooms. A room's own counters give the next learner and the next row of work, so that a number is never given twice.
CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    settings TEXT NOT NULL, -- protocol::room::RoomSettings as JSON
    opened INTEGER NOT NULL, -- instants are milliseconds since 1970
    until INTEGER NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0, -- the last that was given
    learner INTEGER NOT NULL DEFAULT 0, -- the last that was given
    bytes INTEGER NOT NULL DEFAULT 0 -- of work, about
) STRICT;

CREATE TABLE learners (
    room INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    learner INTEGER NOT NULL,
    nickname TEXT NOT NULL,
    folded TEXT NOT NULL, -- as names are compared
    key_hash BLOB NOT NULL,
    joined INTEGER NOT NULL,
    removed INTEGER,
    PRIMARY KEY (room, learner)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX learners_by_name ON learners (room, folded) WHERE removed IS NULL;
CREATE INDEX learners_by_key ON learners (room, key_hash);

CREATE TABLE progress (
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    learner INTEGER NOT NULL,
    device TEXT NOT NULL,
    n INTEGER NOT NULL, -- the browser's number
    received INTEGER NOT NULL,
    at INTEGER NOT NULL, -- by the browser's clock
    page TEXT NOT NULL,
    what TEXT NOT NULL, -- protocol::room::Did as JSON
    PRIMARY KEY (room, seq),
    FOREIGN KEY (room, learner) REFERENCES learners (room, learner) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Once at most, the highest number of a device, and all of a learner.
CREATE UNIQUE INDEX progress_once ON progress (room, learner, device, n);

CREATE TABLE actions (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    action TEXT NOT NULL -- JSON
) STRICT;

CREATE INDEX actions_by_room ON actions (room, id);

CREATE TABLE roster (
    room INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (room, place)
) STRICT, WITHOUT ROWID;
