package dev.orrery.scheduler.base.hint;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A message with collected hints from one replica to the others.
 *
 * @param from the replica that sends the message
 */
@RegisterForReflection
public record HintMessage(UUID from, Set<Hint> hints) {
  /** PostgreSQL refuses a payload of 8000 bytes. */
  static final int MAX_BYTES = 7999;

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  public HintMessage {
    // A message of another release has no field that is known here.
    hints = hints == null ? Set.of(new Hint.Resync()) : Set.copyOf(hints);
  }

  public static HintMessage resync(UUID from) {
    return new HintMessage(from, Set.of(new Hint.Resync()));
  }

  /** Returns a message with the cancels of this one. */
  public HintMessage cancelsOnly() {
    return only(Hint.CancelRequested.class::isInstance);
  }

  /** Returns a message with everything of this one except the cancels. */
  public HintMessage withoutCancels() {
    return only(hint -> !(hint instanceof Hint.CancelRequested));
  }

  private HintMessage only(Predicate<Hint> part) {
    return new HintMessage(from, hints.stream().filter(part).collect(Collectors.toSet()));
  }

  @JsonIgnore
  public boolean isEmpty() {
    return hints.isEmpty();
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
      return Optional.ofNullable(JSON.readValue(payload, HintMessage.class))
          .filter(message -> message.from != null);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
