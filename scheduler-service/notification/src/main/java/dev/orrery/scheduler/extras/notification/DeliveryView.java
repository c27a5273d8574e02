package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.json.JsonSchema;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A message to a webhook, and the result of its delivery. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Delivery", description = "A message to a webhook, and the result of its delivery.")
@RegisterForReflection
record DeliveryView(
    @Schema(
            description = "Id of the delivery, also sent as the header webhook-id.",
            pattern = JsonSchema.ID_PATTERN)
        String id,
    @Schema(description = "The event that the message reports.") WebhookEvent event,
    @Schema(description = "The state of the delivery.") State state,
    @Schema(description = "Number of tries.", minimum = "0") int attempts,
    @Schema(description = "When the message was queued.") Instant createdAt,
    @Schema(
            description = "When it is sent next; absent once the delivery has ended.",
            nullable = true)
        Instant nextTryAt,
    @Schema(description = "When the delivery ended.", nullable = true) Instant endedAt,
    @Schema(
            description = "HTTP status of the last response; absent if none came.",
            nullable = true,
            minimum = "100",
            maximum = "599")
        Integer status,
    @Schema(description = "Why the last try failed.", nullable = true) String error,
    @JsonRawValue @Schema(description = "The message as it is sent.", type = SchemaType.OBJECT)
        String body) {

  @Schema(name = "DeliveryState", description = "The state of a delivery.")
  enum State {
    WAITING(0),
    DELIVERED(1),
    GIVEN_UP(2);

    private final int code;

    State(int code) {
      this.code = code;
    }

    static State ofCode(int code) {
      for (State state : values()) {
        if (state.code == code) {
          return state;
        }
      }
      throw new IllegalArgumentException("No delivery has the state " + code);
    }

    /** Replaces each {@code :NAME} with its code, like {@link StateCode#resolve}. */
    static String resolve(String sql) {
      return StateCode.resolve(sql, name -> valueOf(name).code);
    }
  }
}
