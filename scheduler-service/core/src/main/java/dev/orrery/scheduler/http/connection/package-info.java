/**
 * The connections of the HTTP ports: their number, their time-outs, and the memory of unread
 * responses. {@link dev.orrery.scheduler.http.connection.OpenConnections} bounds the number of
 * connections of a port, and {@link dev.orrery.scheduler.http.connection.ConnectionGuard} bounds
 * one connection: the time of its headers, its pipelined requests, and the bytes of responses that
 * its peer does not read.
 *
 * <p>Bodies of requests are bounded in {@code filter}, and the size of a response by the feature
 * that creates it.
 */
package dev.orrery.scheduler.http.connection;
