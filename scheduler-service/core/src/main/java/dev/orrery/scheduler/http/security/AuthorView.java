package dev.orrery.scheduler.http.security;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.base.json.JsonSchema;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The author of a change, by the token of the call. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Author", description = "The caller who made a change, by the token of the call.")
@RegisterForReflection
public record AuthorView(
    @Schema(
            description =
                "Role of the token: admin, operator or declare; scheduler for a change that the"
                    + " scheduler made by itself.")
        String role,
    @Schema(
            description = "Id of the token; absent for the admin token.",
            nullable = true,
            pattern = JsonSchema.ID_PATTERN)
        String token) {
  /** The author of what the scheduler changes by itself. */
  public static final AuthorView SCHEDULER = new AuthorView("scheduler", null);

  /**
   * @param role the stored role; null if an older release wrote the row
   * @param token id, or null
   * @return null if the role is null
   */
  public static AuthorView of(String role, Long token) {
    return role == null ? null : new AuthorView(role, token == null ? null : token.toString());
  }

  /** Returns the id of the token; null for the admin token. */
  public Long tokenId() {
    return token == null ? null : Long.valueOf(token);
  }
}
