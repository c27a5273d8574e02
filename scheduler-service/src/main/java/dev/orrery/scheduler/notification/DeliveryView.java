package dev.orrery.scheduler.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.orrery.scheduler.database.StateCode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A message to a webhook, and what has become of it.
 *
 * @param id as it stands in the header {@code webhook-id}
 * @param nextTryAt null once it has ended
 * @param status of the last answer; null where none has come
 * @param error why the last try failed; null where it did not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Delivery")
@RegisterForReflection
record DeliveryView(
    String id,
    WebhookEvent event,
    State state,
    int attempts,
    Instant createdAt,
    Instant nextTryAt,
    Instant endedAt,
    Integer status,
    String error,
    @JsonRawValue @Schema(type = SchemaType.OBJECT) String body) {

  /** The state of a delivery. */
  enum State {
    WAITING(0),
    DELIVERED(1),
    GIVEN_UP(2);

    private final int code;

    State(int code) {
      this.code = code;
    }

    /** As it is stored. */
    static State ofCode(int code) {
      for (State state : values()) {
        if (state.code == code) {
          return state;
        }
      }
      throw new IllegalArgumentException("No delivery has the state " + code);
    }

    /** Puts the code in the place of each {@code :NAME}, as {@link StateCode#resolve} does. */
    static String resolve(String sql) {
      return StateCode.resolve(sql, name -> valueOf(name).code);
    }
  }
}
