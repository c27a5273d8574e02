package dev.orrery.scheduler.agreement;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.protocol.ErrorCode;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A worker that was refused, the last time that it was. */
@Schema(description = "A worker that was refused, with the setting to change.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RefusedWorker(
    @Schema(
            description =
                "The app that it offered to work for; absent for a call without a valid token.",
            nullable = true)
        String app,
    @Schema(
            description = "Name of the worker; absent for a call without a valid token.",
            nullable = true)
        String worker,
    @Schema(description = "Version of the worker's software.", nullable = true)
        String softwareVersion,
    @Schema(description = "Where a call without a valid token came from.", nullable = true)
        String address,
    @Schema(description = "The error code that the worker received.") ErrorCode code,
    @Schema(description = "What is wrong, for people.") String detail,
    @Schema(description = "The setting to change, with its side and value.", nullable = true)
        String settingToChange,
    @Schema(description = "When it was refused last.") Instant at,
    @Schema(description = "How often it was refused.", minimum = "1") long times) {

  /** The same refusal, after this many earlier ones. */
  RefusedWorker after(long earlier) {
    return new RefusedWorker(
        app, worker, softwareVersion, address, code, detail, settingToChange, at, times + earlier);
  }
}
