package dev.orrery.outbound;

import java.util.Optional;

/**
 * A response as received.
 *
 * @param status 200 to 599
 * @param contentType as sent
 * @param retryAfter as sent: seconds, or a date
 * @param body as text, in the charset that the response names, else UTF-8; what is no text is
 *     replaced
 * @param truncated whether there was more than was read
 */
public record OutboundResponse(
    int status,
    Optional<String> contentType,
    Optional<String> retryAfter,
    String body,
    boolean truncated) {}
