package dev.orrery.scheduler.model.app;

import dev.orrery.scheduler.http.security.AuthorView;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Optional;

/** The last pause of a job or of an app, as stored; unknown values are null. */
@Embeddable
public class StoredPause {
  @Column(name = "paused_at")
  public Instant at;

  @Column(name = "paused_by_role")
  public String byRole;

  @Column(name = "paused_by_token")
  public Long byToken;

  @Column(name = "pause_note")
  public String note;

  public static StoredPause begun(Instant at, Optional<String> note, AuthorView by) {
    StoredPause pause = new StoredPause();
    pause.at = at;
    pause.byRole = by.role();
    pause.byToken = by.tokenId();
    pause.note = note.orElse(null);
    return pause;
  }

  /**
   * Returns the same pause with another note, and keeps its time.
   *
   * @param before null, or without a time, if an older release paused
   */
  public static StoredPause noted(
      StoredPause before, Instant now, Optional<String> note, AuthorView by) {
    return begun(before == null || before.at == null ? now : before.at, note, by);
  }

  /**
   * Returns the pause as the API shows it; null if there is none.
   *
   * @param last null if no pause is stored
   */
  static PauseView view(boolean paused, StoredPause last) {
    return last == null
        ? null
        : PauseView.of(paused, last.note, last.at, AuthorView.of(last.byRole, last.byToken));
  }
}
