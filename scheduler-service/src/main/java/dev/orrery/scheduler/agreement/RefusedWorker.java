package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.ErrorCode;
import java.time.Instant;

/**
 * A worker that was refused, the last time that it was.
 *
 * @param at this replica's clock
 * @param times since this replica started
 */
public record RefusedWorker(
    String app,
    String worker,
    String softwareVersion,
    ErrorCode code,
    String detail,
    String settingToChange,
    Instant at,
    long times) {}
