package dev.orrery.scheduler.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One attempt as the API shows it.
 *
 * @param state {@code RUNNING}, or how it ended
 * @param runMillis milliseconds that it ran, by the clock of its worker; absent before the end, and
 *     if the worker did not report them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Attempt")
@RegisterForReflection
public record AttemptView(
    int attempt,
    String state,
    String worker,
    Instant startedAt,
    Instant endedAt,
    Long runMillis,
    String error) {}
