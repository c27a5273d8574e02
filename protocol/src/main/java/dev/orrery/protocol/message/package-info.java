/**
 * Messages between workers and schedulers, as records: each {@link
 * dev.orrery.protocol.message.PollRequest} has a {@link dev.orrery.protocol.message.PollResponse},
 * and refusals are a {@link dev.orrery.protocol.message.ProblemDetail}.
 *
 * <p>Both protocols carry the same JSON. Field names are part of the worker API and are compared
 * with recorded messages by tests; rules about the content belong to the receiver.
 */
package dev.orrery.protocol.message;
