/**
 * Error responses as RFC 9457 JSON, with their status and headers. Code throws a {@link
 * dev.orrery.scheduler.base.problem.ProblemException} with a code and a message. {@link
 * dev.orrery.scheduler.base.problem.ProblemMapper} converts all other exceptions, and logs
 * unexpected ones.
 *
 * <p>The codes are part of the protocol, in {@code dev.orrery.protocol.ErrorCode}. Code that throws
 * a ProblemException has changed nothing; only ProblemMapper creates one for an unknown outcome,
 * when the connection to the database was lost.
 */
package dev.orrery.scheduler.base.problem;
