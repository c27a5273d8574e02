package dev.orrery.scheduler.failover;

/**
 * The place of the database in its own past, as one query has seen it. Positions of the write-ahead
 * log are numbers of bytes.
 *
 * @param system identifies the server and its physical copies; null where the server does not show
 *     it, as are the positions of the log
 * @param database identifies the database on the server
 * @param timeline rises by one when a standby is promoted, or a backup is restored with a log
 * @param flushed the end of the log that is safe on the disk
 * @param replayed the end of the log that a standby had when it was promoted; null if the server
 *     did not start as one
 * @param startedMicros the start of the server, in microseconds since 1970
 * @param checkpoint the place of the last checkpoint; a server that starts makes one at the end of
 *     its log, unless it ended with one
 * @param newestVersion the largest id of a job version; that version is never deleted
 */
record DatabasePosition(
    Long system,
    long database,
    Long timeline,
    Long flushed,
    Long replayed,
    long startedMicros,
    Long checkpoint,
    long newestVersion) {}
