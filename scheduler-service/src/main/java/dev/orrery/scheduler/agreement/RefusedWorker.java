package dev.orrery.scheduler.agreement;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.protocol.ErrorCode;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A refused worker, with its last refusal. */
@Schema(description = "A worker that was refused, with the setting to change.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RefusedWorker(
    @Schema(
            description = "The app of its token; absent for a call whose token has none.",
            nullable = true)
        String app,
    @Schema(
            description = "The app that it asked for, if that differs; only admins see it.",
            nullable = true)
        String requestedApp,
    @Schema(
            description =
                "Name of the worker; absent for a call that was refused for its token alone.",
            nullable = true)
        String worker,
    @Schema(description = "Version of the worker's software.", nullable = true)
        String softwareVersion,
    @Schema(
            description = "Where a call came from that was refused for its token alone.",
            nullable = true)
        String address,
    @Schema(description = "The error code that the worker received.") ErrorCode code,
    @Schema(description = "What is wrong, for people.") String detail,
    @Schema(description = "The setting to change, with its side and value.", nullable = true)
        String settingToChange,
    @Schema(description = "When it was refused last.") Instant at,
    @Schema(description = "How often it was refused.", minimum = "1") long times) {

  /** Returns a copy that counts this refusal after that many earlier ones. */
  RefusedWorker after(long earlier) {
    return with(requestedApp, detail, times + earlier);
  }

  /** Returns a copy without names of other apps, for callers with a token of its app. */
  RefusedWorker withoutOtherApps() {
    return with(null, detail, times);
  }

  RefusedWorker withoutSuchAnApp() {
    return with(
        requestedApp,
        "There is no app '" + requestedApp + "'; its token belongs to app '" + app + "'.",
        times);
  }

  private RefusedWorker with(String newRequestedApp, String newDetail, long newTimes) {
    return new RefusedWorker(
        app,
        newRequestedApp,
        worker,
        softwareVersion,
        address,
        code,
        newDetail,
        settingToChange,
        at,
        newTimes);
  }

  /** Returns true if the joined worker has the name of this one, and its app or requested app. */
  boolean isNamed(String joinedApp, String joinedWorker) {
    return joinedWorker.equals(worker) && (joinedApp.equals(app) || joinedApp.equals(requestedApp));
  }

  /**
   * Returns true if this worker's name is not known, and its address, and its app if known, match.
   */
  boolean isAt(String joinedApp, String from) {
    return worker == null && from.equals(address) && (app == null || app.equals(joinedApp));
  }
}
