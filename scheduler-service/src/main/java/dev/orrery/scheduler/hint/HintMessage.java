package dev.orrery.scheduler.hint;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orrery.protocol.message.AttemptRef;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Hints of one replica to the others, collected into one message.
 *
 * @param from the replica that sends the message
 * @param freshLanes lanes whose new ready instances became due within {@link HintBus#JUST_NOW}
 * @param resync whether the receiver must query everything: hints were lost, or did not fit
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
@RegisterForReflection
public record HintMessage(
    UUID from,
    Set<Integer> lanes,
    Set<Integer> freshLanes,
    List<Cancel> cancels,
    Set<UUID> endedSessions,
    boolean jobsChanged,
    boolean resync) {
  /** PostgreSQL refuses a payload of 8000 bytes. */
  static final int MAX_BYTES = 7999;

  private static final JsonMapper JSON = new JsonMapper();

  public HintMessage {
    lanes = lanes == null ? Set.of() : Set.copyOf(lanes);
    freshLanes = freshLanes == null ? Set.of() : Set.copyOf(freshLanes);
    cancels = cancels == null ? List.of() : List.copyOf(cancels);
    endedSessions = endedSessions == null ? Set.of() : Set.copyOf(endedSessions);
  }

  /** An attempt that its session must stop. */
  @RegisterForReflection
  public record Cancel(long instance, int attempt, UUID session) {}

  public static HintMessage resync(UUID from) {
    return new HintMessage(from, null, null, null, null, false, true);
  }

  /** Returns a message with the cancels of this one. */
  public HintMessage cancelsOnly() {
    return new HintMessage(from, null, null, cancels, null, false, false);
  }

  /** Returns a message with everything of this one except the cancels. */
  public HintMessage withoutCancels() {
    return new HintMessage(from, lanes, freshLanes, null, endedSessions, jobsChanged, resync);
  }

  @JsonIgnore
  public boolean isEmpty() {
    return lanes.isEmpty()
        && freshLanes.isEmpty()
        && cancels.isEmpty()
        && endedSessions.isEmpty()
        && !jobsChanged
        && !resync;
  }

  /** Returns JSON of at most {@link #MAX_BYTES}. A longer message becomes a resync. */
  public String payload() {
    try {
      String text = JSON.writeValueAsString(this);
      return text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
          ? text
          : resync(from).payload();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Hints cannot be written", e);
    }
  }

  /** Returns empty for anything but a hint message. Unknown fields are ignored. */
  public static Optional<HintMessage> read(String payload) {
    try {
      return Optional.ofNullable(
              JSON.readerFor(HintMessage.class)
                  .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                  .<HintMessage>readValue(payload))
          .filter(message -> message.from != null);
    } catch (JsonProcessingException | NullPointerException e) {
      // A list with a null element is malformed, too.
      return Optional.empty();
    }
  }

  public List<Hint> hints() {
    List<Hint> hints = new ArrayList<>();
    if (resync) {
      hints.add(new Hint.Resync());
    }
    if (jobsChanged) {
      hints.add(new Hint.JobsChanged());
    }
    endedSessions.forEach(session -> hints.add(new Hint.SessionEnded(session)));
    cancels.forEach(
        cancel ->
            hints.add(
                new Hint.CancelRequested(
                    cancel.session(), new AttemptRef(cancel.instance(), cancel.attempt()))));
    if (!lanes.isEmpty()) {
      hints.add(new Hint.LanesReady(lanes, false));
    }
    if (!freshLanes.isEmpty()) {
      hints.add(new Hint.LanesReady(freshLanes, true));
    }
    return hints;
  }
}
