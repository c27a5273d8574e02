package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** The session has ended, now or before: a good-bye may be repeated. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ByeResponse(boolean ended) {}
