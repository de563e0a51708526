-- A database of form 1, as a release with that form wrote it: never to be changed.
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1399804771;
PRAGMA user_version = 1;
CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    settings TEXT NOT NULL,
    opened INTEGER NOT NULL,
    until INTEGER NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0,
    learner INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE learners (
    room INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    learner INTEGER NOT NULL,
    nickname TEXT NOT NULL,
    folded TEXT NOT NULL,
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
    n INTEGER NOT NULL,
    received INTEGER NOT NULL,
    at INTEGER NOT NULL,
    page TEXT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (room, seq),
    FOREIGN KEY (room, learner) REFERENCES learners (room, learner) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX progress_once ON progress (room, learner, device, n);
CREATE TABLE actions (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    action TEXT NOT NULL
) STRICT;
CREATE INDEX actions_by_room ON actions (room, id);
CREATE TABLE roster (
    room INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (room, place)
) STRICT, WITHOUT ROWID;
INSERT INTO rooms VALUES (3, 'KXWN4R7M', x'0102', '{"title":"Monday","pages":["/lessons/send"],"no_live":false,"locked":false,"closed":false,"days":30}', 1000, 9000, 4, 2, 400);
INSERT INTO learners VALUES (3, 1, 'Anna', 'anna', x'aa', 1500, NULL);
INSERT INTO learners VALUES (3, 2, 'Ben', 'ben', x'bb', 1600, 3000);
INSERT INTO progress VALUES (3, 1, 1, '0123456789abcdef', 1, 2000, 1999, '/lessons/send', '"opened"');
INSERT INTO progress VALUES (3, 2, 1, '0123456789abcdef', 2, 2000, 2001, '/lessons/send', '{"predicted":{"question":"the-send/1","said":"6144","right":true}}');
INSERT INTO progress VALUES (3, 3, 2, 'fedcba9876543210', 1, 2500, 2499, '/lessons/send', '{"verdict":{"exercise":"echo","passed":false,"says":"It never answered."}}');
INSERT INTO progress VALUES (3, 4, 1, '0123456789abcdef', 3, 2600, 2599, '/lessons/send', '{"spent":{"seconds":30}}');
INSERT INTO actions VALUES (1, 3, 3000, '{"remove":{"learner":2}}');
INSERT INTO roster VALUES (3, 0, 'Anna');
INSERT INTO roster VALUES (3, 1, 'Ben');
INSERT INTO roster VALUES (3, 2, 'Zoe');
