package dev.orrery.protocol.transport;

/**
 * The scheduler's response to an operation, as a transport carries it.
 *
 * @param refused whether the body is a {@link dev.orrery.protocol.message.ProblemDetail}
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent")
public record OperationResponse(boolean refused, byte[] body) {}
