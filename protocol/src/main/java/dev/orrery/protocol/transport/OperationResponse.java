package dev.orrery.protocol.transport;

/**
 * The response to an operation.
 *
 * @param refused whether the body is a {@link dev.orrery.protocol.message.ProblemDetail}
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent")
public record OperationResponse(boolean refused, byte[] body) {}
