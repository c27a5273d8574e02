package dev.orrery.scheduler.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The change that writing a document makes, or would make.
 *
 * @param differences leaf by leaf, sorted by field; empty unless {@code change} is {@code update}
 */
@Schema(name = "DocumentChange")
@RegisterForReflection
public record DocumentChange(Kind change, List<Difference> differences) {

  /** The kind of change. */
  @RegisterForReflection
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

  /**
   * One value that changes.
   *
   * @param from absent where there was none
   * @param to absent where there is none any more
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RegisterForReflection
  public record Difference(String field, JsonNode from, JsonNode to) {}

  /**
   * Compares two documents as they are stored.
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
