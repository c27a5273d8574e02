package dev.orrery.scheduler.agreement;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.protocol.ErrorCode;
import java.time.Instant;

/**
 * A worker that was refused, the last time that it was.
 *
 * @param app absent for {@code UNAUTHENTICATED}: an unknown token names no app, and the offer is
 *     not read
 * @param worker absent for {@code UNAUTHENTICATED}
 * @param softwareVersion absent for {@code UNAUTHENTICATED}
 * @param address where the call came from, without the port; for {@code UNAUTHENTICATED} only
 * @param at this replica's clock
 * @param times since this replica started
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RefusedWorker(
    String app,
    String worker,
    String softwareVersion,
    String address,
    ErrorCode code,
    String detail,
    String settingToChange,
    Instant at,
    long times) {

  /** The same refusal, after this many earlier ones. */
  RefusedWorker after(long earlier) {
    return new RefusedWorker(
        app, worker, softwareVersion, address, code, detail, settingToChange, at, times + earlier);
  }
}
