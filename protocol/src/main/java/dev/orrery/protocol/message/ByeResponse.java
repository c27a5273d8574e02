package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** Confirms that the session has ended, now or earlier: a bye may be repeated. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ByeResponse(boolean ended) {}
