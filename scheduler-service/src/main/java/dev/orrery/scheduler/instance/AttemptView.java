package dev.orrery.scheduler.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One attempt as the API shows it.
 *
 * @param state {@code RUNNING}, or how it ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Attempt")
public record AttemptView(
    int attempt, String state, String worker, Instant startedAt, Instant endedAt, String error) {}
