-- What a room has summed up of each learner's work, so that it need not read all of it when it comes into memory again.
CREATE TABLE sums (
    room INTEGER NOT NULL,
    learner INTEGER NOT NULL,
    through INTEGER NOT NULL, -- the room's sequence number up to which all work is in it; the same for all of a room
    sum TEXT NOT NULL, -- rooms::Sum as JSON
    PRIMARY KEY (room, learner),
    FOREIGN KEY (room, learner) REFERENCES learners (room, learner) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
