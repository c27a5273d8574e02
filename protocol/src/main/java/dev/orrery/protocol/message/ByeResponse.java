package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** The session has ended, now or before: bye may be said again. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ByeResponse(boolean ended) {}
