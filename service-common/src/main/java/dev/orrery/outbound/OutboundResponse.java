package dev.orrery.outbound;

import java.util.Optional;

/**
 * The response to an {@link OutboundRequest}.
 *
 * @param status 200 to 599
 * @param contentType as sent
 * @param retryAfter as sent: seconds, or a date
 * @param body as text in the response's charset, by default UTF-8; invalid bytes are replaced
 * @param truncated whether the body was longer
 */
public record OutboundResponse(
    int status,
    Optional<String> contentType,
    Optional<String> retryAfter,
    String body,
    boolean truncated) {}
