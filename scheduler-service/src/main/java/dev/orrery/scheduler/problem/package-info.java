/**
 * Error responses. Code throws a {@link dev.orrery.scheduler.problem.ProblemException} with a code
 * and a message; {@link dev.orrery.scheduler.problem.ProblemMapper} turns it into RFC 9457 JSON and
 * one log line.
 *
 * <p>The codes themselves are part of the protocol, in {@code dev.orrery.protocol.ErrorCode}. A
 * ProblemException means that nothing has been changed.
 */
package dev.orrery.scheduler.problem;
