package dev.orrery.scheduler.engine.agreement;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A refused worker, with its last refusal. */
@Schema(description = "A worker that was refused, with the setting to change.")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record RefusedWorker(
    @Schema(
            description =
                "The messages that it speaks. A PowerJob worker sends no token, so anyone who reaches the port can create such an entry.")
        Dialect dialect,
    @Schema(
            description =
                "The app of its token, or the opened app that a PowerJob worker asked for; absent if there is none.",
            nullable = true)
        String app,
    @Schema(
            description = "The app that it asked for, if that differs; only admins see it.",
            nullable = true)
        String requestedApp,
    @Schema(
            description =
                "Name of the worker; absent if the call does not say it, or was refused for its token alone.",
            nullable = true)
        String worker,
    @Schema(description = "Version of the worker's software.", nullable = true)
        String softwareVersion,
    @Schema(
            description = "Where the call came from, if the name of the worker is not known.",
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
    return with(app, requestedApp, detail, times + earlier);
  }

  /**
   * Returns true if callers with a token of the app may see it: it belongs to the app, or belongs
   * to none and asked for this one.
   */
  boolean concerns(String callersApp) {
    return callersApp.equals(app) || (app == null && callersApp.equals(requestedApp));
  }

  /** Returns a copy without names of other apps, for callers with a token of this app. */
  RefusedWorker withoutOtherApps(String callersApp) {
    return with(callersApp, null, detail, times);
  }

  /** Returns true if its token belongs to another app than the one that it asked for. */
  boolean asksForAnotherApp() {
    return app != null && requestedApp != null;
  }

  RefusedWorker withoutSuchAnApp() {
    return with(
        app,
        requestedApp,
        "There is no app '" + requestedApp + "'; its token belongs to app '" + app + "'.",
        times);
  }

  private RefusedWorker with(
      String newApp, String newRequestedApp, String newDetail, long newTimes) {
    return new RefusedWorker(
        dialect,
        newApp,
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
   * Returns true if this worker's name is not known, and its address matches, and its app, or the
   * app that it asked for, if known.
   */
  boolean isAt(String joinedApp, String from) {
    String wanted = app == null ? requestedApp : app;
    return worker == null && from.equals(address) && (wanted == null || wanted.equals(joinedApp));
  }
}
