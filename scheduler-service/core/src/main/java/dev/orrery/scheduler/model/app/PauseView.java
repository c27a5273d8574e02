package dev.orrery.scheduler.model.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.http.security.AuthorView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The pause of a job or of an app. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Pause", description = "The pause of a job or of an app.")
@RegisterForReflection
public record PauseView(
    @Schema(
            description = "The note of who paused it; absent if there is none.",
            nullable = true,
            maxLength = PauseView.MAX_NOTE)
        String note,
    @Schema(description = "When it was paused.") Instant at,
    @Schema(description = "Who paused it, or wrote the note.", nullable = true) AuthorView by) {

  public static final int MAX_NOTE = 500;

  /**
   * Returns the pause; null if there is none, or if an older release stored it without a time.
   *
   * @param at the time of the last pause, which may have ended
   */
  public static PauseView of(boolean paused, String note, Instant at, AuthorView by) {
    return paused && at != null ? new PauseView(note, at, by) : null;
  }
}
