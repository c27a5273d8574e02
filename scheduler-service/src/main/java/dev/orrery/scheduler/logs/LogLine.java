package dev.orrery.scheduler.logs;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A line that an attempt wrote.
 *
 * @param sequence from 0 in each attempt
 * @param at the database's clock when the line came in, less its age
 * @param stream {@code stdout}, {@code stderr}, or {@code orrery} for what the worker itself says
 */
@Schema(name = "LogLine")
@RegisterForReflection
public record LogLine(int attempt, int sequence, Instant at, String stream, String text) {}
