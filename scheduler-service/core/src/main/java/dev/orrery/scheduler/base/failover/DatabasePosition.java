package dev.orrery.scheduler.base.failover;

/**
 * The position of the database in its own history, as seen by one query. Positions of the
 * write-ahead log are numbers of bytes.
 *
 * @param system identifies the server and its physical copies; null if the server hides it, as are
 *     the positions of the log
 * @param database identifies the database on the server
 * @param timeline rises by one when a standby is promoted, or a backup is restored with a log
 * @param flushed the end of the durable log
 * @param replayed the end of the log that a standby had when it was promoted; null if the server
 *     did not start as one
 * @param startedMicros the start of the server, in microseconds since 1970
 * @param checkpoint the position of the last checkpoint; a server that starts writes one at the end
 *     of its log, unless the log already ends with one
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
