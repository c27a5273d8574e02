package dev.orrery.protocol.transport;

/**
 * What came of a verb.
 *
 * @param refused whether the body is a {@link dev.orrery.protocol.message.ProblemDetail}
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent")
public record OperationResponse(boolean refused, byte[] body) {}
