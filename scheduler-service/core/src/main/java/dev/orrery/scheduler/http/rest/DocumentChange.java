package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The effect of writing a document. */
@RegisterForReflection
public record DocumentChange(Kind change, List<Difference> differences) {
  /** The additional fields in the response to a dry run. */
  public static final List<String> FIELDS = List.of("change", "differences");

  @RegisterForReflection
  @Schema(name = "ChangeKind", description = "The kind of change.")
  public enum Kind {
    CREATE,
    UPDATE,
    NONE,
    /** Only in the plan of a call that applies a file. */
    DELETE;

    @JsonValue
    public String spelling() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Schema(name = "FieldDifference", description = "One value that changes.")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RegisterForReflection
  public record Difference(
      @Schema(description = "Path of the value, such as retry.backoff.") String field,
      @Schema(description = "The value before; absent if there was none.", nullable = true)
          JsonNode from,
      @Schema(description = "The value after; absent if there is none.", nullable = true)
          JsonNode to) {}

  /**
   * Compares two stored documents.
   *
   * @param before empty for a creation
   */
  public static DocumentChange between(Optional<JsonNode> before, JsonNode after) {
    if (before.isEmpty()) {
      return new DocumentChange(Kind.CREATE, List.of());
    }
    List<Difference> differences = new ArrayList<>();
    compare("", before.get(), after, differences);
    return new DocumentChange(differences.isEmpty() ? Kind.NONE : Kind.UPDATE, differences);
  }

  public static JsonSchema addTo(JsonSchema document) {
    return document
        .optional(
            FIELDS.get(0),
            JsonSchema.component("ChangeKind")
                .describedAs("With dryRun, what the PUT would do; ignored in requests."))
        .optional(
            FIELDS.get(1),
            JsonSchema.array(JsonSchema.component("FieldDifference"), 0, Integer.MAX_VALUE)
                .orNull()
                .describedAs(
                    "With dryRun, the values that differ, sorted by field; ignored in requests."));
  }

  private static void compare(String path, JsonNode from, JsonNode to, List<Difference> found) {
    if (from != null && to != null && from.isObject() && to.isObject()) {
      Set<String> names = new TreeSet<>();
      from.fieldNames().forEachRemaining(names::add);
      to.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        compare(path.isEmpty() ? name : path + "." + name, from.get(name), to.get(name), found);
      }
    } else if (from == null || !from.equals(to)) {
      found.add(new Difference(path, from, to));
    }
  }
}
