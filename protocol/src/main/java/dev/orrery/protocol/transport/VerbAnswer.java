package dev.orrery.protocol.transport;

/**
 * What came of a verb.
 *
 * @param refused whether the body is a {@link dev.orrery.protocol.message.Problem}
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent")
public record VerbAnswer(boolean refused, byte[] body) {}
