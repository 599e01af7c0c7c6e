CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    command TEXT NOT NULL,
    grain TEXT NOT NULL,
    strength TEXT NOT NULL,
    owner_pid INTEGER NOT NULL,
    owner_start_ms INTEGER NOT NULL,
    owner_lock TEXT NOT NULL,
    runtime_directory TEXT NOT NULL,
    verdict TEXT,
    refusal TEXT,
    elapsed_ms INTEGER NOT NULL DEFAULT 0,
    steps INTEGER NOT NULL DEFAULT 0,
    blocks INTEGER NOT NULL DEFAULT 0,
    windows INTEGER NOT NULL DEFAULT 0,
    digests INTEGER NOT NULL DEFAULT 0,
    registers INTEGER NOT NULL DEFAULT 0,
    stores INTEGER NOT NULL DEFAULT 0,
    inputs INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_by_name ON runs (name);
CREATE TABLE engines (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    connected INTEGER NOT NULL DEFAULT 0,
    steps INTEGER NOT NULL DEFAULT 0,
    blocks INTEGER NOT NULL DEFAULT 0,
    exit_reason TEXT,
    exit_status INTEGER,
    elapsed_ms INTEGER,
    peak_rss_bytes INTEGER
);
CREATE INDEX engines_by_run ON engines (run);
CREATE TABLE divergences (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    engine TEXT NOT NULL,
    step INTEGER NOT NULL,
    pc INTEGER NOT NULL,
    field TEXT NOT NULL,
    reference TEXT NOT NULL,
    subject TEXT NOT NULL,
    class TEXT,
    distance INTEGER,
    block INTEGER NOT NULL
);
CREATE INDEX divergences_by_run ON divergences (run);
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    text TEXT NOT NULL
);
CREATE INDEX notes_by_run ON notes (run);
INSERT INTO runs VALUES (1, 'hello-1', 1000, 'lockstep run hello', 'BLOCK', 'FULL', 1, 2, '1-a', '/tmp/r',
    'DIVERGED', NULL, 345, 10, 4, 0, 4, 0, 0, 2);
INSERT INTO runs VALUES (2, 'hello-2', 2000, 'lockstep run hello', 'BLOCK', 'FULL', 1, 2, '1-a', '/tmp/r',
    NULL, NULL, 0, 7, 3, 0, 3, 0, 0, 1);
INSERT INTO engines VALUES (1, 1, 'interp', 'REFERENCE', 1, 10, 4, 'exited', 0, 55, 66);
INSERT INTO engines VALUES (2, 1, 'recomp', 'SUBJECT', 1, 11, 4, NULL, NULL, NULL, NULL);
INSERT INTO engines VALUES (3, 2, 'interp', 'REFERENCE', 1, 7, 0, NULL, NULL, NULL, NULL);
INSERT INTO engines VALUES (4, 2, 'recomp', 'SUBJECT', 1, 7, 0, NULL, NULL, NULL, NULL);
INSERT INTO divergences VALUES (1, 1, 'recomp', 7, 4096, 'digest', '0x1', '0x2', NULL, NULL, 2);
INSERT INTO notes VALUES (1, 1, 'a note');
PRAGMA user_version = 1;
